"""What is taken of every night, replayed from the records alone: each booking's events and
versions, the house's changes of its calendar, the blocks of other platforms, and what waits for
groups."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from hub.core.db import Database
from hub.core.sql import parse_query
from tourism import rates
from tourism.calendar.actions.reading import find_change
from tourism.calendar.models import Field, Piece

Night = tuple[int, date]
DAYS = 200


class Tally(Protocol):
    """Where a comparison counts what it finds."""

    wrong_nights: int
    negative_nights: int
    checked: int


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
    """The stay of a booking at one time: its room types in order."""

    booking: UUID
    arrival: date
    departure: date
    types: list[int]


class _Block(msgspec.Struct):
    room_type: int
    taken_from: date
    taken_until: date


class _Kept(msgspec.Struct):
    """Units that wait for a group, night by night."""

    room_type: int
    arrival: date
    held: list[int]


class _Id(msgspec.Struct):
    id: UUID


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
    "select booking, (document ->> 'arrival')::date as arrival,"
    " (document ->> 'departure')::date as departure,"
    " jsonb_path_query_array(document, '$.breakdown.rooms[*].room_type') as types"
    " from (select booking, version, document from booking_version"
    " union all select id, version, document from booking) v order by booking, version",
)
_CHANGES = parse_query(
    "changes", "select id from calendar_change where state <> 'previewed' order by number"
)
_BLOCKS = parse_query(
    "blocks",
    "select room_type, taken_from, taken_until from channel_block where state = 'blocked'",
)

_KEPT = parse_query(
    "kept",
    "select r.room_type, b.arrival, r.held from group_room r join group_block b on b.id = r.block",
)


class Model:
    """What must be left of every night of some room types."""

    def __init__(self, database: Database, tenant: int, types: Sequence[int]) -> None:
        self.database, self.tenant, self.types = database, tenant, list(types)
        self._out_of_order: Counter[Night] = Counter()
        self._read: set[UUID] = set()

    async def begin(self, today: date) -> None:
        """Note what would be left if nothing had ever been taken."""
        self.first = today - timedelta(days=5)
        self._before = await self._left()
        self._before.update(await self._taken())

    async def compare(self, tally: Tally) -> None:
        taken, left = await self._taken(), await self._left()
        tally.wrong_nights += sum(left[n] != self._before[n] - taken[n] for n in self._before)
        tally.negative_nights += sum(units < 0 for units in left.values())
        tally.checked += len(self._before)

    async def _left(self) -> Counter[Night]:
        until = self.first + timedelta(days=DAYS)
        async with self.database.transaction(self.tenant) as tx:
            nights = await rates.list_nights(tx, self.types, self.first, until)
        return Counter({(night.room_type, night.on): night.units_left for night in nights})

    async def _taken(self) -> Counter[Night]:
        taken = await replay(self.database, self.tenant)
        async with self.database.transaction(self.tenant) as tx:
            for change in await tx.all(_Id, _CHANGES):
                if change.id not in self._read:
                    self._read.add(change.id)
                    self._note((await find_change(tx, change.id)).pieces)
            blocks = await tx.all(_Block, _BLOCKS)
            kept = await tx.all(_Kept, _KEPT)
        taken.update(self._out_of_order)
        for block in blocks:
            nights = range((block.taken_until - block.taken_from).days)
            taken.update((block.room_type, block.taken_from + timedelta(days=n)) for n in nights)
        for one in kept:
            for n, units in enumerate(one.held):
                taken[one.room_type, one.arrival + timedelta(days=n)] += units
        return taken

    def _note(self, pieces: Sequence[Piece]) -> None:
        """An undo is a change of its own, so each says what it adds."""
        for piece in pieces:
            if piece.field is Field.OUT_OF_ORDER:
                for n, (was, now) in enumerate(zip(piece.before, piece.after, strict=True)):
                    self._out_of_order[piece.room_type, piece.first + timedelta(days=n)] += (
                        now - was
                    )


async def replay(database: Database, tenant: int) -> Counter[Night]:
    """The units that are taken of each night by bookings, by the record of their events alone."""
    async with database.transaction(tenant) as tx:
        events = await tx.all(_Event, _EVENTS)
        gone = await tx.all(_Gone, _GONE)
        versions = await tx.all(_Version, _VERSIONS)
    by_booking: dict[UUID, list[_Version]] = {}
    for version in versions:
        by_booking.setdefault(version.booking, []).append(version)
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


def _taken_by(versions: Sequence[_Version], life: Sequence[_Event]) -> Counter[Night]:
    version, rooms = 0, set[int]()
    missed = False
    everything = lambda: set(range(1, len(versions[version].types) + 1))  # noqa: E731
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
    stay = versions[version]
    until = stay.arrival + timedelta(days=1) if missed else stay.departure
    return Counter(
        (stay.types[number - 1], stay.arrival + timedelta(days=day))
        for number in rooms
        for day in range((until - stay.arrival).days)
    )
