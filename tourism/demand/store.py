"""The statements of lost demand."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.territory import EARTH_KM
from tourism.demand.models import Asked, Cell, Level, Line, MonthLine, ToldArea
from tourism.offers.models import HouseRow
from tourism.places import Area
from tourism.places.policy import box_around

q = load_queries(__name__)


class OutcomeSum(msgspec.Struct, frozen=True, kw_only=True):
    """A house's searches of one outcome."""

    outcome: str
    searches: int


class Month(msgspec.Struct, frozen=True):
    """The first day of a month."""

    month: date


class OutcomeShares(msgspec.Struct, frozen=True, kw_only=True):
    """A department's searches of one outcome by enterprise."""

    outcome: str
    enterprises: tuple[str, ...]
    searches: tuple[int, ...]


async def list_houses(reads: Reads, asked: Asked, area: Area | None, after: int) -> list[HouseRow]:
    """The next houses behind the number `after`; none when all were read."""
    where = area or Area(kind="property", code="", label="")
    box = where.box or box_around(where.lat or 0, where.lng or 0, where.radius_km)
    return await reads.all(
        HouseRow,
        q.list_houses,
        area_kind="circle" if where.radius_km else where.kind,
        codes=list(where.codes),
        property=asked.property,
        kinds=[kind.value for kind in asked.kinds],
        after=after,
        south=box.south,
        west=box.west,
        north=box.north,
        east=box.east,
        lat=where.lat or 0,
        lng=where.lng or 0,
        radius_km=float(where.radius_km),
        earth_km=EARTH_KM,
    )


async def note_lost_searches(tx: Tx, cells: Sequence[Cell]) -> int:
    """How many numbers changed."""
    noted = await tx.value(
        int,
        q.note_lost_searches,
        properties=[cell.property for cell in cells],
        days=[cell.on for cell in cells],
        outcomes=[cell.outcome for cell in cells],
        nights=[cell.nights for cell in cells],
        needed=[cell.needed for cell in cells],
        months=[cell.month for cell in cells],
        counts=[cell.searches for cell in cells],
    )
    return noted or 0


async def sum_outcomes(tx: Tx, property: int, first: date, last: date) -> dict[str, int]:
    rows = await tx.all(OutcomeSum, q.sum_outcomes, property=property, first=first, last=last)
    return {row.outcome: row.searches for row in rows}


async def list_lines(tx: Tx, property: int, first: date, last: date) -> list[Line]:
    return await tx.all(Line, q.list_lines, property=property, first=first, last=last)


async def list_months(tx: Tx, property: int, first: date, last: date) -> list[MonthLine]:
    return await tx.all(MonthLine, q.list_months, property=property, first=first, last=last)


async def list_searches_of_department(
    tx: Tx, code: str, first: date, last: date
) -> list[OutcomeShares]:
    return await tx.all(
        OutcomeShares, q.list_searches_of_department, code=code, first=first, last=last
    )


async def list_counted_months(tx: Tx, first: date) -> list[date]:
    rows = await tx.all(Month, q.list_counted_months, first=first)
    return [row.month for row in rows]


async def count_month(tx: Tx, month: date, at: datetime) -> bool:
    """Whether the month is this transaction's to count."""
    return await tx.value(date, q.count_month, month=month, at=at) is not None


async def tell_areas(tx: Tx, month: date, areas: Sequence[ToldArea]) -> None:
    rows = [
        (
            month,
            area.level.value,
            area.area,
            area.found,
            area.lost,
            list(area.obstacles),
            area.over_half,
        )
        for area in areas
    ]
    await tx.run_many(q.tell_area, rows)


async def list_told_months(tx: Tx) -> list[date]:
    return [row.month for row in await tx.all(Month, q.list_told_months)]


async def list_told_areas(tx: Tx, level: Level, month: date) -> list[ToldArea]:
    return await tx.all(ToldArea, q.list_told_areas, level=level.value, month=month)


async def forget_lost_searches(tx: Tx, before: date) -> int:
    return await tx.value(int, q.forget_lost_searches, before=before) or 0
