"""A channel manager's year in one call: prices, units and restrictions of 8 room types × 4 plans.

The figure is the median time in the database as it was: every statement of the push, from `begin`
to `commit` flushed to disk, as its client waits for it, rows turned into Structs included; the
whole call adds the Python around them. `slowdown` tells how busy the machine was meanwhile: how
many times longer a fixed computation took than its own processor time (1 on a quiet machine).
The lag is the slowest of twenty from commit to the search: the index has then every price.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.migrate import migrate, role_dsn
from hub.core.settings import Settings
from loadtests.report import tell
from tourism import lodging
from tourism.calendar.actions import editing
from tourism.calendar.models import Field, PushCalendar, Values
from tourism.demo.seed import seed
from tourism.index import IndexTooOld, NationalIndex, open_index
from tourism.nights.layout import DAYS as NIGHTS
from tourism.rates import list_rate_plans

SECRET = b"a load test's secret key, long enough"
TYPES, PLANS, DAYS, ROUNDS = 8, 4, 365, 20
GOAL_MS, LAG_GOAL_MS = 100, 200
PATIENCE_S = 120
PAUSES_S = (0.0, 0.05, 0.4, 1.5)  # beyond a second the index sleeps
ROOM_FIELDS = (Field.PRICE, Field.OFFERED, Field.MIN_STAY, Field.CLOSED)
PLAN_FIELDS = (
    Field.PRICE,
    Field.MIN_STAY,
    Field.MAX_STAY,
    Field.CLOSED,
    Field.CLOSED_TO_ARRIVAL,
    Field.CLOSED_TO_DEPARTURE,
)

Measure = Callable[[Settings, Database, lodging.Property], Awaitable[dict[str, Any]]]


class TimedTx(Tx):
    """A transaction that adds up how long its client waits for the database."""

    seconds = 0.0
    statements = 0

    async def _timed(self, work: Awaitable[Any]) -> Any:
        started = time.perf_counter()
        try:
            return await work
        finally:
            self.seconds += time.perf_counter() - started
            self.statements += 1

    async def one(self, *args: Any, **values: Any) -> Any:
        return await self._timed(super().one(*args, **values))

    async def all(self, *args: Any, **values: Any) -> Any:
        return await self._timed(super().all(*args, **values))

    async def value(self, *args: Any, **values: Any) -> Any:
        return await self._timed(super().value(*args, **values))

    async def run(self, *args: Any, **values: Any) -> Any:
        return await self._timed(super().run(*args, **values))

    async def run_many(self, *args: Any, **values: Any) -> Any:
        return await self._timed(super().run_many(*args, **values))

    async def close(self, *, keep: bool) -> None:
        await self._timed(super().close(keep=keep))


def ari_year_push_ms() -> bool:
    """A full-year push in one call and one transaction; twenty, each changing every cell."""
    figure = _alone(_push_years)
    return tell(figure="ari_year_push_ms", **figure, ok=figure["value"] < GOAL_MS)


def ari_year_push_lag_ms() -> bool:
    """From the commit of a full year to the moment when a reader of the index sees all of it."""
    figure = _alone(_follow_years)
    return tell(figure="ari_year_push_lag_ms", **figure, ok=figure["value"] <= LAG_GOAL_MS)


def _alone(measure: Measure) -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    server = postgres.start(home)
    try:
        return asyncio.run(_measure(server, home, measure))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _measure(server: postgres.Server, home: Path, measure: Measure) -> dict[str, Any]:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute("create database bench")
    await admin.close()
    url = server.dsn(database="bench")
    await migrate(url, SECRET, compose().packages)
    settings = Settings(
        database_url=url, data=home, host="127.0.0.1", port=0, workers=1, broker_url=None,
        secret_key=SECRET, public_url="http://localhost", demo=True, stripe_secret_key=None,
        stripe_webhook_secret=None, smtp_url=None, pool_size=4,
    )  # fmt: skip
    await seed(settings, ("48",))
    database = await open_database(settings, compose())
    try:
        house = await _open_house(url, database)
        return await measure(settings, database, house)
    finally:
        await database.close()


async def _open_house(url: str, database: Database) -> lodging.Property:
    """The demonstration's house with eight room types and four plans more."""
    admin = await asyncpg.connect(url)
    tenant, house = await admin.fetchrow(
        "select tenant, id from property where name like '%maison inventée%'"
    )
    await admin.execute("update rate_plan set retired = true where property = $1", house)
    await admin.execute(
        "insert into rate_plan (tenant, property, code, name, rank, meal_plan, adjust_bps,"
        " supplement_adult_cents, supplement_child_cents, cancellation)"
        " select $1, $2, 'bench' || n, 'Bench ' || n, n + 10, 14, 0, 0, 0,"
        " '{\"free_days\": 2, \"penalty\": \"first_night\"}' from generate_series(1, $3::int) n",
        tenant, house, PLANS,
    )  # fmt: skip
    await admin.execute(
        "insert into room_type (tenant, property, code, rank, units, occupancy_standard,"
        " occupancy_max, adults_max)"
        " select $1, $2, 'bench' || n, n + 10, 11, 2, 3, 2 from generate_series(1, $3::int) n",
        tenant, house, TYPES,
    )  # fmt: skip
    await admin.execute("analyze")
    await admin.close()
    found = await lodging.find_property(database.reader, house)
    assert found is not None
    return found


