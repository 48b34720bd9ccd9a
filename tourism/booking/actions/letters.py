"""Letters to the guest, in the guest's language, with the stay as a calendar file."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.booking import store
from tourism.booking.calendar import make_calendar
from tourism.booking.models import Booking, State
from tourism.booking.views import booking_token

_PACKAGES = ("hub.core", "tourism.search", "tourism.quoting", "tourism.booking")


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site(*packages: str) -> Site:
    folders = template_folders(tuple(dict.fromkeys((*_PACKAGES, *packages))))
    return Site(folders, [], demo=_settings().demo)


async def write_confirmation(tx: Tx, booking_id: UUID) -> None:
    """The confirmation, once a booking; of a stay that is cancelled by now only that is told,
    whatever is heard first."""
    booking = await store.find_booking(tx, booking_id)
    if booking is not None and booking.state is not State.CANCELLED:
        await write_letter(tx, booking_id, "confirmation")


async def write_cancellation(tx: Tx, booking_id: UUID, refund_cents: int) -> None:
    """What was cancelled and what comes back to the card, once a booking."""
    await write_letter(tx, booking_id, "cancellation", said={"back_cents": refund_cents})


async def write_room_cancellation(
    tx: Tx, booking_id: UUID, revision: int, refund_cents: int
) -> None:
    """Which rooms are cancelled and what comes back, once a revision."""
    said = {"back_cents": refund_cents}
    await write_letter(tx, booking_id, "room", claim=f"room:{revision}", said=said)


async def write_letter(
    tx: Tx,
    booking_id: UUID,
    kind: str,
    *,
    claim: str | None = None,
    said: Mapping[str, object] | None = None,
) -> None:
    """One letter to the guest, once a `claim`; `said` is what it tells beside the booking."""
    booking = await store.find_booking(tx, booking_id)
    if booking is None or booking.guest is None or not booking.guest.email:
        return
    if not await store.claim_letter(tx, booking_id, claim or kind):
        return
    await write_mail(tx, make_letter(booking, kind, _settings(), said))


async def write_of(
    tx: Tx,
    booking: Booking,
    package: str,
    kind: str,
    /,
    *,
    claim: str | None = None,
    **said: object,
) -> None:
    """A letter of another slice about a stay to its guest, if there is an address; with a `claim`,
    once."""
    if booking.guest is None or not booking.guest.email:
        return
    if claim is None or await store.claim_letter(tx, booking.id, claim):
        await write_mail(tx, render_letter(booking, package, kind, _settings(), said))


def make_letter(
    booking: Booking, kind: str, settings: Settings, said: Mapping[str, object] | None = None
) -> Letter:
    """The letter of a kind of this slice, with the stay for the guest's calendar."""
    letter = render_letter(booking, "tourism.booking", kind, settings, said or {})
    return with_calendar(letter, booking, settings)


def with_calendar(letter: Letter, booking: Booking, settings: Settings) -> Letter:
    """The same letter, with the stay for its reader's calendar."""
    calendar = make_calendar(
        booking,
        summary=booking.quote.property_name,
        description=booking.reference,
        link=link_of(booking, settings),
    )
    return msgspec.structs.replace(letter, calendar=calendar)


def link_of(booking: Booking, settings: Settings) -> str:
    """The guest's page of a stay."""
    return f"{settings.public_url}/reservation/{booking_token(settings, booking)}"


def render_letter(
    booking: Booking,
    package: str,
    kind: str,
    settings: Settings,
    said: Mapping[str, object],
    *,
    recipient: str | None = None,
    language: str | None = None,
    link: str | None = None,
) -> Letter:
    """A letter from a slice's `templates/letters`, as text and HTML that say the same; to the guest
    with the page of their stay, or to another reader with another `link`."""
    assert booking.guest is not None
    spoken, site = language or booking.guest.language, _site(package)
    context: dict[str, object] = {
        "booking": booking,
        "quote": booking.quote,
        "guest": booking.guest,
        "link": link or link_of(booking, settings),
        **said,
    }
    name = f"{package.rpartition('.')[2]}/letters/{kind}"
    subject = site.render(spoken, f"{name}.subject.txt", context)
    text = _tidy(site.render(spoken, f"{name}.txt", context))
    html = site.render(spoken, "booking/letters/letter.html", {"text": text, **context})
    return Letter(
        recipient=recipient or booking.guest.email,
        language=spoken,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
