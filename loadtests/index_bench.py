"""What the index claims, measured: `python -m loadtests.bench search_departement_vs_month_sql`."""

import asyncio
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import asyncpg

from loadtests import national
from loadtests.report import tell
from tourism.index import Ask, Places
from tourism.index.engine import guests_of, stay_of
from tourism.index.generation import Generation
from tourism.index.search import search
from tourism.indexing import snapshots
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.models import Month
from tourism.nights.layout import DAYS, GRIDS, Tables
from tourism.rates.models import RoomParty
from tourism.reckoning.rooms import cheapest
from tourism.reckoning.sections import book_of

ROOMS, PAIRS, TURNS, WARM = 120_000, 60, 21, 4
COUPLE = RoomParty(adults=2)
PARTY = guests_of((COUPLE,))
ROW_DAYS, ROW_PAIRS, WINDOW_S = 24, 7, 1.5
CHANGES_A_SECOND = 1_000
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
_kept: list[object] = []
_turns = cycle((True, False))


@cache
def the_set() -> Tables:
    """The national set, generated once a run, taken away when the run ends."""
    folder = national.memory_folder()
    _kept.append(folder)  # its exit is the run's
    return national.generate(folder.__enter__(), ROOMS)


def tidy() -> None:
    """Remove what the run generated."""
    while _kept:
        _kept.pop().__exit__(None, None, None)  # type: ignore[attr-defined]


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def spread(values: Sequence[float]) -> list[float]:
    """The first and third quarter of some values."""
    low, _, high = statistics.quantiles(values, n=4)
    return [round(low, 2), round(high, 2)]


def ranges(tables: Tables) -> list[tuple[int, int]]:
    """The columns of every department."""
    atlas = Generation(tables).atlas
    found = (atlas.find(Places(kind="department", codes=(d,))) for d in national.DEPARTMENTS)
    return [tuple(where.ranges[0, :2].tolist()) for where in found if len(where.ranges)]


def search_departement_vs_month_sql() -> bool:
    """How many times quicker the index finds the 20 cheapest room types of a department for 7
    nights than PostgreSQL over month arrays, answers asserted equal; median of pairs."""
    ratios, engine, sql = asyncio.run(_against_months())
    value = statistics.median(ratios)
    return tell(
        figure="search_departement_vs_month_sql", value=round(value, 1), goal=">= 40",
        spread=spread(ratios), engine_ms=round(engine, 3), sql_ms=round(sql, 2), ok=value >= 40,
    )  # fmt: skip


async def _against_months() -> tuple[list[float], float, float]:
    tables, pick = the_set(), random.Random(3)
    book = book_of(tables)
    areas = ranges(tables)
    with national.scratch_database() as dsn:
        con = await asyncpg.connect(dsn)
        await national.load_months(con, tables)
        pairs: list[tuple[float, float]] = []
        for _ in range(PAIRS):
            first, (lo, hi) = pick.randint(1, 20), pick.choice(areas)
            arrival = national.FIRST_MONTH + timedelta(days=first - 1)
            stay = stay_of(tables, arrival, 7)
            statement = await con.prepare(national.month_sql(first, 7))

            async def sql(statement=statement, lo=lo, hi=hi) -> object:
                return await statement.fetch(0, lo, hi, 2, 2)

            def engine(stay=stay, lo=lo, hi=hi) -> object:
                return cheapest(book, stay, PARTY, lo, hi, 20)

            _same(await statement.fetch(0, lo, hi, 2, 2), cheapest(book, stay, PARTY, lo, hi, 20))
            pairs.append(await _pair(engine, sql))
        await con.close()
    ratios = [sql / mine for mine, sql in pairs]
    medians = [statistics.median(side) * 1000 for side in zip(*pairs, strict=True)]
    return ratios, medians[0], medians[1]


def _same(rows: Sequence[asyncpg.Record], found: tuple[Any, Any, int]) -> None:
    columns, totals, hits = found
    assert [tuple(row) for row in rows] == [
        (int(c), int(t), hits) for c, t in zip(columns, totals, strict=True)
    ]


async def _pair(
    engine: Callable[[], object],
    sql: Callable[[], Awaitable[object]],
    warm: int = WARM,
    turns: int = TURNS,
) -> tuple[float, float]:
    """The time of each, warm: the median of some in a row after a few that are not counted; which
    of them begins changes from pair to pair."""
    mine, taken = list[float](), list[float]()
    first = next(_turns)
    for turn in (first, not first):
        for _ in range(warm + turns):
            began = time.perf_counter()
            if turn:
                engine()
            else:
                await sql()
            (mine if turn else taken).append(time.perf_counter() - began)
    return statistics.median(mine[warm:]), statistics.median(taken[warm:])


