"""What the guest is told when the house goes back on the stay, with a link to say where to pay."""

from functools import cache

from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.booking.models import Booking
from tourism.booking.views import booking_token

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.booking", "tourism.amends"]


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=_settings().demo)


async def write_renounced(tx: Tx, booking: Booking, cents: int) -> None:
    """The house owes the guest so much beside the refund."""
    if booking.guest is not None and booking.guest.email:
        await write_mail(tx, make_letter(booking, cents, _settings()))


def make_letter(booking: Booking, cents: int, settings: Settings) -> Letter:
    """The letter as text and HTML that say the same."""
    assert booking.guest is not None
    language = booking.guest.language
    stay = f"{settings.public_url}/reservation/{booking_token(settings, booking)}"
    context: dict[str, object] = {
        "booking": booking,
        "quote": booking.quote,
        "guest": booking.guest,
        "cents": cents,
        "link": stay,
        "where_link": f"{stay}/arrhes",
    }
    subject = _site().render(language, "amends/letters/renounced.subject.txt", context)
    body = _site().render(language, "amends/letters/renounced.txt", context)
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part) + "\n"
    html = _site().render(language, "booking/letters/letter.html", {**context, "text": text})
    return Letter(
        recipient=booking.guest.email,
        language=language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )
