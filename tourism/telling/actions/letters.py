"""A letter to every member of a house about one of its stays, each once; nobody is told what they
did themselves, nor what was sold at the desk, nor of a stay that never was theirs."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from hub import tenancy
from hub.core.db import Tx
from hub.core.mail import write_mail
from hub.core.settings import Settings, read_settings
from tourism.booking import store
from tourism.booking.actions.letters import render_letter
from tourism.booking.models import State
from tourism.quoting.models import DESK

LANGUAGE = "fr"


@cache
def _settings() -> Settings:
    return read_settings()


async def tell_house(tx: Tx, booking_id: UUID, kind: str, step: int | State) -> None:
    """Write the letter of a kind to the house, once for a step: a revision of the stay, or the
    first that brought it to a state. A stay that is gone, names nobody or was never confirmed (paid
    when its rooms were others' already) has none; of one that is cancelled by now only that is
    told."""
    booking = await store.find_booking(tx, booking_id)
    if booking is None or booking.guest is None or booking.confirmed_at is None:
        return
    if booking.quote.channel == DESK:
        return
    if booking.state is State.CANCELLED and step is not State.CANCELLED:
        return
    if not await store.claim_letter(tx, booking_id, f"house {kind}:{step}"):
        return
    author = _author(await store.list_revisions(tx, booking_id), step)
    link = f"{_settings().public_url}/pro/bookings/{booking_id}"
    said = {"price_cents": booking.total_cents - booking.refund_cents}
    for member in await tenancy.list_members(tx):
        if author == f"person:{member.person}":
            continue
        letter = render_letter(
            booking,
            "tourism.telling",
            kind,
            _settings(),
            said,
            recipient=member.email,
            language=LANGUAGE,
            link=link,
        )
        await write_mail(tx, letter)


def _author(steps: Sequence[store.Revision], wanted: int | State) -> str | None:
    """Who took a step."""
    found = (one.actor for one in steps if wanted in (one.revision, one.state))
    return next(found, None)
