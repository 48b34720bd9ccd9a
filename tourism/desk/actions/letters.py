"""Letters of the desk, each in its reader's language."""

from functools import cache

from hub import tenancy
from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.booking.actions.letters import with_calendar
from tourism.booking.models import Booking
from tourism.booking.views import booking_token
from tourism.desk.models import Message, Sender
from tourism.paying.models import Refund

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.booking", "tourism.desk"]


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=_settings().demo)


async def announce(tx: Tx, booking: Booking, message: Message) -> None:
    """Tell the other side of a message: the guest, or every member of the house."""
    if message.sender is Sender.HOUSE:
        await write_to_guest(tx, booking, "message", message=message)
        return
    link = f"{_settings().public_url}/pro/bookings/{booking.id}"
    for member in await tenancy.list_members(tx):
        letter = make_letter(booking, "message_house", member.email, "fr", link, message=message)
        await write_mail(tx, letter)


async def write_walk_in(tx: Tx, booking: Booking) -> None:
    """What a guest booked at the desk, to be paid at the house; with it their calendar file."""
    letter = _make_for_guest(booking, "walk_in")
    if letter is not None:
        await write_mail(tx, with_calendar(letter, booking, _settings()))


async def write_no_show(tx: Tx, booking: Booking, refund: Refund) -> None:
    """What a no-show costs, and what comes back."""
    await write_to_guest(tx, booking, "no_show", refund=refund)


async def write_to_guest(tx: Tx, booking: Booking, kind: str, **context: object) -> None:
    """A letter to the guest, who may have left no address."""
    letter = _make_for_guest(booking, kind, **context)
    if letter is not None:
        await write_mail(tx, letter)


def _make_for_guest(booking: Booking, kind: str, **context: object) -> Letter | None:
    guest = booking.guest
    if guest is None or not guest.email:
        return None
    link = f"{_settings().public_url}/reservation/{booking_token(_settings(), booking)}/messages"
    return make_letter(booking, kind, guest.email, guest.language, link, **context)


def make_letter(
    booking: Booking, kind: str, recipient: str, language: str, link: str, **context: object
) -> Letter:
    """The letter of a kind, as text and HTML that say the same."""
    given = {
        "booking": booking,
        "quote": booking.quote,
        "guest": booking.guest,
        "link": link,
        **context,
    }
    subject = _site().render(language, f"desk/letters/{kind}.subject.txt", given)
    text = _tidy(_site().render(language, f"desk/letters/{kind}.txt", given))
    html = _site().render(language, "booking/letters/letter.html", {**given, "text": text})
    return Letter(
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends; lines of a message are kept."""
    paragraphs = [
        "\n".join(" ".join(line.split()) for line in part.strip().splitlines())
        for part in text.split("\n\n")
    ]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
