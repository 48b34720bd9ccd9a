"""Hold a quoted stay: its rooms are taken for a quarter of an hour, and come back by themselves."""

from datetime import datetime, timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.db import Database, Tx
from hub.core.errors import Busy, NotFound
from tourism.booking import policy, store
from tourism.booking.actions.inventory import give_rooms_back, lock_let_nights, take_let_nights
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.still_true import StillTrue
from tourism.booking.models import (
    HOLD_MINUTES,
    Booking,
    Event,
    RequestLapsed,
    Reservation,
    RoomState,
    State,
    StayHeld,
)
from tourism.booking.references import draw_reference
from tourism.quoting.errors import QuoteExpired, SoldOut
from tourism.quoting.models import Quote

_TRIES = 5  # a reference may be taken; a quote may just have been held


async def hold_stay(tx: Tx, quote_id: UUID, *, agreed: bool = False) -> Booking:
    """Take the rooms of a quote for 15 minutes; holding a held quote again gives the same hold.
    With `agreed`, at a price that the house agreed with a group, whatever it sells to others.

    Raises `QuoteExpired`, `SoldOut`, `PriceChanged` (with the new total) or `NotSellable`; then
    nothing is taken. Many at once, and each in two messages, hold through `rushing`.
    """
    assert tx.tenant is not None
    alone = counted = False
    for _ in range(_TRIES):
        look = await store.look_at_quotes(tx, tx.tenant, [(quote_id, None)])
        if not look.offers:
            raise NotFound("This offer is unknown.")
        if (held := look.offers[0].held) is not None:
            return held
        draft = decide_hold(tx.database, look, look.offers[0], tx.now, tx.actor, agreed=agreed)
        if draft.booking.quote.night_limited:  # unlimited: as they are held
            if not alone:  # a rival may just have held this very quote, and counted it
                await lock_let_nights(tx, draft.booking.quote)
                alone = True
                continue
            if not counted:
                await take_let_nights(tx, draft.booking.quote)
                counted = True
        [verdict] = await store.hold_quotes(tx, tx.tenant, tx.now, [draft])
        if verdict is store.Verdict.HELD:
            return draft.booking
    raise Busy("This offer is just being held.")


def decide_hold(
    database: Database,
    look: store.Look,
    offer: store.Offer,
    now: datetime,
    actor: str,
    *,
    agreed: bool = False,
    still_true: StillTrue | None = None,
) -> store.Draft:
    """The booking of an offer, if the house still sells it as it was quoted: pure but for the ids
    that it draws. Several offers of one look share `still_true`. Raises as `hold_stay` does."""
    if now >= offer.expires_at:
        raise QuoteExpired("Search again: the same rooms may still be free.")
    quote, stay = offer.quote, look.stays[offer.stay]
    if quote is None or stay is None:
        raise SoldOut("These rooms are sold out on one of the nights.")
    if not agreed:
        (still_true or StillTrue(look)).check(quote, offer.stay)
    until = now + timedelta(minutes=HOLD_MINUTES)
    booking = _booking_of(database, quote, now, until)
    held = StayHeld(booking=booking.id, expires_at=until)
    messages = outbox.pack(database, quote.tenant, (timedelta(), held))
    return store.Draft(
        booking=booking, mark=stay.mark, actor=actor, once=None, body=None, messages=messages
    )


def _booking_of(database: Database, quote: Quote, now: datetime, until: datetime) -> Booking:
    rooms = range(1, len(quote.breakdown.rooms) + 1)
    return Booking(
        id=database.ids.uuid(),
        tenant=quote.tenant,
        property=quote.property,
        reference=draw_reference(database.ids),
        state=State.HELD,
        revision=1,
        arrival=quote.arrival,
        departure=quote.departure,
        total_cents=quote.breakdown.total_cents,
        refund_cents=0,
        quote=quote,
        guest=None,
        held_at=now,
        expires_at=until,
        confirmed_at=None,
        cancelled_at=None,
        reservations=tuple(
            Reservation(number=number, state=RoomState.LIVE, penalty_cents=0, cancelled_at=None)
            for number in rooms
        ),
        version=1,
        kept_cents=0,
        changing=None,
    )


async def release_hold(tx: Tx, booking_id: UUID) -> Booking:
    """The guest gives the rooms back before the time is over; doing it again changes nothing.

    Raises `WrongState` once the payment has begun.
    """
    booking = await lock(tx, booking_id)
    if policy.decide(booking.state, Event.RELEASE) is None:
        return booking
    if booking.state is State.REQUESTED:
        return await move(tx, booking, Event.RELEASE, "withdrawn by the guest")
    released = await move(tx, booking, Event.RELEASE, "given back by the guest")
    await give_rooms_back(tx, booking.quote)
    return released


async def release_expired_hold(tx: Tx, booking_id: UUID, told_at: int | None = None) -> bool:
    """Give the rooms of a hold back once its time has passed; True for the call that does it.

    `told_at` is the revision that the message was written at: after a later one it says nothing.
    """
    booking = await store.lock_booking(tx, booking_id)
    if booking is None or policy.is_late(told_at, booking.revision):
        return False
    over = booking.expires_at is not None and booking.expires_at <= tx.now
    if not over or policy.decide(booking.state, Event.EXPIRE) is None:
        return False
    if booking.state is State.REQUESTED:
        lapsed = RequestLapsed(booking=booking.id)
        await move(tx, booking, Event.EXPIRE, "the house did not answer in time", lapsed)
        return True
    reason = "the hold's time has passed"
    if booking.state is State.PAYING:
        reason = "the bank did not answer in time"
    await move(tx, booking, Event.EXPIRE, reason)
    await give_rooms_back(tx, booking.quote)
    return True
