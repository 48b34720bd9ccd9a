"""Join a waiting list, look at one's place, leave it."""

from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Reads, Tx
from tourism import lodging, offers
from tourism.booking.policy import check_guest
from tourism.quoting.errors import OfferUnknown
from tourism.waiting import policy, store
from tourism.waiting.actions.offering import find_house, lock, refuse_offer
from tourism.waiting.actions.trying import check_waitable
from tourism.waiting.errors import ListFull, NotWaitable, OfferOver, WishUnknown
from tourism.waiting.models import JoinList, Listed, Place, Wish, WishKept, WishState

MOST_OPEN = 200
MOST_OF_A_GUEST = 5
CLOSED_SHOWN = 30


async def enter_house(tx: Tx, reader: Reads, property: int) -> lodging.Property:
    """The house that somebody wants to wait for; the transaction goes behind its wall. Raises
    `OfferUnknown` for a house that takes no bookings here."""
    house = await lodging.find_property(reader, property)
    if house is None or house.listing not in lodging.SELLING:
        raise OfferUnknown("This house does not take bookings here.")
    tx.enter(house.tenant)
    return house


async def list_types(reader: Reads, house: lodging.Property) -> list[lodging.RoomType]:
    """The rooms that one may wait for."""
    return await lodging.list_room_types(reader, house.id)


async def check_join(
    reader: Reads, house: lodging.Property, command: JoinList, tx: Tx
) -> list[lodging.RoomType]:
    """The house's room types, when one may wait for this stay. Raises `WishInvalid`,
    `StayInvalid`, `StillFree`, `NotWaitable`."""
    types = await list_types(reader, house)
    policy.check_wish(command, [type.id for type in types], tx.now, house.zone)
    last = command.departure + timedelta(days=1)
    shelf = await offers.load_shelf(reader, house.id, command.arrival, last)
    if shelf is None:
        raise NotWaitable("Choose other dates or another house.")
    check_waitable(shelf, command, tx.now)
    return types


async def join_list(
    tx: Tx, reader: Reads, house: lodging.Property, id: UUID, command: JoinList
) -> Wish:
    """A place on the list, under an id that the same form always makes; a letter confirms it.

    Raises as `check_join`, `StayInvalid` for a guest whom no letter reaches, `ListFull`.
    """
    known = await store.find_wish(tx, id)
    if known is not None:
        return known
    check_guest(command.guest)
    await check_join(reader, house, command, tx)
    waiting = await store.count_open(tx, house.id, command.guest.email)
    if waiting.house >= MOST_OPEN or waiting.guest >= MOST_OF_A_GUEST:
        raise ListFull("Wait until a place is free, or try other dates.", retry_after_s=3_600)
    if await store.insert_wish(tx, id, command):
        await audit.record(tx, action="waiting.join", subject=f"wish:{id}")
        await outbox.emit(tx, WishKept(wish=id))
    return await find_wish(tx, id)


async def find_wish(tx: Tx, id: UUID) -> Wish:
    """One wish of this wall. Raises `WishUnknown`."""
    wish = await store.find_wish(tx, id)
    if wish is None:
        raise WishUnknown("It may have been forgotten: places are kept thirty days at most.")
    return wish


async def find_place(tx: Tx, id: UUID) -> Place:
    """A wish and how many come before it. Raises `WishUnknown`."""
    wish = await find_wish(tx, id)
    before = 0
    if wish.state is WishState.WAITING:
        before = await store.count_before(tx, wish, policy.span_of(wish))
    return Place(wish=wish, before=before)


async def leave_list(tx: Tx, reader: Reads, id: UUID) -> Wish:
    """Leave the list, or refuse what is offered: its rooms pass to the next at once. Leaving again
    changes nothing. Raises `OfferOver` once the offer is taken or being paid."""
    wish = await lock(tx, id)
    if wish.state in {WishState.LEFT, WishState.REFUSED}:
        return wish
    if wish.state is WishState.OFFERED:
        house = await find_house(reader, wish.property)
        return await refuse_offer(tx, house, wish)
    if wish.state is not WishState.WAITING:
        raise OfferOver("There is nothing to leave any more.")
    await store.close_wish(tx, wish.id, WishState.LEFT)
    await audit.record(tx, action="waiting.leave", subject=f"wish:{id}")
    return await find_wish(tx, id)


async def list_wishes(tx: Tx) -> tuple[lodging.Property | None, list[lodging.RoomType], Listed]:
    """The own house, its room types and its list."""
    house = await lodging.find_own_property(tx)
    types = await lodging.list_room_types(tx, house.id) if house else []
    listed = Listed(
        open=await store.list_open(tx), closed=await store.list_closed(tx, CLOSED_SHOWN)
    )
    return house, types, listed
