"""Random lives of bookings, many at once, and a model that is replayed from the record of events:
what is left of every night must be what the record says."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import HubError, NotFound
from hub.core.idempotency import Once
from hub.core.problems import sqlstate_of
from hub.core.sql import parse_query
from hub.core.tokens import Reference
from tourism import quoting, rates
from tourism.booking.actions import holding, reading, rushing, staying
from tourism.booking.models import Booking, Guest
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.paying.actions import cancelling
from tourism.paying.doors import pay_now
from tourism.paying.models import CancelBooking, PayBooking
from tourism.quoting.models import MakeQuote, Quote, RoomWanted

AT_ONCE = 8
WINDOW = 21
YOUNG, KNOWN = 10, 300  # of how many newest bookings one is chosen
CARDS = ("pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_visa_chargeDeclined")
GUEST = Guest(first_name="Ada", last_name="Martin", email="ada@demo.example")
SLOW = {"55P03", "57014"}  # a lock or a statement that took too long: a slow machine, no fault
Night = tuple[int, date]


class Seen(msgspec.Struct):
    """What a run has done and found."""

    operations: int = 0
    done: Counter[str] = msgspec.field(default_factory=Counter)
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    wrong_nights: int = 0
    negative_nights: int = 0
    checked: int = 0


class House(msgspec.Struct, frozen=True):
    id: int
    tenant: int
    types: tuple[int, ...]
    plan: int


class Lives:
    """Guests of one house, each doing something at random."""

    def __init__(self, database: Database, clock: DrivenClock, house: House, seed: int) -> None:
        self.database, self.clock, self.house = database, clock, house
        self.chance = random.Random(seed)
        self.bookings: list[UUID] = []
        self.seen = Seen()
        self._number = 0
        self._acts: dict[str, tuple[int, Callable[[], Awaitable[object]]]] = {
            "hold": (36, self._hold),
            "pay": (24, self._pay),
            "release": (4, self._release),
            "expire": (10, self._expire),
            "change": (8, self._change),
            "cancel_room": (4, self._cancel_room),
            "cancel": (6, self._cancel),
            "arrive": (3, self._arrive),
            "leave": (2, self._leave),
            "miss": (3, self._miss),
        }

    async def run(self, operations: int, checks: int = 4) -> Seen:
        """So many operations, `AT_ONCE` at the same moment; `checks` times against the model."""
        rounds = operations // AT_ONCE
        left_before = await self._left_with_taken()
        for number in range(1, rounds + 1):
            await asyncio.gather(*[self._act() for _ in range(AT_ONCE)])
            self.clock.forward(timedelta(minutes=1))
            if number % max(1, rounds // checks) == 0:
                await self._compare(left_before)
        return self.seen

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
        return f"mixed-{self._number}"

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

    async def _some(self) -> Booking:
        """A booking, sooner a young one than an old one."""
        if not self.bookings:
            raise NotFound("Nothing is booked yet.")
        newest = self.chance.choice((YOUNG, YOUNG, KNOWN))
        chosen = self.chance.choice(self.bookings[-newest:])
        async with self.database.transaction(self.house.tenant) as tx:
            return await reading.find_booking(tx, chosen)

    async def _hold(self) -> None:
        wish = self._wish()
        async with self.database.transaction(actor="guest") as tx:
            house = await quoting.enter_house(tx, self.database.reader, wish)
            quote = await quoting.make_quote(tx, self.database.reader, house, wish)
        held: list[UUID] = []

        def render(booking: Booking) -> bytes:
            held.append(booking.id)
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
        self.bookings.append(held[-1])

    async def _pay(self) -> None:
        booking = await self._some()
        command = PayBooking(
            guest=GUEST,
            payment_method=self.chance.choice(CARDS),
            total_cents=booking.total_cents,
        )
        reference = Reference(tenant=booking.tenant, id=booking.id)
        await pay_now(self.database, reference, command, self._key())

    async def _release(self) -> None:
        booking = await self._some()
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            await holding.release_hold(tx, booking.id)

    async def _expire(self) -> None:
        booking = await self._some()
        async with self.database.transaction(booking.tenant) as tx:
            await holding.release_expired_hold(tx, booking.id)

    async def _change(self) -> None:
        booking = await self._some()
        wish = self._wish()
        command = ChangeStay(
            arrival=wish.arrival,
            departure=wish.departure,
            rate_plan=wish.rate_plan,
            rooms=wish.rooms,
        )
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
        booking = await self._some()
        numbers = (self.chance.choice(booking.live_numbers or (1,)),)
        await self._give_up(booking, numbers)

    async def _cancel(self) -> None:
        await self._give_up(await self._some(), ())

    async def _give_up(self, booking: Booking, numbers: tuple[int, ...]) -> None:
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            _, refund = await cancelling.preview_refund(tx, booking.id, numbers)
            command = CancelBooking(refund_cents=refund.refund_cents, rooms=numbers)
            await cancelling.cancel_booking(tx, booking.id, command)

    async def _arrive(self) -> None:
        booking = await self._some()
        async with self.database.transaction(booking.tenant) as tx:
            await staying.begin_stay(tx, booking.id)

    async def _leave(self) -> None:
        booking = await self._some()
        async with self.database.transaction(booking.tenant) as tx:
            await staying.end_stay(tx, booking.id)

    async def _miss(self) -> None:
        booking = await self._some()
        async with self.database.transaction(booking.tenant) as tx:
            await staying.miss_stay(tx, booking.id)

    async def _left_with_taken(self) -> Counter[Night]:
        """What would be left of each night if nothing had ever been taken."""
        left = await self._left()
        left.update(await replay(self.database, self.house.tenant))
        return left

    async def _left(self) -> Counter[Night]:
        first = self.clock.now().date() - timedelta(days=60)
        async with self.database.transaction(self.house.tenant) as tx:
            nights = await rates.list_nights(
                tx, list(self.house.types), first, first + timedelta(days=160)
            )
        return Counter({(night.room_type, night.on): night.units_left for night in nights})

    async def _compare(self, before: Counter[Night]) -> None:
        taken = await replay(self.database, self.house.tenant)
        left = await self._left()
        nights = [night for night in left if night in before]
        self.seen.wrong_nights += sum(
            left[night] != before[night] - taken[night] for night in nights
        )
        self.seen.negative_nights += sum(left[night] < 0 for night in nights)
        self.seen.checked += len(nights)


class _Event(msgspec.Struct):
    booking: UUID
    event: str
    at: datetime
    rooms: list[int] | None = None


class _Gone(msgspec.Struct):
    """Which rooms a cancellation took away, by the audit record."""

    subject: str
    at: datetime
    rooms: list[int]


class _Version(msgspec.Struct):
    booking: UUID
    document: Quote


_EVENTS = parse_query(
    "events",
    "select booking, event, at from booking_revision order by booking, revision",
)
_GONE = parse_query(
    "gone",
    "select subject, at, detail -> 'rooms' as rooms from audit_entry"
    " where action = 'booking.cancel_room' order by id",
)
_VERSIONS = parse_query(
    "versions",
    "select booking, document from (select booking, version, document from booking_version"
    " union all select id, version, document from booking) v order by booking, version",
)


async def replay(database: Database, tenant: int) -> Counter[Night]:
    """The units that are taken of each night, by the record of every booking's events alone."""
    async with database.transaction(tenant) as tx:
        events = await tx.all(_Event, _EVENTS)
        gone = await tx.all(_Gone, _GONE)
        versions = await tx.all(_Version, _VERSIONS)
    by_booking: dict[UUID, list[Quote]] = {}
    for version in versions:
        by_booking.setdefault(version.booking, []).append(version.document)
    taken: Counter[Night] = Counter()
    lives: dict[UUID, list[_Event]] = {}
    rooms: dict[tuple[str, datetime], list[list[int]]] = {}
    for one in gone:
        rooms.setdefault((one.subject, one.at), []).append(one.rooms)
    for event in events:
        if event.event == "cancel a room":
            event.rooms = rooms[f"booking:{event.booking}", event.at].pop(0)
        lives.setdefault(event.booking, []).append(event)
    for booking, life in lives.items():
        taken.update(_taken_by(by_booking[booking], life))
    return taken