async def _what_is_pushed(
    database: Database, house: lodging.Property
) -> tuple[list[int], list[int], date]:
    """Room types, rate plans, the first day."""
    async with database.transaction(house.tenant) as tx:
        types = [t.id for t in await lodging.list_room_types(tx, house.id) if "bench" in t.code]
        plans = [plan.id for plan in await list_rate_plans(tx, house.id)]
    assert (len(types), len(plans)) == (TYPES, PLANS)
    return types, plans, local_date(database.clock.now(), house.zone) + timedelta(days=1)


async def _follow_years(
    settings: Settings, database: Database, house: lodging.Property
) -> dict[str, Any]:
    types, plans, first = await _what_is_pushed(database, house)
    assert settings.database_url is not None
    admin = await asyncpg.connect(settings.database_url)
    environment = dict(os.environ) | {
        "DATABASE_URL": role_dsn(settings.database_url, "hub_app", SECRET),
        "HUB_SECRET_KEY": SECRET.decode(),
        "HUB_DATA": str(settings.data),
    }
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tourism.indexing", env=environment
    )
    lags: list[float] = []
    try:
        index = open_index(settings.data)
        await _until(lambda: _answers(index))
        for turn in range(ROUNDS + 1):
            async with database.transaction(house.tenant) as tx:
                await editing.push_calendar(tx, house, year_of(types, plans, first, turn))
            committed = time.perf_counter()
            last = await admin.fetchval("select max(seq) from index_change")
            await _until(lambda last=last: index.view().generation.tables["applied_seq"] >= last)
            lags.append((time.perf_counter() - committed) * 1000)
            _check_seen(index, types, first, turn)
            await asyncio.sleep(PAUSES_S[turn % len(PAUSES_S)])
    finally:
        writer.terminate()
        await writer.wait()
        await admin.close()
    return {
        "value": round(max(lags[1:]), 1),
        "goal": f"<= {LAG_GOAL_MS}",
        "median_ms": round_ms(lags[1:]),
        "first_ms": round(lags[0], 1),
        "rows": count_rows(first),
        "pushes": ROUNDS,
    }


async def _until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < until, "the index does not come"
        await asyncio.sleep(0.0005)


def _answers(index: NationalIndex) -> bool:
    try:
        index.view()
    except IndexTooOld:
        return False
    return True


def _check_seen(index: NationalIndex, types: list[int], first: date, turn: int) -> None:
    """Every price of every night of the year is the one that was pushed."""
    tables = index.view().generation.tables
    columns = np.flatnonzero(np.isin(tables.room_type, types))
    assert len(columns) == TYPES
    for day in range(DAYS):
        row = (first + timedelta(days=day)).toordinal() % NIGHTS
        assert (tables.price[row, columns] == _cell(Field.PRICE, day, turn)).all(), day


async def _push_years(
    settings: Settings, database: Database, house: lodging.Property
) -> dict[str, Any]:
    del settings
    types, plans, first = await _what_is_pushed(database, house)
    in_database: list[float] = []
    whole: list[float] = []
    noise: list[float] = []
    cells = statements = 0
    for turn in range(ROUNDS + 1):
        push = year_of(types, plans, first, turn)
        started = time.perf_counter()
        tx = TimedTx(database, house.tenant, "bench")
        change = await editing.push_calendar(tx, house, push)
        await tx.close(keep=True)
        noise.append(measure_slowdown())
        if turn:  # the first opens the months and warms the statements
            whole.append((time.perf_counter() - started) * 1000)
            in_database.append(tx.seconds * 1000)
        cells, statements = change.cells, tx.statements
    return {
        "value": round_ms(in_database),
        "goal": f"< {GOAL_MS}",
        "slowdown": round(statistics.median(noise), 2),
        "best_ms": round(min(in_database), 1),
        "worst_ms": round(max(in_database), 1),
        "whole_ms": round_ms(whole),
        "rows": count_rows(first),
        "cells": cells,
        "statements": statements,
        "pushes": ROUNDS,
    }


def measure_slowdown() -> float:
    """How many times longer a fixed computation took than its processor time."""
    started, used = time.perf_counter(), time.process_time()
    sum(n * n for n in range(300_000))
    return (time.perf_counter() - started) / (time.process_time() - used)


def round_ms(times: list[float]) -> float:
    return round(statistics.median(times), 1)


def year_of(types: list[int], plans: list[int], first: date, turn: int) -> PushCalendar:
    """Every cell of a year, each other than in the turn before."""
    values: list[Values] = []
    for room_type in types:
        for plan in (0, *plans):
            for field in PLAN_FIELDS if plan else ROOM_FIELDS:
                values.append(
                    Values(
                        room_type=room_type,
                        rate_plan=plan,
                        field=field,
                        first=first,
                        values=tuple(_cell(field, day, turn) for day in range(DAYS)),
                    )
                )
    return PushCalendar(values=tuple(values))


def _cell(field: Field, day: int, turn: int) -> int:
    match field:
        case Field.PRICE:
            return 9_000 + day * 10 + turn
        case Field.OFFERED:
            return 10 + turn % 2
        case Field.MIN_STAY | Field.MAX_STAY:
            return 2 + turn % 2
        case _:
            return turn % 2


def count_rows(first: date) -> int:
    """Rows of months that a year from `first` on touches: one a room type, plan and month."""
    months = len({(first + timedelta(days=n)).replace(day=1) for n in range(DAYS)})
    return TYPES * (1 + PLANS) * months
