"""A booking's next revision, by the table of its life: with its reason, its author, its record in
the audit chain, and its events. The one way in which a booking changes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import Busy, NotFound
from tourism.booking import policy, store
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Event, Guest, State
from tourism.booking.subjects import subject_of

# What the audit chain keeps: what a person did, or what moved money. Its names are older.
_RECORDED = {
    Event.ACCEPT: "booking.accept",
    Event.DECLINE: "booking.decline",
    Event.RELEASE: "booking.release",
    Event.SELL: "booking.sell",
    Event.PAID: "booking.confirm",
    Event.TAKEN_AGAIN: "booking.confirm",
    Event.PAID_BACK: "booking.pay_back",
    Event.ARRIVE: "booking.in_house",
    Event.LEAVE: "booking.checked_out",
    Event.MISS: "booking.no_show",
    Event.SETTLE: "booking.no_show",
    Event.OWED_PAID: "booking.owed_paid",
    Event.CHANGE: "booking.change",
    Event.CANCEL_ROOM: "booking.cancel_room",
    Event.CANCEL: "booking.cancel",
}


async def lock(tx: Tx, booking_id: UUID) -> Booking:
    """The booking, nobody else's until the commit. Raises `NotFound`."""
    booking = await store.lock_booking(tx, booking_id)
    if booking is None:
        raise NotFound("This booking is unknown.")
    return booking


async def move(
    tx: Tx,
    booking: Booking,
    event: Event,
    reason: str,
    *events: msgspec.Struct,
    note: str = "",
    guest: Guest | None = None,
    expires_at: datetime | None = None,
    refund_cents: int | None = None,
    owed_cents: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> Booking:
    """The booking after an event that changes it; the caller has locked it.

    Raises `WrongState` or `HoldOver` where its life does not know the event.
    """
    if booking.changing is not None and event is not Event.CHANGE_OVER:
        raise WrongState("A change of this stay is just being paid.")
    state = policy.decide(booking.state, event)
    assert state is not None, f"{event} changes nothing in {booking.state}"
    said = f"{reason}: {note}" if note else reason
    stands = event is not Event.OWED_PAID  # that one moves money only
    changed = await store.change_booking(
        tx,
        booking,
        event,
        said,
        state=state,
        guest=guest,
        expires_at=expires_at,
        refund_cents=booking.refund_cents if refund_cents is None else refund_cents,
        owed_cents=booking.owed_cents if owed_cents is None else owed_cents,
        confirmed_at=booking.confirmed_at or (tx.now if state is State.CONFIRMED else None),
        cancelled_at=tx.now if state is State.CANCELLED and stands else booking.cancelled_at,
    )
    if changed is None:
        raise Busy("Somebody else has just changed this booking.")
    if event in _RECORDED:
        await audit.record(
            tx,
            action=_RECORDED[event],
            subject=subject_of(booking.id),
            detail={"reason": said, **(detail or {})},
        )
    await outbox.emit(tx, *events)
    return changed
