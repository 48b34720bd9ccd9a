"""A room that came free is held for the first whose whole wish fits, for some hours; if it is not
taken, the next one has it, in the same transaction.

Locks in one order: the house, the booking, the years of a house whose nights are counted, then each
room type's months, over all nights that the transaction may touch. Those of a wish that cannot be
served are given back before the next is tried.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from tourism import lodging, offers, quoting, rates
from tourism.booking.actions import holding, reading
from tourism.booking.actions.moving import lock as lock_booking
from tourism.booking.models import Booking, State
from tourism.offers.models import Shelf
from tourism.quoting.errors import NotSellable, SoldOut
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.waiting import policy, store
from tourism.waiting.actions.trying import try_wish
from tourism.waiting.errors import OfferOver, WishUnknown
from tourism.waiting.models import (
    HouseWaitedFor,
    OfferEnds,
    OfferPassed,
    RoomOffered,
    Trial,
    Wish,
    WishState,
)

MOST_AT_ONCE = 20
RETRY = timedelta(minutes=3)
_PASS_ON_TO = 30
Span = tuple[date, date]


async def find_house(reader: Reads, property: int) -> lodging.Property:
    """The house of a list. Raises `WishUnknown`."""
    house = await lodging.find_property(reader, property)
    if house is None:
        raise WishUnknown("The house is no longer listed.")
    return house


async def lock(tx: Tx, id: UUID) -> Wish:
    """A wish, with its house locked first. Raises `WishUnknown`."""
    wish = await store.find_wish(tx, id)
    if wish is None:
        raise WishUnknown("It may have been forgotten: places are kept thirty days at most.")
    await lodging.lock_property(tx, wish.property)
    locked = await store.lock_wish(tx, id)
    assert locked is not None
    return locked


async def serve_next(tx: Tx, house: lodging.Property) -> bool:
    """Hold rooms for the first of a house's list whose whole wish fits now; False when nobody's
    does. Once a transaction, so that every offer commits by itself."""
    await lodging.lock_property(tx, house.id)
    await store.close_past(tx, house.id, local_date(tx.now, house.zone))
    await store.note_tried(tx, house.id)
    for wish in await store.list_waiting(tx, house.id):
        if await _try(tx, house, wish) is None:
            continue
        if await _offer(tx, house, wish):
            return True
    return False


async def end_offer(tx: Tx, house: lodging.Property, id: UUID) -> WishState | None:
    """See what became of an offer; if its time has passed, its rooms go to the next in this very
    transaction. None while the guest may still take it, or is paying."""
    wish = await lock(tx, id)
    if wish.state is not WishState.OFFERED or wish.booking is None:
        return wish.state
    booking = await lock_booking(tx, wish.booking)
    over = booking.expires_at is not None and booking.expires_at <= tx.now
    state = policy.state_after(booking.state, over=over)
    if state is None:
        return None
    await store.close_wish(tx, wish.id, state)
    if state is WishState.PASSED:
        await outbox.emit(tx, OfferPassed(wish=wish.id))
    if booking.state is State.HELD:
        await _pass_on(tx, house, booking)
    return state


async def refuse_offer(tx: Tx, house: lodging.Property, wish: Wish) -> Wish:
    """The guest does not want the rooms: the next one has them. Raises `OfferOver` once they are
    being paid; the caller has locked the wish."""
    assert wish.booking is not None
    booking = await lock_booking(tx, wish.booking)
    if booking.state is not State.HELD:
        raise OfferOver("There is nothing to leave any more.")
    await store.close_wish(tx, wish.id, WishState.REFUSED)
    await audit.record(tx, action="waiting.refuse", subject=f"wish:{wish.id}")
    await _pass_on(tx, house, booking)
    refused = await store.find_wish(tx, wish.id)
    assert refused is not None
    return refused


async def _pass_on(tx: Tx, house: lodging.Property, booking: Booking) -> None:
    """Give the rooms of a hold back and offer them to those who wait for the same nights."""
    freed = booking.arrival, booking.departure
    waiting = [
        wish
        for wish in await store.list_waiting(tx, house.id)
        if policy.overlap(policy.span_of(wish), freed)
    ][:_PASS_ON_TO]
    await _lock_months(tx, house, freed, *(policy.span_of(wish) for wish in waiting))
    if not await holding.release_expired_hold(tx, booking.id):
        await holding.release_hold(tx, booking.id)
    for wish in waiting:
        if await _try(tx, house, wish) is not None:
            await _offer(tx, house, wish)


async def _lock_months(tx: Tx, house: lodging.Property, *spans: Span) -> None:
    types = [type.id for type in await lodging.list_room_types(tx, house.id)]
    first, until = min(span[0] for span in spans), max(span[1] for span in spans)
    if lodging.is_counted(house):
        await lodging.lock_nights(tx, house, first, until)
    await rates.lock_units(tx, sorted(types), first, until)


async def _try(tx: Tx, house: lodging.Property, wish: Wish) -> Trial | None:
    """What a wish could have, by the calendar as this transaction sees it."""
    first, until = policy.span_of(wish)
    # With the day of departure: it may be closed to it.
    last = until + timedelta(days=1)
    shelf: Shelf | None = await offers.load_shelf(tx, house.id, first, last)
    if shelf is None:
        return None
    return try_wish(shelf, wish, tx.now, local_date(tx.now, house.zone))


async def _offer(tx: Tx, house: lodging.Property, wish: Wish) -> bool:
    """Hold what a wish could have; False, and nothing written or locked, when it cannot be had any
    more or not be sold, as beyond the nights that a main residence may be let."""
    try:
        async with tx.part():
            booking = await _hold(tx, house, wish)
    except (SoldOut, NotSellable, lodging.NightsLimitReached):
        return False
    until = tx.now + policy.offer_time(booking.arrival, local_date(tx.now, house.zone))
    await store.keep_hold(tx, booking.id, until, wish.guest)
    await store.offer_wish(tx, wish.id, booking.id, until)
    await audit.record(
        tx, action="waiting.offer", subject=f"wish:{wish.id}", detail={"booking": str(booking.id)}
    )
    await outbox.emit(tx, RoomOffered(wish=wish.id))
    await outbox.emit_at(tx, until, OfferEnds(wish=wish.id))
    return True


async def _hold(tx: Tx, house: lodging.Property, wish: Wish) -> Booking:
    """The rooms at the price of now, under the locks of all nights that would do."""
    await _lock_months(tx, house, policy.span_of(wish))
    trial = await _try(tx, house, wish)
    if trial is None:
        raise SoldOut("These rooms are sold out on one of the nights.")
    wanted = MakeQuote(
        property=house.id,
        arrival=trial.stay.arrival,
        departure=trial.stay.departure,
        rate_plan=trial.rate_plan,
        rooms=tuple(
            RoomWanted(room_type=room_type, adults=party.adults, child_ages=party.child_ages)
            for room_type, party in trial.rooms
        ),
    )
    quote = await quoting.price_stay(tx, tx.database.reader, house, wanted, nights=tx)
    await quoting.keep_quote(tx, quote)
    return await holding.hold_stay(tx, quote.id)


async def find_offer(tx: Tx, wish: Wish) -> Booking | None:
    """The hold that stands for a wish, or None."""
    if wish.booking is None:
        return None
    return await reading.find_booking(tx, wish.booking)


async def announce_lists(tx: Tx, wanted: int = 200) -> int:
    """Send each house that was not looked at for some minutes, and each offer that has ended, to
    its task: what an edit of a calendar has freed is found here."""
    houses = await store.list_houses_waited_for(tx, tx.now - RETRY, wanted)
    for found in houses:
        await outbox.emit_for(tx, found.tenant, HouseWaitedFor(property=found.property))
    ended = await store.list_offers_to_close(tx, wanted)
    for offer in ended:
        await outbox.emit_for(tx, offer.tenant, OfferEnds(wish=offer.wish))
    return len(houses) + len(ended)


def state_now(wish: Wish, offer: Booking | None, now: datetime) -> WishState:
    """Where a wish stands at this instant, its offer's time passed or not yet."""
    if wish.state is not WishState.OFFERED or offer is None:
        return wish.state
    over = offer.expires_at is not None and offer.expires_at <= now
    return policy.state_after(offer.state, over=over) or wish.state


async def find_waited_for(tx: Tx, booking: UUID) -> int | None:
    """The house of a booking, when somebody waits for it."""
    return await store.find_waited_for(tx, booking)


async def find_property_of(tx: Tx, wish: UUID) -> int | None:
    """The house of a wish, or None when it was forgotten."""
    found = await store.find_wish(tx, wish)
    return found.property if found else None
