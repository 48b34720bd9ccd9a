"""A generated national set: 120,000 room types over 550 nights, written straight into an index; and
the same nights in the two SQL forms that the index is measured against."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import asyncpg
import numpy as np

from hub.core import postgres
from tourism.indexing.build import capacity_for, place_all
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.grids import least_of
from tourism.indexing.models import CommuneRow, HouseRow, PlanRow, PromotionRow, RoomRow, Whole
from tourism.lodging.models import HouseFacts, Kind
from tourism.nights import folders
from tourism.nights.layout import DAYS, FOR_SALE, LEAST, Tables, create
from tourism.rates.models import (
    Cancellation,
    MealPlan,
    PenaltyKind,
    PromotionDetails,
    PromotionKind,
)
from tourism.taxes import VatRegime

TODAY = date(2026, 12, 1)
ROOMS_A_HOUSE = 3
COMMUNES_A_DEPARTMENT = 60
FREE = Cancellation(free_days=2, penalty=PenaltyKind.FIRST_NIGHT)
NEVER = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT)
DEPARTMENTS = [f"{n:02}" for n in range(1, 96) if n != 20] + ["2A", "2B"]
# The nights of the SQL sides: fewer than the index has, in their favour.
FIRST_MONTH, MONTHS = date(2027, 6, 1), 3


def communes() -> list[CommuneRow]:
    """Communes on a grid, department by department; a region is eight departments."""
    return [
        CommuneRow(
            code=f"{department}{number:03}"[:5],
            parent=None,
            department=department,
            region=f"{order // 8:02}",
            lat=42.0 + (order // 10) * 0.9 + (number % 8) * 0.1,
            lng=-4.0 + (order % 10) * 1.2 + (number // 8) * 0.1,
        )
        for order, department in enumerate(DEPARTMENTS)
        for number in range(1, COMMUNES_A_DEPARTMENT + 1)
    ]


def wholes(rooms: int, every: list[CommuneRow]) -> Iterator[Whole]:
    """Houses of three room types under two plans; a tenth has a third plan, a twentieth a
    promotion. Departments are of very different sizes, as France's are."""
    pick = np.random.default_rng(1)
    weight = pick.pareto(1.4, len(DEPARTMENTS)) + 0.4
    houses = rooms // ROOMS_A_HOUSE
    where = np.sort(pick.choice(len(DEPARTMENTS), houses, p=weight / weight.sum()))
    commune = where * COMMUNES_A_DEPARTMENT + pick.integers(0, COMMUNES_A_DEPARTMENT, houses)
    for id in range(1, houses + 1):
        yield _whole(id, every[int(commune[id - 1])], pick)


def _whole(id: int, commune: CommuneRow, pick: np.random.Generator) -> Whole:
    assert commune.lat is not None
    assert commune.lng is not None
    house = HouseRow(
        property=id, tenant=id, name=f"Maison {id}", kind=(Kind.HOTEL, Kind.FURNISHED)[id % 2],
        commune_code=commune.code, commune=f"Commune {commune.code}",
        department_code=commune.department, region_code=commune.region, landscape="country",
        zone="Europe/Paris", vat_regime=VatRegime.HOTEL_10, stars=id % 6 or None,
        classified_on=TODAY - timedelta(days=id % 2_000), classification_extended=False,
        registry_export_on=None, lat=commune.lat + float(pick.normal(0, 0.02)),
        lng=commune.lng + float(pick.normal(0, 0.02)), facts=HouseFacts(),
    )  # fmt: skip
    rooms = [
        RoomRow(
            property=id, id=ROOMS_A_HOUSE * (id - 1) + n + 1, code=f"type{n}", name=None,
            occupancy_standard=2, occupancy_max=2 + n, adults_max=2 + n // 2,
            children_max=1 + n,
        )
        for n in range(ROOMS_A_HOUSE)
    ]  # fmt: skip
    plans = [_plan(id, 0, 0, 0, FREE), _plan(id, 1, -1_000, 0, NEVER)]
    if id % 10 == 0:
        plans.append(_plan(id, 2, 0, 1_200, FREE))
    promotions = [
        PromotionRow(
            property=id, id=id, name="Offre", rank=0,
            details=PromotionDetails(
                kind=PromotionKind.EARLY, threshold=30, percent_bps=500
            ),
        )
    ] if id % 20 == 0 else []  # fmt: skip
    return Whole(house=house, rooms=rooms, plans=plans, promotions=promotions)


