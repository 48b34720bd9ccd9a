"""Guests whose stay is near are reminded of it, each once for each day of arrival."""

from uuid import UUID

from hub.core import outbox
from hub.core.db import Tx
from hub.core.mail import write_mail
from tourism import lodging
from tourism.booking.actions.reading import find_booking
from tourism.booking.store import claim_letter
from tourism.reminding import policy, store
from tourism.reminding.actions.letters import make_reminder
from tourism.reminding.models import StayNear
from tourism.reminding.store import Near

AT_ONCE = 1_000


async def announce_near(tx: Tx, after: Near | None = None) -> Near | None:
    """Send the next stays that are near to their task; the last one of them, after which to go on,
    or None when there is none any more."""
    found = await store.list_near(
        tx,
        after,
        AT_ONCE,
        days=policy.DAYS_BEFORE,
        morning=policy.MORNING,
        ahead=policy.BOOKED_AHEAD,
    )
    for stay in found:
        await outbox.emit_for(tx, stay.tenant, StayNear(booking=stay.booking))
    return found[-1] if found else None


async def remind_guest(tx: Tx, booking_id: UUID) -> None:
    """Write the letter, if it is still true; once, however often its task runs."""
    booking = await find_booking(tx, booking_id)
    if not policy.may_remind(booking, tx.now):
        return
    house = await lodging.find_property(tx, booking.property)
    if house is None or not await claim_letter(tx, booking.id, policy.claim_of(booking)):
        return
    await write_mail(tx, make_reminder(booking, house, tx.now))
