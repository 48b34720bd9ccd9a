"""The conditions of a stay, as its guest reads them."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, language_of, page
from tourism.booking.actions.reading import find_booking
from tourism.booking.views import BOOKING
from tourism.quoting.doors import enter
from tourism.wording import actions, policy


@get("/reservation/{token:str}/conditions", opt=access(ANYBODY), include_in_schema=False)
async def show_terms(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """The words in the reader's language, as they were kept."""
    reference = enter(request, tx, BOOKING, token)
    booking = await find_booking(tx, reference.id)
    found = await actions.find_words(tx, booking)
    return page(
        request,
        "wording/terms.html",
        booking=booking,
        quote=booking.quote,
        token=token,
        wording=found,
        paragraphs=policy.said_in(found.words, language_of(request)).split("\n"),
    )


handlers = (show_terms,)
