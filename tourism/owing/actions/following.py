"""What is owed follows the stay: opened, changed, dropped, and the card let go at its end."""

from datetime import date
from uuid import UUID

import msgspec

from hub import payments
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from tourism.booking import store as bookings
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking, Event, State
from tourism.booking.subjects import subject_of
from tourism.owing import policy, store
from tourism.owing.models import ActOnDue, Due, DueKind, DueState, Wanted

SWEPT_MOST = 500


async def follow_stay(tx: Tx, booking_id: UUID) -> None:
    """Bring what is owed to where a stay stands; doing it again changes nothing."""
    booking = await lock(tx, booking_id)
    if booking.quote.payment.is_whole and not booking.owed_cents:
        return
    decided = await is_decided(tx, booking)
    today = local_date(tx.now, booking.quote.zone)
    wanted = policy.wanted_of(booking, today, decided=decided)
    dues = [due for due in await store.list_dues(tx, booking.id) if due.is_open]
    owed = [due for due in dues if due.kind is not DueKind.RELEASE]
    for due in owed:
        if wanted is None or due.kind is not wanted.kind:
            await _drop(tx, due)
        else:
            await _follow_due(tx, booking, due, wanted)
    if wanted is not None and all(due.kind is not wanted.kind for due in owed):
        at = policy.first_at(wanted, tx.now, booking.quote.zone)
        id = await store.insert_due(tx, booking.id, wanted.kind, wanted.cents, wanted.due_on, at)
        if at <= tx.now:
            await outbox.emit(tx, ActOnDue(due=id))
    await _follow_card(tx, booking, dues, today, decided=decided)


async def find_wanted(tx: Tx, booking: Booking) -> Wanted | None:
    """What should be owed as a stay stands now."""
    today = local_date(tx.now, booking.quote.zone)
    return policy.wanted_of(booking, today, decided=await is_decided(tx, booking))


async def is_decided(tx: Tx, booking: Booking) -> bool:
    """Whether the house has said what a guest who did not come pays."""
    if booking.state is not State.NO_SHOW:
        return False
    revisions = await bookings.list_revisions(tx, booking.id)
    return any(revision.event is Event.SETTLE for revision in revisions)


async def announce_dues(tx: Tx) -> int:
    """Send whatever is to be done now on its way; how many."""
    found = await store.list_dues_to_act(tx, SWEPT_MOST)
    for one in found:
        await outbox.emit_for(tx, one.tenant, ActOnDue(due=one.due))
    return len(found)


async def _drop(tx: Tx, due: Due) -> None:
    if due.state is not DueState.ASKED:  # an answer that is under way will say
        await store.close_due(tx, due, DueState.DROPPED)


async def _follow_due(tx: Tx, booking: Booking, due: Due, wanted: Wanted) -> None:
    same = due.amount_cents == wanted.cents
    moved = due.kind is DueKind.BALANCE and due.due_on != wanted.due_on
    if due.state is DueState.ASKED or (same and not moved):
        return
    due = msgspec.structs.replace(due, amount_cents=wanted.cents)
    if moved and due.state is DueState.WAITING:
        at = policy.first_at(wanted, tx.now, booking.quote.zone)
        due = msgspec.structs.replace(due, due_on=wanted.due_on, next_at=at)
    await store.keep_due(tx, due)


async def _follow_card(
    tx: Tx, booking: Booking, dues: list[Due], today: date, *, decided: bool
) -> None:
    card = await payments.find_kept_card(tx, subject_of(booking.id))
    planned = next((due for due in dues if due.kind is DueKind.RELEASE), None)
    if card is not None and policy.may_release(booking, decided=decided):
        await payments.release_card(tx, subject_of(booking.id))
        card = None
    if card is None and planned is not None:
        await store.close_due(tx, planned, DueState.PAID)
    elif card is not None and planned is None:
        at = policy.release_at(booking)
        await store.insert_due(tx, booking.id, DueKind.RELEASE, 0, today, at)
