"""Hold a quoted stay: its rooms are taken for a quarter of an hour, and come back by themselves."""

from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import Busy
from tourism import lodging, quoting, rates
from tourism.booking import policy, store
from tourism.booking.actions.inventory import give_rooms_back, take_rooms
from tourism.booking.actions.moving import lock, move
from tourism.booking.models import HOLD_MINUTES, Booking, Event, HoldExpired, State, StayHeld
from tourism.booking.references import draw_reference
from tourism.quoting.errors import NotSellable, PriceChanged
from tourism.quoting.models import DESK, Quote

_REFERENCE_TRIES = 5


async def hold_stay(tx: Tx, quote_id: UUID) -> Booking:
    """Take the rooms of a quote for 15 minutes; holding a held quote again gives the same hold.

    Raises `QuoteExpired`, `SoldOut`, `PriceChanged` (with the new total) or `NotSellable`; then
    nothing is taken.
    """
    quote = await quoting.find_quote(tx, quote_id)
    held = await store.find_booking_of_quote(tx, quote.id)
    if held is not None:
        return held
    quoting.check_quote_live(quote, tx.now)
    await _check_still_true(tx, quote)
    booking = await _insert(tx, quote)
    await take_rooms(tx, quote)
    return booking


async def release_hold(tx: Tx, booking_id: UUID) -> Booking:
    """The guest gives the rooms back before the time is over; doing it again changes nothing.

    Raises `WrongState` once the payment has begun.
    """
    booking = await lock(tx, booking_id)
    if policy.decide(booking.state, Event.RELEASE) is None:
        return booking
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
    reason = "the hold's time has passed"
    if booking.state is State.PAYING:
        reason = "the bank did not answer in time"
    await move(tx, booking, Event.EXPIRE, reason)
    await give_rooms_back(tx, booking.quote)
    return True


async def announce_overdue_holds(tx: Tx, wanted: int = 500) -> int:
    """Send each overdue hold to the task that releases it: the sweep behind the holds' own
    messages."""
    overdue = await store.list_overdue_holds(tx, wanted)
    for hold in overdue:
        await outbox.emit_for(tx, hold.tenant, HoldExpired(booking=hold.booking))
    return len(overdue)


async def _check_still_true(tx: Tx, quote: Quote) -> None:
    rooms = quote.breakdown.rooms
    wanted = list(quoting.units_wanted(rooms))
    terms = await rates.load_rates(tx, quote.property, wanted, quote.arrival, quote.departure)
    plan = terms.find_plan(quote.rate_plan)
    if plan is None:
        raise NotSellable("The house no longer offers this rate.", obstacles=["closed"])
    house = await lodging.find_own_property(tx)
    if quote.channel != DESK and (house is None or house.listing not in lodging.SELLING):
        raise NotSellable("The house has left the sale.", obstacles=["closed"])
    quoting.check_sellable(terms, plan, rooms, quote.made_at, quote.zone)
    for room in rooms:
        slept, _ = terms.sold_nights(room.room_type, plan)
        if tuple(night.price_cents for night in slept) != room.base_cents:
            raise PriceChanged("Ask for a new quote: it shows the price of now.")


async def _insert(tx: Tx, quote: Quote) -> Booking:
    expires_at = tx.now + timedelta(minutes=HOLD_MINUTES)
    id = tx.uuid()
    for _ in range(_REFERENCE_TRIES):
        reference = draw_reference(tx.database.ids)
        if await store.insert_booking(tx, id, quote, reference, expires_at):
            break
        if await store.find_booking_of_quote(tx, quote.id) is not None:
            raise Busy("This offer is just being held.")
    else:
        raise Busy("No free reference was found.")
    await store.insert_reservations(tx, id, quote)
    await store.insert_revision(tx, id, 1, State.HELD, Event.HOLD, "held")
    await audit.record(tx, action="booking.hold", subject=f"booking:{id}")
    await outbox.emit_at(tx, expires_at, HoldExpired(booking=id, revision=1))
    await outbox.emit(tx, StayHeld(booking=id, expires_at=expires_at))
    booking = await store.find_booking(tx, id)
    assert booking is not None
    return booking
