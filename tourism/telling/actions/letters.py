"""A letter to every member of a house about one of its stays, each once; nobody is told what they
did themselves, and nobody what was sold at the desk."""

from functools import cache
from uuid import UUID

from hub import tenancy
from hub.core.db import Tx
from hub.core.mail import write_mail
from hub.core.settings import Settings, read_settings
from tourism.booking import store
from tourism.booking.actions.letters import render_letter
from tourism.quoting.models import DESK

LANGUAGE = "fr"


@cache
def _settings() -> Settings:
    return read_settings()


async def tell_house(tx: Tx, booking_id: UUID, kind: str, claim: str, /, **said: object) -> None:
    """Write the letter of a kind to the house, once a `claim`; `said` is what it tells beside the
    stay. A stay that is gone, or that names nobody, has none."""
    booking = await store.find_booking(tx, booking_id)
    if booking is None or booking.guest is None or booking.quote.channel == DESK:
        return
    if not await store.claim_letter(tx, booking_id, f"house {claim}"):
        return
    steps = await store.list_revisions(tx, booking_id)
    link = f"{_settings().public_url}/pro/bookings/{booking_id}"
    for member in await tenancy.list_members(tx):
        if steps and steps[-1].actor == f"person:{member.person}":
            continue
        letter = render_letter(
            booking, "tourism.telling", kind, _settings(), said,
            recipient=member.email, language=LANGUAGE, link=link,
        )  # fmt: skip
        await write_mail(tx, letter)
