"""Make the voucher of a booking: its words in the guest's language, its page by typst."""

from datetime import datetime
from functools import cache

import msgspec

from hub.core.db import Reads
from hub.core.documents import Heading, pdf, qr_svg, template
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings
from tourism import lodging
from tourism.booking.models import Booking
from tourism.voucher import policy

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.voucher"]


@cache
def _site(*, demo: bool) -> Site:
    return Site(template_folders(_PACKAGES), [], demo=demo)


async def make_voucher(
    reader: Reads, settings: Settings, booking: Booking, language: str, *, at: datetime
) -> bytes:
    """The PDF, the same bytes for the same revision of a booking, which is of an instant. Raises
    `NoVoucher`.

    The code on it opens the booking at the house's own desk, to whoever is signed in there.
    """
    policy.check_has_voucher(booking)
    house = await lodging.find_property(reader, booking.property)
    said = words_of(settings, booking, house, language, at)
    heading = Heading(
        title=str(said.pop("title")),
        issuer=str(said.pop("issuer")),
        footer=str(said.pop("footer")),
        language=language,
    )
    desk = f"{settings.public_url}/pro/bookings/{booking.id}"
    values = {**said, "qr": qr_svg(desk)}
    return pdf(template("tourism.voucher", "voucher"), heading, values, at=at)


def words_of(
    settings: Settings,
    booking: Booking,
    house: lodging.Property | None,
    language: str,
    at: datetime,
) -> dict[str, object]:
    """Everything the page says, in a language, as plain texts."""
    text = _site(demo=settings.demo).render(
        language,
        "voucher/voucher.txt",
        {
            "booking": booking,
            "quote": booking.quote,
            "guest": booking.guest,
            "house": house,
            "sums": policy.sums_of(booking),
            "demo": settings.demo,
            "at": at,
        },
    )
    return msgspec.json.decode(text, type=dict[str, object])