def search_france_vs_row_sql() -> bool:
    """The same over all of France against a row for each night (24 nights only, in its favour)."""
    ratios, engine, sql = asyncio.run(_against_rows())
    value = statistics.median(ratios)
    return tell(
        figure="search_france_vs_row_sql", value=round(value, 1), goal=">= 300",
        spread=spread(ratios), engine_ms=round(engine, 3), sql_ms=round(sql, 1), ok=value >= 300,
    )  # fmt: skip


async def _against_rows() -> tuple[list[float], float, float]:
    tables, pick = the_set(), random.Random(4)
    book = book_of(tables)
    with national.scratch_database() as dsn:
        con = await asyncpg.connect(dsn)
        await con.execute(
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
        await national.load_rows(con, tables, ROW_DAYS)
        statement = await con.prepare(national.ROW_SQL)
        pairs: list[tuple[float, float]] = []
        for _ in range(ROW_PAIRS):
            arrival = national.FIRST_MONTH + timedelta(days=pick.randint(0, ROW_DAYS - 8))
            stay = stay_of(tables, arrival, 7)

            async def sql(arrival=arrival) -> object:
                return await statement.fetch(arrival.toordinal(), 7, 0, count, 2, 2)

            def engine(stay=stay) -> object:
                return cheapest(book, stay, PARTY, 0, count, 20)

            rows = await statement.fetch(arrival.toordinal(), 7, 0, count, 2, 2)
            _same(rows, cheapest(book, stay, PARTY, 0, count, 20))
            pairs.append(await _pair(engine, sql, 1, 3))
        await con.close()
    ratios = [sql / mine for mine, sql in pairs]
    medians = [statistics.median(side) * 1000 for side in zip(*pairs, strict=True)]
    return ratios, medians[0], medians[1]


def search_growth() -> bool:
    """How the time of a search over everything grows from 30,000 to 120,000 room types."""
    tables, pick = the_set(), random.Random(5)
    book = book_of(tables)
    ratios: list[float] = []
    for _ in range(PAIRS):
        arrival = national.TODAY + timedelta(days=pick.randint(1, 400))
        stay = stay_of(tables, arrival, 7)
        times = [
            min(timed(lambda: cheapest(book, stay, PARTY, 0, count, 20)) for _ in range(3))  # noqa: B023
            for count in (30_000, tables["columns"])
        ]
        ratios.append(times[1] / times[0])
    value = statistics.median(ratios)
    return tell(
        figure="search_growth", value=round(value, 2), goal="<= 5", spread=spread(ratios),
        ok=value <= 5,
    )  # fmt: skip


def _ask(pick: random.Random, area: Places, *, facets: bool = False) -> Ask:
    return Ask(
        area=area, arrival=national.TODAY + timedelta(days=pick.randint(2, 400)),
        nights=pick.randint(1, 14), parties=(COUPLE,), now=NOW, facets=facets,
    )  # fmt: skip


def search_whole_ms() -> bool:
    """A whole search (plans, exact all-in prices, houses, the page of 20), by size of area."""
    generation, pick = Generation(the_set()), random.Random(6)
    found: dict[str, float] = {}
    for name, area, facets in (
        ("department_ms", None, False),
        ("department_facets_ms", None, True),
        ("france_ms", Places(kind="country"), False),
        ("france_facets_ms", Places(kind="country"), True),
    ):
        times: list[float] = []
        for _ in range(PAIRS):
            place = area or Places(kind="department", codes=(pick.choice(national.DEPARTMENTS),))
            ask = _ask(pick, place, facets=facets)
            times.append(timed(lambda: search(generation, ask)))  # noqa: B023
        found[name] = round(statistics.median(times) * 1000, 2)
    return tell(figure="search_whole_ms", **found, ok=True)


def search_with_writer_vs_without() -> bool:
    """Searches a second of departments beside a writer of 1,000 changes a second, over without; a
    writer that did not come to nearly so many proves nothing."""
    tables = the_set()
    generation = Generation(tables)
    ratios: list[float] = []
    with _writer(tables.path) as writer:
        for number in range(9):
            rates: dict[bool, float] = {}
            for writing in (True, False) if number % 2 else (False, True):
                with writer.at_work() if writing else nullcontext():
                    rates[writing] = _searches(generation, random.Random(number), WINDOW_S)
            ratios.append(rates[True] / rates[False])
        made = writer.changes.value
    value, changes = statistics.median(ratios), made / len(ratios) / WINDOW_S
    return tell(
        figure="search_with_writer_vs_without", value=round(value, 2), goal=">= 0.9",
        spread=spread(ratios), changes_a_second=round(changes),
        ok=value >= 0.9 and changes >= 0.95 * CHANGES_A_SECOND,
    )  # fmt: skip


def _searches(generation: Generation, pick: random.Random, seconds: float) -> float:
    end, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        area = Places(kind="department", codes=(pick.choice(national.DEPARTMENTS),))
        search(generation, _ask(pick, area))
        count += 1
    return count / seconds


class _Writer:
    """A process that writes when it is told to; it says how many changes it made."""

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.changes = context.Value("q", 0)
        self._working, self._ready = context.Event(), context.Event()
        arguments = (path, self.changes, self._working, self._ready)
        self.process = context.Process(target=_write, args=arguments, daemon=True)
        self.process.start()
        assert self._ready.wait(60), "the writer did not start"

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self._working.set()
        try:
            yield
        finally:
            self._working.clear()


@contextmanager
def _writer(path: Path) -> Iterator[_Writer]:
    """A writer that has read everything and stands ready, for the whole of a measurement."""
    writer = _Writer(path)
    try:
        yield writer
    finally:
        writer.process.terminate()
        writer.process.join(10)


def _write(path: Path, changes: Any, working: Any, ready: Any) -> None:
    """A thousand bookings a second while it is at work, in batches, as the writer gets them."""
    catalogue, pick = Catalogue(Tables(path, write=True)), random.Random(8)
    ready.set()
    while working.wait():
        began, done = time.perf_counter(), 0
        while working.is_set():
            due = int((time.perf_counter() - began) * CHANGES_A_SECOND)
            for _ in range(min(due - done, 200)):
                catalogue.write_month(
                    Month(
                        room_type=pick.randint(1, ROOMS), month=national.FIRST_MONTH,
                        units_left=[pick.randint(0, 8)] * 30, price_cents=[9_900] * 30,
                        min_stay=[1] * 30, flags=[0] * 30,
                    )
                )  # fmt: skip
                done += 1
                changes.value += 1
            time.sleep(0.01)


def index_snapshot_start_s() -> bool:
    """From a snapshot of 66 million nights to an index that answers what the first one did."""
    tables = the_set()
    ask = _ask(random.Random(9), Places(kind="country"))
    with national.memory_folder() as folder:
        path = Path(os.environ.get("TMPDIR", "/tmp")) / f"hub-bench-snapshot-{os.getpid()}"  # noqa: S108
        try:
            written = timed(lambda: snapshots.write(tables, path))
            began = time.perf_counter()
            loaded = snapshots.load(path, folder / "index-1")
            generation = Generation(loaded)
            Catalogue(loaded)
            found = search(generation, ask).total
            value = time.perf_counter() - began
        finally:
            path.unlink(missing_ok=True)
    expected = search(Generation(tables), ask).total
    return tell(
        figure="index_snapshot_start_s", value=round(value, 2), goal="<= 2",
        write_s=round(written, 2), houses=found, ok=value <= 2 and found == expected > 0,
    )  # fmt: skip


def index_memory() -> bool:
    """Bytes a night, the total, and that two workers share one copy (their proportional set)."""
    tables = the_set()
    nights = tables["columns"] * DAYS
    grids = sum(getattr(tables, name).dtype.itemsize for name in GRIDS)
    context = multiprocessing.get_context("spawn")
    ready, stopping = context.Queue(), context.Event()
    workers = [
        context.Process(target=_map, args=(tables.path, ready, stopping), daemon=True)
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    pids = [ready.get(timeout=120) for _ in workers]
    shares = [_shared(pid, tables.path) for pid in pids]
    stopping.set()
    for worker in workers:
        worker.join(10)
    both, one = sum(pss for pss, _ in shares), max(rss for _, rss in shares)
    return tell(
        figure="index_memory", bytes_a_night=grids, nights=nights,
        file_mb=round(tables.capacity.size / 1e6), one_worker_mb=round(one / 1e6),
        two_workers_together_mb=round(both / 1e6), ok=grids <= 8 and both <= one * 1.05,
    )  # fmt: skip


def _map(path: Path, ready, stopping) -> None:
    tables = Tables(path)
    for name in GRIDS:
        getattr(tables, name).max()
    ready.put(os.getpid())
    stopping.wait(60)


def _shared(pid: int, path: Path) -> tuple[int, int]:
    """The proportional and the resident bytes of a mapped file."""
    found, inside = {"Pss": 0, "Rss": 0}, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if "-" in line.split(" ", 1)[0]:
            inside = line.endswith(str(path))
        name = line.partition(":")[0]
        if inside and name in found:
            found[name] += int(line.split()[1]) * 1024
    return found["Pss"], found["Rss"]


FIGURES: dict[str, Callable[[], bool]] = {
    "search_departement_vs_month_sql": search_departement_vs_month_sql,
    "search_france_vs_row_sql": search_france_vs_row_sql,
    "search_growth": search_growth,
    "search_whole_ms": search_whole_ms,
    "search_with_writer_vs_without": search_with_writer_vs_without,
    "index_snapshot_start_s": index_snapshot_start_s,
    "index_memory": index_memory,
}
