"""What the house of random lives does, and another platform: the desk, nights out of order, rooms
kept for groups."""

from datetime import timedelta

import msgspec

from hub.core.errors import NotFound
from loadtests.mixed_world import GUEST, WINDOW, World
from tourism.booking.actions import staying
from tourism.calendar.actions import applying, editing
from tourism.calendar.models import Change, EditCalendar, Field, Operation, RowKey
from tourism.channels.actions import fetching
from tourism.channels.models import Reading, Stay
from tourism.desk.actions import walkin
from tourism.groups.actions import blocking
from tourism.groups.models import MakeBlock, RoomsAsked, WashBlock
from tourism.groups.store import list_rooms
from tourism.quoting.models import DESK


class Hosts(World):
    """Each of these is one operation of the house, or of the platform beside it."""

    async def _walk_in(self) -> None:
        wish = msgspec.structs.replace(self._wish(), channel=DESK)
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            quote = await walkin.price_walk_in(tx, self.database.reader, wish)
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            booked = await walkin.book_walk_in(tx, quote.id, GUEST)
        self._note(booked.id, wish.arrival)

    async def _arrive(self) -> None:
        booking = await self._one_of(self._days(-1, 0))
        async with self.database.transaction(booking.tenant) as tx:
            await staying.begin_stay(tx, booking.id)

    async def _leave(self) -> None:
        booking = await self._one_of(self._days(-4, -1))
        async with self.database.transaction(booking.tenant) as tx:
            await staying.end_stay(tx, booking.id)

    async def _miss(self) -> None:
        booking = await self._one_of(self._days(-1, 0))
        async with self.database.transaction(booking.tenant) as tx:
            await staying.miss_stay(tx, booking.id)

    async def _block(self) -> None:
        """The house takes rooms of a type out of order for some nights."""
        first = self.chance.choice(self._days(0, WINDOW))
        edit = EditCalendar(
            rows=(RowKey(self.chance.choice(self.house.types)),),
            first=first,
            last=first + timedelta(days=self.chance.randint(0, 4)),
            changes=(Change(field=Field.OUT_OF_ORDER, operation=Operation.ADD, amount=1),),
        )
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            own = await self._own(tx)
            change = await editing.preview_edit(tx, own, edit)
            await applying.apply_change(tx, own, change.id)
        self.blocks.append(change.id)

    async def _unblock(self) -> None:
        if not self.blocks:
            raise NotFound("Nothing is blocked.")
        id = self.blocks.pop(self.chance.randrange(len(self.blocks)))
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            await applying.undo_change(tx, await self._own(tx), id)

    async def _platform(self) -> None:
        """Another platform's calendar is read again: a guest more there, or one less."""
        guests = self.guests_elsewhere
        if len(guests) > 3 or (guests and self.chance.random() < 0.4):
            guests.pop(self.chance.choice(sorted(guests)))
        else:
            arrival = self.chance.choice(self._days(0, WINDOW))
            nights = timedelta(days=self.chance.randint(1, 5))
            uid = self._key()
            guests[uid] = Stay(uid=uid, arrival=arrival, departure=arrival + nights)
        today = self.clock.now().date()
        stays = tuple(stay for stay in guests.values() if stay.departure > today)
        async with self.database.transaction(self.house.tenant) as tx:
            own = await self._own(tx)
            heard = Reading(stays=stays, events=len(stays))
            await fetching.apply_reading(tx, self.house.feed, heard, tx.now, own.zone)

    async def _keep_for_group(self) -> None:
        """The house keeps rooms of a type for a group, until the day before it comes."""
        arrival = self.chance.choice(self._days(2, WINDOW))
        command = MakeBlock(
            name="A wedding",
            arrival=arrival,
            departure=arrival + timedelta(days=self.chance.randint(1, 4)),
            cut_off_on=arrival - timedelta(days=1),
            rate_plan=self.house.plan,
            rooms=(
                RoomsAsked(
                    room_type=self.chance.choice(self.house.types),
                    units=self.chance.randint(1, 3),
                    price_cents=9_000,
                ),
            ),
        )
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            block = await blocking.make_block(tx, tx.uuid(), command)
        self.groups.append(block)

    async def _end_group(self) -> None:
        """Rooms go back to the sale: one of them, all of them, or whatever the day says; and rooms
        of stays that fell through come back for the group."""
        block = await self._a_group()
        act = self.chance.choice(("wash", "mend", "mend", "release"))
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            if act == "wash":
                [room] = await list_rooms(tx, [block.id])
                wash = WashBlock(room_type=room.room_type, units=1)
                await blocking.wash_block(tx, block.id, wash)
            elif act == "mend":
                await blocking.mend_block(tx, block.id)
            else:
                await blocking.release_block(tx, block.id)
        if act == "release" and block in self.groups:
            self.groups.remove(block)
