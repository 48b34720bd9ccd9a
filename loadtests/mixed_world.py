"""A house of random lives (`loadtests.mixed`): what is known of it, what is chosen at random."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from hub.core.settings import Settings, read_settings
from tourism import lodging
from tourism.booking.actions import reading
from tourism.booking.models import Booking, Guest, State
from tourism.channels.actions import feeds
from tourism.channels.models import AddFeed, Stay
from tourism.groups.models import Block
from tourism.quoting.models import MakeQuote, RoomWanted

WINDOW = 60
KNOWN, LOOKS = 300, 3  # of how many newest bookings one is chosen, in how many looks
GUEST = Guest(first_name="Ada", last_name="Martin", email="ada@demo.example")


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


class World:
    """One house with those who have come to it, and a chance of its own for each process."""

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

    async def _own(self, tx: Tx) -> lodging.Property:
        house = await lodging.find_own_property(tx)
        assert house is not None
        return house

    async def _a_group(self) -> Block:
        if not self.groups:
            raise NotFound("No group comes.")
        return self.chance.choice(self.groups)


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


def settings_of(database_url: str, data: str, secret_key: str) -> Settings:
    return read_settings(
        {"DATABASE_URL": database_url, "HUB_DATA": data, "HUB_SECRET_KEY": secret_key,
         "HUB_DEMO": "1", "HUB_POOL_SIZE": "10"}
    )  # fmt: skip
