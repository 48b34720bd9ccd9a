"""Random lives of bookings, many at once: guests, the desk, the calendar, another platform.

`python -m loadtests.mixed` is one of several processes of the drill: it reads how many operations
to do from its input and answers with what it has done."""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.app import compose, open_database
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database, Tx
from hub.core.errors import HubError, NotFound
from hub.core.idempotency import Once
from hub.core.problems import sqlstate_of
from hub.core.settings import Settings, read_settings
from hub.core.tokens import Reference
from loadtests.replaying import Model
from tourism import lodging, quoting
from tourism.booking.actions import holding, reading, rushing, staying
from tourism.booking.models import HOLD_MINUTES, Booking, Guest, State
from tourism.calendar.actions import editing
from tourism.calendar.models import Change, EditCalendar, Field, Operation, RowKey
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.channels.actions import feeds, fetching
from tourism.channels.models import AddFeed, Reading, Stay
from tourism.desk.actions import walkin
from tourism.groups.actions import blocking, picking
from tourism.groups.models import Block, MakeBlock, PickUp, RoomsAsked, WashBlock
from tourism.groups.store import BlockOf, list_rooms
from tourism.paying.actions import cancelling
from tourism.paying.doors import pay_now
from tourism.paying.models import PAYING_MINUTES, CancelBooking, PayBooking
from tourism.quoting.models import DESK, MakeQuote, RoomWanted

AT_ONCE = 8
WINDOW = 60
PACE = timedelta(minutes=7)  # 100,000 operations in two processes: a month
YOUNG, KNOWN, LOOKS = 10, 300, 3  # of how many newest bookings one is chosen, in how many looks
CARDS = ("pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_visa_chargeDeclined")
GUEST = Guest(first_name="Ada", last_name="Martin", email="ada@demo.example")
SLOW = {"55P03", "57014"}  # a lock or a statement that took too long: a slow machine, no fault