def _plan(house: int, rank: int, adjust: int, meals: int, free: Cancellation) -> PlanRow:
    return PlanRow(
        property=house, id=3 * house + rank, code=f"plan{rank}", name=None, rank=rank,
        meal_plan=MealPlan.BREAKFAST if meals else MealPlan.ROOM_ONLY, adjust_bps=adjust,
        supplement_adult_cents=meals, supplement_child_cents=meals // 2, cancellation=free,
    )  # fmt: skip


def fill_nights(tables: Tables, columns: int) -> None:
    """Units left (none on a fifth of the nights), prices and restrictions of every night."""
    pick = np.random.default_rng(2)
    base = pick.integers(3_000, 20_000, columns)
    for row in range(DAYS):
        closed = pick.random(columns) < 0.02
        left = np.maximum(pick.integers(-1, 9, columns), 0).astype(np.int16)
        flags = np.where(pick.random(columns) < 0.03, 1, 0) | np.where(closed, FOR_SALE, 0)
        tables.left[row, :columns] = np.where(closed, ~left, left)
        tables.price[row, :columns] = base + pick.integers(0, 3_000, columns)
        tables.min_stay[row, :columns] = least_of(pick.choice([1, 1, 1, 2, 3], columns), flags)
        tables.flags[row, :columns] = flags


