"""The statements of figures."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

import msgspec
from msgspec import structs

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.rules import split
from tourism.figures.models import Night, Period, RoomStay, TypeNight

q = load_queries(__name__)


class FrozenNight(msgspec.Struct, frozen=True, kw_only=True):
    """A night of the frozen quote, VAT and meals included."""

    on: date
    gross_cents: int


class RoomRow(msgspec.Struct, frozen=True, kw_only=True):
    """One room of a booking as it was sold, with its plan's meal supplements. `missed_at` is when
    the house said that the guest had not come; `penalty_cents` what it then kept of the booking,
    None while it has not decided."""

    booking: UUID
    room_type: int
    persons: int
    adults: int
    children: int
    arrival: date
    confirmed_at: datetime
    cancelled_at: datetime | None
    nights: tuple[FrozenNight, ...]
    lodging_cents: tuple[int, ...]
    vat_bps: int
    supplement_adult_cents: int
    supplement_child_cents: int
    missed_at: datetime | None = None
    penalty_cents: int | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A period, and its first and last instants on the property's own clock."""

    period: Period
    since: datetime
    before: datetime


async def list_room_stays(
    tx: Tx, property: int, window: Window, previous: Window
) -> list[RoomStay]:
    """Rooms of the bookings that touch either window by a night or by their confirmation."""
    rows = await tx.all(
        RoomRow,
        q.list_room_stays,
        property=property,
        first=window.period.first,
        until=window.period.until,
        since=window.since,
        before=window.before,
        previous_first=previous.period.first,
        previous_until=previous.period.until,
        previous_since=previous.since,
        previous_before=previous.before,
    )
    return as_stays(rows)


async def list_type_nights(tx: Tx, property: int, period: Period) -> list[TypeNight]:
    """What each room type has for the nights of a period."""
    return await tx.all(
        TypeNight, q.list_type_nights, property=property, first=period.first, until=period.until
    )


def as_stays(rows: Iterable[RoomRow]) -> list[RoomStay]:
    """What is counted of each booking's rooms, which stand together."""
    stays: list[RoomStay] = []
    for _, group in groupby(rows, key=lambda row: row.booking):
        rooms = list(group)
        if rooms[0].missed_at is None:
            stays += [_as_stay(row, lodging_prices(row)) for row in rooms]
        else:
            stays += _as_missed(rooms, rooms[0].missed_at)
    return stays


def _as_stay(row: RoomRow, prices: Sequence[int]) -> RoomStay:
    return RoomStay(
        booking=row.booking,
        room_type=row.room_type,
        persons=row.persons,
        arrival=row.arrival,
        nights=tuple(
            Night(on=night.on, lodging_cents=cents)
            for night, cents in zip(row.nights, prices, strict=True)
        ),
        vat_bps=row.vat_bps,
        confirmed_at=row.confirmed_at,
        cancelled_at=row.cancelled_at,
    )


def _as_missed(rooms: list[RoomRow], missed_at: datetime) -> Iterator[RoomStay]:
    """Nobody came: the first night stays sold, for what the house keeps (its price until the house
    has decided); the others have been back on sale since it was said."""
    live = [row for row in rooms if row.cancelled_at is None and row.nights]
    prices = [lodging_prices(row) for row in live]
    kept = [nights[0] for nights in prices]
    penalty, weights = rooms[0].penalty_cents, [sum(nights) for nights in prices]
    if penalty is not None:
        kept = split(penalty, weights) if sum(weights) else [0 for _ in weights]
    for row, nights, cents in zip(live, prices, kept, strict=True):
        stay = _as_stay(row, nights)
        first = Night(on=stay.nights[0].on, lodging_cents=cents)
        yield structs.replace(stay, nights=(first,), came=False)
        if stay.nights[1:]:
            yield structs.replace(stay, nights=stay.nights[1:], cancelled_at=missed_at)
    yield from (_as_stay(row, lodging_prices(row)) for row in rooms if row not in live)


def lodging_prices(row: RoomRow) -> tuple[int, ...]:
    """Each night without meals: as the quote froze it; for a quote that does not say, the night
    less the plan's supplement of each person, never below zero."""
    if row.lodging_cents:
        return row.lodging_cents
    meals = row.adults * row.supplement_adult_cents + row.children * row.supplement_child_cents
    return tuple(max(night.gross_cents - meals, 0) for night in row.nights)