class Seen(msgspec.Struct):
    """What a run has done and found."""

    operations: int = 0
    done: dict[str, int] = msgspec.field(default_factory=Counter)
    refused: dict[str, int] = msgspec.field(default_factory=Counter)
    wrong_nights: int = 0
    negative_nights: int = 0
    checked: int = 0

    def add(self, other: "Seen") -> None:
        self.operations += other.operations
        for mine, theirs in ((self.done, other.done), (self.refused, other.refused)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count


class House(msgspec.Struct, frozen=True):
    id: int
    tenant: int
    types: tuple[int, ...]
    plan: int
    feed: UUID


class Lives:
    """Guests of one house, each doing something at random."""

    def __init__(self, database: Database, clock: DrivenClock, house: House, seed: int) -> None:
        self.database, self.clock, self.house = database, clock, house
        self.seed, self.chance = seed, random.Random(seed)
        self.bookings: list[UUID] = []
        self.arrivals: dict[date, list[UUID]] = {}
        self.holds: dict[UUID, datetime] = {}
        self.seen_twice: set[UUID] = set()
        self.blocks: list[UUID] = []
        self.groups: list[Block] = []
        self.of_group: dict[UUID, list[UUID]] = {}
        self.guests_elsewhere: dict[str, Stay] = {}
        self.seen = Seen()
        self._number = 0
        self._acts: dict[str, tuple[int, Callable[[], Awaitable[object]]]] = {
            "hold": (29, self._hold),
            "walk_in": (3, self._walk_in),
            "pay": (22, self._pay),
            "release": (3, self._release),
            "expire": (8, self._expire),
            "change": (8, self._change),
            "cancel_room": (4, self._cancel_room),
            "cancel": (5, self._cancel),
            "arrive": (4, self._arrive),
            "leave": (3, self._leave),
            "miss": (5, self._miss),
            "block": (2, self._block),
            "unblock": (2, self._unblock),
            "platform": (2, self._platform),
            "keep_for_group": (2, self._keep_for_group),
            "pick_up": (4, self._pick_up),
            "change_in_group": (2, self._change_in_group),
            "end_group": (2, self._end_group),
        }

    async def run(self, operations: int) -> None:
        """So many operations, `AT_ONCE` at the same moment; the clock goes on meanwhile."""
        for _ in range(operations // AT_ONCE):
            await asyncio.gather(*[self._act() for _ in range(AT_ONCE)])
            self.clock.forward(PACE)

    async def _act(self) -> None:
        names = list(self._acts)
        [name] = self.chance.choices(names, [self._acts[known][0] for known in names])
        self.seen.operations += 1
        try:
            await self._acts[name][1]()
            self.seen.done[name] += 1
        except HubError as refused:
            self.seen.refused[f"{name}: {refused.code}"] += 1
        except TimeoutError:  # whether it was done is not known; the record knows
            self.seen.refused[f"{name}: no answer"] += 1
        except asyncpg.PostgresError as error:
            if sqlstate_of(error) not in SLOW:
                raise
            self.seen.refused[f"{name}: busy"] += 1

    def _key(self) -> str:
        self._number += 1
        return f"mixed-{self.seed}-{self._number}"

    def _wish(self) -> MakeQuote:
        arrival = self.clock.now().date() + timedelta(days=self.chance.randrange(WINDOW))
        rooms = self.chance.choice((1, 1, 1, 2, 3))
        return MakeQuote(
            property=self.house.id,
            arrival=arrival,
            departure=arrival + timedelta(days=self.chance.randint(1, 5)),
            rate_plan=self.house.plan,
            rooms=tuple(
                RoomWanted(room_type=self.chance.choice(self.house.types), adults=1)
                for _ in range(rooms)
            ),
        )

    async def _some(self, *wanted: State, newest: int = KNOWN) -> Booking:
        """A booking, sooner in one of these states than not."""
        if not self.bookings:
            raise NotFound("Nothing is booked yet.")
        found = await self._find(self.chance.choice(self.bookings[-newest:]))
        for _ in range(LOOKS - 1):
            if found.state in wanted:
                break
            found = await self._find(self.chance.choice(self.bookings[-newest:]))
        return found

    async def _find(self, id: UUID) -> Booking:
        async with self.database.transaction(self.house.tenant) as tx:
            return await reading.find_booking(tx, id)

    async def _one_of(self, days: Iterable[date]) -> Booking:
        """A booking that was made for one of these days of arrival."""
        known = [id for day in days for id in self.arrivals.get(day, ())]
        if not known:
            raise NotFound("Nobody comes.")
        return await self._find(self.chance.choice(known))

    def _days(self, first: int, last: int) -> list[date]:
        today = self.clock.now().date()
        return [today + timedelta(days=n) for n in range(first, last + 1)]

    def _note(self, id: UUID, arrival: date) -> None:
        self.bookings.append(id)
        self.arrivals.setdefault(arrival, []).append(id)

    async def _hold(self) -> None:
        wish = self._wish()
        async with self.database.transaction(actor="guest") as tx:
            house = await quoting.enter_house(tx, self.database.reader, wish)
            quote = await quoting.make_quote(tx, self.database.reader, house, wish)
        held: list[UUID] = []

        def render(booking: Booking) -> bytes:
            held.append(booking.id)
            self.holds[booking.id] = booking.held_until
            return b"{}"

        await rushing.hold_now(
            self.database,
            rushing.Wish(
                tenant=quote.tenant,
                quote=quote.id,
                actor="guest",
                once=Once(scope=f"guest:{quote.id}", key="hold", fingerprint=b"one"),
                render=render,
            ),
        )
        self._note(held[-1], wish.arrival)

    async def _walk_in(self) -> None:
        wish = msgspec.structs.replace(self._wish(), channel=DESK)
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            quote = await walkin.price_walk_in(tx, self.database.reader, wish)
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            booked = await walkin.book_walk_in(tx, quote.id, GUEST)
        self._note(booked.id, wish.arrival)

    async def _pay(self) -> None:
        booking = await self._some(State.HELD, newest=YOUNG)
        command = PayBooking(
            guest=GUEST,
            payment_method=self.chance.choice(CARDS),
            total_cents=booking.total_cents,
        )
        reference = Reference(tenant=booking.tenant, id=booking.id)
        await pay_now(self.database, reference, command, self._key())

    async def _release(self) -> None:
        booking = await self._some(State.HELD, newest=YOUNG)
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            await holding.release_hold(tx, booking.id)

    async def _expire(self) -> None:
        """The sweep: every hold whose time is over by now; who was just paying then is looked
        after once more, when the bank's time is over as well."""
        over = [(id, until) for id, until in self.holds.items() if until <= self.clock.now()]
        for id, until in over:
            self.holds.pop(id, None)
            async with self.database.transaction(self.house.tenant) as tx:
                released = await holding.release_expired_hold(tx, id)
            if not released and id not in self.seen_twice:
                self.seen_twice.add(id)
                self.holds[id] = until + timedelta(minutes=PAYING_MINUTES + HOLD_MINUTES)

    async def _change(self) -> None:
        booking = await self._some(State.CONFIRMED)
        wish = self._wish()
        command = ChangeStay(
            arrival=wish.arrival,
            departure=wish.departure,
            rate_plan=wish.rate_plan,
            rooms=wish.rooms,
        )
        await self._change_to(booking, command)

    async def _change_in_group(self) -> None:
        """Somebody of a group comes for other nights of it, in one room or in two."""
        block = await self._a_group()
        mine = self.of_group.get(block.id)
        if not mine:
            raise NotFound("Nobody of the group has come.")
        booking = await self._find(self.chance.choice(mine))
        first = self.chance.randrange(block.nights)
        until = self.chance.randint(first + 1, block.nights)
        room = RoomWanted(room_type=booking.quote.breakdown.rooms[0].room_type, adults=1)
        command = ChangeStay(
            arrival=block.arrival + timedelta(days=first),
            departure=block.arrival + timedelta(days=until),
            rate_plan=block.rate_plan,
            rooms=(room,) * self.chance.choice((1, 1, 2)),
        )
        await self._change_to(booking, command)

    async def _change_to(self, booking: Booking, command: ChangeStay) -> None:
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            _, _, difference = await changing.preview_change(
                tx, self.database.reader, booking.id, command
            )
        command = msgspec.structs.replace(
            command,
            difference_cents=difference.cents,
            payment_method=self.chance.choice(CARDS) if difference.due_cents else None,
        )
        await changing.pay_change(self.database, booking.tenant, booking.id, command, self._key())

    async def _cancel_room(self) -> None:
        booking = await self._some(State.CONFIRMED)
        numbers = (self.chance.choice(booking.live_numbers or (1,)),)
        await self._give_up(booking, numbers)

    async def _cancel(self) -> None:
        await self._give_up(await self._some(State.CONFIRMED), ())

    async def _give_up(self, booking: Booking, numbers: tuple[int, ...]) -> None:
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            _, refund = await cancelling.preview_refund(tx, booking.id, numbers)
            command = CancelBooking(refund_cents=refund.refund_cents, rooms=numbers)
            await cancelling.cancel_booking(tx, booking.id, command)

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
            await editing.apply_change(tx, own, change.id)
        self.blocks.append(change.id)

    async def _unblock(self) -> None:
        if not self.blocks:
            raise NotFound("Nothing is blocked.")
        id = self.blocks.pop(self.chance.randrange(len(self.blocks)))
        async with self.database.transaction(self.house.tenant, actor="person:1") as tx:
            await editing.undo_change(tx, await self._own(tx), id)

    async def _own(self, tx: Tx) -> lodging.Property:
        house = await lodging.find_own_property(tx)
        assert house is not None
        return house

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

    async def _a_group(self) -> Block:
        if not self.groups:
            raise NotFound("No group comes.")
        return self.chance.choice(self.groups)

    async def _pick_up(self) -> None:
        """Somebody of a group takes one or two of its rooms, for all of its nights or the first."""
        block = await self._a_group()
        async with self.database.transaction(self.house.tenant) as tx:
            rooms = await list_rooms(tx, [block.id])
        until = self.chance.choice((block.departure, block.arrival + timedelta(days=1)))
        room = RoomWanted(room_type=rooms[0].room_type, adults=1)
        count = self.chance.choice((1, 1, 2))
        command = PickUp(arrival=block.arrival, departure=until, rooms=(room,) * count)
        found = BlockOf(tenant=self.house.tenant, block=block.id)
        async with self.database.transaction(self.house.tenant, actor="guest") as tx:
            booking = await picking.pick_up(tx, self.database.reader, found, command)
        self._note(booking.id, block.arrival)
        self.of_group.setdefault(block.id, []).append(booking.id)
        self.holds[booking.id] = booking.held_until

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


async def settle_in(database: Database, house: Any, number: int) -> House:
    """The demonstration's invented house (as `tests.houses.find_house` gives it), with the feed of
    another platform of its own for each process."""
    address = f"https://platform.example/{number}.ics"
    room_type = house.types["double"]
    async with database.transaction(house.tenant, actor="person:1") as tx:
        feed = await feeds.add_feed(
            tx, AddFeed(room_type=room_type, label=f"Platform {number}", address=address)
        )
    return House(
        id=house.id,
        tenant=house.tenant,
        types=tuple(house.types.values()),
        plan=house.plans["flexible"],
        feed=feed,
    )


async def run_mixed(
    database: Database, clock: DrivenClock, house: Any, operations: int, seed: int
) -> Seen:
    """Lives in one process, twice compared with the model."""
    settled = await settle_in(database, house, seed)
    model = Model(database, settled.tenant, settled.types)
    await model.begin(clock.now().date())
    lives = Lives(database, clock, settled, seed)
    for _ in range(2):
        await lives.run(operations // 2)
        await model.compare(lives.seen)
    return lives.seen


class Orders(msgspec.Struct):
    """What a process of the drill is told at its beginning."""

    database_url: str
    data: str
    secret_key: str
    start: datetime
    house: House
    seed: int


async def _obey(orders: Orders) -> None:
    settings = settings_of(orders.database_url, orders.data, orders.secret_key)
    clock = DrivenClock(orders.start)
    ids = SeededIds(orders.seed)
    database = await open_database(settings, compose(), clock=clock, ids=ids)
    lives = Lives(database, clock, orders.house, orders.seed)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            lives.seen = Seen()
            await lives.run(int(line))
            print(msgspec.json.encode(lives.seen).decode(), flush=True)
    finally:
        await database.close()


def settings_of(database_url: str, data: str, secret_key: str) -> Settings:
    return read_settings(
        {"DATABASE_URL": database_url, "HUB_DATA": data, "HUB_SECRET_KEY": secret_key,
         "HUB_DEMO": "1", "HUB_POOL_SIZE": "10"}
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(_obey(msgspec.json.decode(sys.stdin.readline(), type=Orders)))
