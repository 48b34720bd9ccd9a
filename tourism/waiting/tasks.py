"""What follows when rooms come free, and when an offer ends."""

from datetime import timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.booking.models import RoomsCancelled, StayCancelled, StayMissed
from tourism.changing.models import StayChanged
from tourism.waiting.actions import letters, offering, tidying
from tourism.waiting.models import (
    HouseWaitedFor,
    OfferEnds,
    OfferPassed,
    OldWishes,
    RoomOffered,
    WishKept,
)


async def _serve(database: Database, tenant: int | None, message: HouseWaitedFor) -> None:
    """Offers until nobody's whole wish fits any more, one a transaction."""
    house = await offering.find_house(database.reader, message.property)
    for _ in range(offering.MOST_AT_ONCE):
        async with database.transaction(tenant) as tx:
            if not await offering.serve_next(tx, house):
                return


async def _serve_after(database: Database, tenant: int | None, booking: UUID) -> None:
    async with database.transaction(tenant) as tx:
        property = await offering.find_waited_for(tx, booking)
    if property is not None:
        await _serve(database, tenant, HouseWaitedFor(property=property))


async def _after_cancellation(
    database: Database, tenant: int | None, message: StayCancelled
) -> None:
    await _serve_after(database, tenant, message.booking)


async def _after_rooms(database: Database, tenant: int | None, message: RoomsCancelled) -> None:
    await _serve_after(database, tenant, message.booking)


async def _after_change(database: Database, tenant: int | None, message: StayChanged) -> None:
    await _serve_after(database, tenant, message.booking)


async def _after_no_show(database: Database, tenant: int | None, message: StayMissed) -> None:
    await _serve_after(database, tenant, message.booking)


async def _end_offer(database: Database, tenant: int | None, message: OfferEnds) -> None:
    async with database.transaction(tenant) as tx:
        property = await offering.find_property_of(tx, message.wish)
    if property is None:
        return
    house = await offering.find_house(database.reader, property)
    async with database.transaction(tenant) as tx:
        await offering.end_offer(tx, house, message.wish)
    await _serve(database, tenant, HouseWaitedFor(property=property))


async def _write(database: Database, tenant: int | None, wish: UUID, kind: str) -> None:
    async with database.transaction(tenant) as tx:
        await letters.write_letter(tx, database.reader, wish, kind)


async def _write_joined(database: Database, tenant: int | None, message: WishKept) -> None:
    await _write(database, tenant, message.wish, "joined")


async def _write_offer(database: Database, tenant: int | None, message: RoomOffered) -> None:
    await _write(database, tenant, message.wish, "offer")


async def _write_passed(database: Database, tenant: int | None, message: OfferPassed) -> None:
    await _write(database, tenant, message.wish, "passed")


async def _look_through(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await offering.announce_lists(tx)


async def _announce_old(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        for wall in await tidying.list_old(tx):
            await outbox.emit_for(tx, wall, OldWishes())


async def _forget_old(database: Database, tenant: int | None, message: OldWishes) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await tidying.forget_old(tx)


serve_later = Task(name="waiting.serve", message_type=HouseWaitedFor, run=_serve)
after_cancellation_later = Task(
    name="waiting.after_cancellation", message_type=StayCancelled, run=_after_cancellation
)
after_rooms_later = Task(name="waiting.after_rooms", message_type=RoomsCancelled, run=_after_rooms)
after_change_later = Task(name="waiting.after_change", message_type=StayChanged, run=_after_change)
after_no_show_later = Task(
    name="waiting.after_no_show", message_type=StayMissed, run=_after_no_show
)
end_offer_later = Task(name="waiting.end_offer", message_type=OfferEnds, run=_end_offer)
write_joined_later = Task(name="waiting.write_joined", message_type=WishKept, run=_write_joined)
write_offer_later = Task(name="waiting.write_offer", message_type=RoomOffered, run=_write_offer)
write_passed_later = Task(name="waiting.write_passed", message_type=OfferPassed, run=_write_passed)
look_through_later = Task(name="waiting.look_through", message_type=Nothing, run=_look_through)
announce_old_later = Task(name="waiting.announce_old", message_type=Nothing, run=_announce_old)
forget_old_later = Task(name="waiting.forget_old", message_type=OldWishes, run=_forget_old)

LOOK_THROUGH = Tick(task=look_through_later, every=timedelta(seconds=30))
FORGET = Tick(task=announce_old_later, every=timedelta(hours=24))