def _taken_by(quotes: Sequence[Quote], life: Sequence[_Event]) -> Counter[Night]:
    version, rooms = 0, set[int]()
    missed = False
    everything = lambda: set(range(1, len(quotes[version].breakdown.rooms) + 1))  # noqa: E731
    for event in life:
        match event.event:
            case "hold" | "rooms taken again":
                rooms = everything()
            case "release" | "time over" | "cancel":
                rooms = set()
            case "cancel a room":
                rooms -= set(event.rooms or ())
            case "change":
                version += 1
                rooms = everything()
            case "do not come":
                missed = True
            case _:
                pass
    quote = quotes[version]
    until = quote.arrival + timedelta(days=1) if missed else quote.departure
    return Counter(
        (quote.breakdown.rooms[number - 1].room_type, quote.arrival + timedelta(days=day))
        for number in rooms
        for day in range((until - quote.arrival).days)
    )


async def run_mixed(
    database: Database, clock: DrivenClock, house: Any, operations: int, seed: int
) -> Seen:
    """Lives in the demonstration's invented house (as `tests.houses.find_house` gives it)."""
    found = House(
        id=house.id,
        tenant=house.tenant,
        types=tuple(house.types.values()),
        plan=house.plans["flexible"],
    )
    return await Lives(database, clock, found, seed).run(operations)
