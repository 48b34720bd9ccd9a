"""What the guest is told of what is owed, in their language, with a link where they must act."""

from functools import cache

from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.booking.models import Booking
from tourism.booking.views import booking_token
from tourism.owing import policy
from tourism.owing.models import Due, DueKind, DueState

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.booking", "tourism.owing"]


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=_settings().demo)


async def write_due(tx: Tx, booking: Booking, due: Due) -> None:
    """What is owed: announced before its day, or asked for after the card did not pay."""
    lapses_at = policy.lapse_at(due, booking) if due.kind is DueKind.BALANCE else None
    name = "unpaid" if due.state is DueState.UNPAID else "soon"
    await _write(tx, booking, name, due=due, lapses_at=lapses_at)


async def write_paid(tx: Tx, booking: Booking, kind: DueKind, cents: int) -> None:
    """What was owed is paid."""
    await _write(tx, booking, "paid", kind=kind, cents=cents)


async def _write(tx: Tx, booking: Booking, name: str, **said: object) -> None:
    guest = booking.guest
    if guest is None or not guest.email:
        return
    await write_mail(tx, make_letter(booking, name, _settings(), said))


def make_letter(booking: Booking, name: str, settings: Settings, said: dict[str, object]) -> Letter:
    """The letter of a kind, as text and HTML that say the same."""
    assert booking.guest is not None
    language = booking.guest.language
    stay = f"{settings.public_url}/reservation/{booking_token(settings, booking)}"
    context: dict[str, object] = {
        "booking": booking,
        "quote": booking.quote,
        "guest": booking.guest,
        "link": stay,
        "pay_link": f"{stay}/solde",
        **said,
    }
    subject = _site().render(language, f"owing/letters/{name}.subject.txt", context)
    body = _site().render(language, f"owing/letters/{name}.txt", context)
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