def generate(folder: Path, rooms: int, today: date = TODAY) -> Tables:
    """An index of so many room types, as it would be on a day."""
    every = communes()
    houses = list(wholes(rooms, every))
    tables = create(folder / f"national-{rooms}", capacity_for(houses, every), 1)
    tables.header["first_day"] = today.toordinal() - 2
    tables.header["let_year"] = (today - timedelta(days=2)).year
    catalogue = Catalogue(tables)
    in_order = place_all(catalogue, houses, every)
    fill_nights(tables, tables["columns"])
    for whole in in_order:
        catalogue.open_house(whole)
    tables.guard.seal()
    return tables


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder of ours in the machine's shared memory, gone afterwards."""
    room = folders.MEMORY if os.access(folders.MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-", dir=room))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch_database() -> Iterator[str]:
    """The address of an embedded PostgreSQL of its own, with memory for the tables."""
    home = Path(tempfile.mkdtemp(prefix="hub-bench-pg-"))
    server = postgres.start(
        home,
        settings={
            "fsync": "off", "full_page_writes": "off", "shared_buffers": "2GB",
            "max_parallel_workers_per_gather": "0", "jit": "off", "autovacuum": "off",
        },
    )  # fmt: skip
    try:
        yield server.dsn()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def month_rows(tables: Tables) -> Iterator[tuple[object, ...]]:
    """Month arrays of every column, by column."""
    count = tables["columns"]
    month = FIRST_MONTH
    for number in range(MONTHS):
        days = ((month + timedelta(days=31)).replace(day=1) - month).days
        rows = [(month.toordinal() + n) % DAYS for n in range(days)]
        left = np.maximum(tables.left[rows, :count], 0).T.tolist()
        price = tables.price[rows, :count].T.tolist()
        least = (tables.min_stay[rows, :count] & LEAST).T.tolist()
        flags = tables.flags[rows, :count].T.tolist()
        for column in range(count):
            yield number, column, left[column], price[column], least[column], flags[column]
        month = (month + timedelta(days=31)).replace(day=1)


async def load_months(con: asyncpg.Connection, tables: Tables) -> None:
    """The month-array form (PERFORMANCE 2 b)."""
    await con.execute(
        "create table inv_m (ym int2 not null, rt int not null, lft int2[] not null,"
        " price int4[] not null, min_stay int2[] not null, flags int2[] not null);"
        "create table rt (id int primary key, occ int2 not null, adults int2 not null)"
    )
    count = tables["columns"]
    await con.copy_records_to_table(
        "rt",
        records=zip(
            range(count),
            tables.occupancy_max[:count].tolist(),
            tables.adults_max[:count].tolist(),
            strict=True,
        ),
    )
    await con.copy_records_to_table("inv_m", records=month_rows(tables))
    await con.execute("alter table inv_m add primary key (ym, rt)")
    await con.execute("vacuum analyze inv_m, rt")
    await con.execute("checkpoint")


def night_rows(tables: Tables, day: int) -> bytes:
    """A row for each column of a night, as `copy … (format binary)` takes them: after a head, of
    each row the number of its values, and of each value its length and its bytes."""
    count, row = tables["columns"], day % DAYS
    values = {
        "day": (4, np.full(count, day)),
        "rt": (4, np.arange(count)),
        "lft": (2, np.maximum(tables.left[row, :count], 0)),
        "price": (4, tables.price[row, :count]),
        "min_stay": (2, tables.min_stay[row, :count] & LEAST),
        "flags": (2, tables.flags[row, :count]),
    }
    parts = [("values", ">i2")]
    for name, (size, _) in values.items():
        parts += [(f"{name} size", ">i4"), (name, f">i{size}")]
    rows = np.zeros(count, np.dtype(parts))
    rows["values"] = len(values)
    for name, (size, column) in values.items():
        rows[f"{name} size"], rows[name] = size, column
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"


async def load_rows(con: asyncpg.Connection, tables: Tables, days: int) -> None:
    """The row-per-night form, in the order of days (PERFORMANCE 2 a2), of the first days."""
    await con.execute(
        "create table inv (day int not null, rt int not null, lft int2 not null,"
        " price int4 not null, min_stay int2 not null, flags int2 not null)"
    )
    first = FIRST_MONTH.toordinal()
    for day in range(first, first + days):
        await con.copy_to_table("inv", source=BytesIO(night_rows(tables, day)), format="binary")
    await con.execute("alter table inv add primary key (day, rt)")
    await con.execute("vacuum analyze inv")
    await con.execute("checkpoint")


def month_sql(first: int, nights: int) -> str:
    """The search over month arrays, within a month: $1 month, $2 and $3 columns, $4 persons, $5
    adults; `first` is the arrival's place in its month (from 1)."""
    nth = range(first, first + nights)
    total = " + ".join(f"m.price[{n}]" for n in nth)
    free = " and ".join(f"m.lft[{n}] >= 1 and m.flags[{n}] & 4 = 0" for n in nth)
    return (
        f"select m.rt, {total} as total, count(*) over () as hits"
        " from inv_m m join rt r on r.id = m.rt where m.ym = $1"
        " and m.rt >= $2 and m.rt < $3 and r.id >= $2 and r.id < $3"
        f" and r.occ >= $4 and r.adults >= $5 and {free}"
        f" and m.flags[{first}] & 1 = 0 and m.min_stay[{first}] <= {nights}"
        f" and m.flags[{first + nights}] & 2 = 0 order by total, m.rt limit 20"
    )


ROW_SQL = """
with open as (
  select i.rt, sum(i.price) as total
    from inv i
   where i.day >= $1 and i.day < $1 + $2 and i.rt >= $3 and i.rt < $4
     and i.lft >= 1 and i.flags & 4 = 0
   group by i.rt having count(*) = $2)
select o.rt, o.total, count(*) over () as hits
  from open o
  join inv a on a.day = $1 and a.rt = o.rt and a.flags & 1 = 0 and a.min_stay <= $2
  join inv d on d.day = $1 + $2 and d.rt = o.rt and d.flags & 2 = 0
  join rt r on r.id = o.rt and r.occ >= $5 and r.adults >= $6
 order by o.total, o.rt limit 20"""
