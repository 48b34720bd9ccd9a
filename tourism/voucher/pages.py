"""The voucher by its link, which is that of the booking."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.pages import AnyRequest, chosen_language, language_of
from tourism.booking.actions import reading
from tourism.booking.views import BOOKING
from tourism.quoting.doors import enter, settings_of
from tourism.voucher.actions import make_voucher


@get("/reservation/{token:str}/bon.pdf", opt=access(ANYBODY), include_in_schema=False)
async def download_voucher(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
) -> Response[bytes]:
    """The voucher as PDF, in the language of who asks (the guest's by a letter's link)."""
    reference = enter(request, tx, BOOKING, token)
    booking = await reading.find_booking(tx, reference.id)
    asked = chosen_language(request) is not None
    guest = booking.guest
    language = guest.language if guest and not asked else language_of(request)
    steps = await reading.list_revisions(tx, booking.id)
    file = await make_voucher(reader, settings_of(request), booking, language, at=steps[-1].at)
    return Response(
        file,
        media_type="application/pdf",
        headers={
            "content-disposition": f'inline; filename="{booking.reference}.pdf"',
            "cache-control": "private, no-store",
            "x-robots-tag": "noindex, nofollow",
        },
    )


handlers = (download_voucher,)
