"""What the index claims, measured: `python -m loadtests.bench search_departement_vs_month_sql`."""

import asyncio
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import cycle
from pathlib import Path
from typing import Any, Self, TypeVar

import asyncpg
import msgspec

from loadtests import national
from loadtests.report import tell
from tourism.index import Ask, Places
from tourism.index.engine import guests_of, stay_of
from tourism.index.generation import Generation
from tourism.index.search import search
from tourism.indexing import snapshots
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.models import Month
from tourism.nights.layout import Tables
from tourism.rates.models import RoomParty
from tourism.reckoning.rooms import cheapest
from tourism.reckoning.sections import book_of

ROOMS, PAIRS, TURNS, WARM = 120_000, 60, 21, 4
COUPLE = RoomParty(adults=2)
PARTY = guests_of((COUPLE,))
ROW_DAYS, ROW_PAIRS, ROW_TURNS, WINDOW_S = 24, 7, 3, 1.5
CHANGES_A_SECOND = 1_000
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
Q = TypeVar("Q")
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


class Pairs(msgspec.Struct, frozen=True):
    """Ratios of pairs, and the median milliseconds of the engine, of SQL, and of whole searches."""

    ratios: list[float]
    engine_ms: float
    sql_ms: float
    whole_ms: float

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, float]], whole: Sequence[float]) -> Self:
        mine, sql = zip(*pairs, strict=True)
        engine_ms, sql_ms, whole_ms = (statistics.median(x) * 1000 for x in (mine, sql, whole))
        return cls([b / a for a, b in pairs], engine_ms, sql_ms, whole_ms)


def _told(figure: str, pairs: Pairs, goal: int) -> bool:
    value = statistics.median(pairs.ratios)
    return tell(
        figure=figure, value=round(value, 1), goal=f">= {goal}", spread=spread(pairs.ratios),
        engine_ms=round(pairs.engine_ms, 3), sql_ms=round(pairs.sql_ms, 2),
        whole_ms=round(pairs.whole_ms, 3), ok=value >= goal,
    )  # fmt: skip


def search_departement_vs_month_sql() -> bool:
    """How many times quicker the engine's pass over the nights finds the 20 cheapest room types of
    a department for 7 nights than PostgreSQL over month arrays: the same work, answers asserted
    equal; median of pairs. `whole_ms` is a whole search (plans, exact all-in prices, houses), which
    PostgreSQL is not asked here."""
    return _told("search_departement_vs_month_sql", asyncio.run(_against_months()), 40)


async def _against_months() -> Pairs:
    """Batches of questions, each another one, asked of the one and then of the other."""
    tables, pick = the_set(), random.Random(3)
    book, generation = book_of(tables), Generation(tables)
    areas, pairs, whole = ranges(tables), list[tuple[float, float]](), list[float]()
    with national.scratch_database() as dsn:
        con = await asyncpg.connect(dsn)
        await national.load_months(con, tables)
        statements = {day: await con.prepare(national.month_sql(day, 7)) for day in range(1, 21)}
        for _ in range(PAIRS):
            questions = [(pick.randint(1, 20), *pick.choice(areas)) for _ in range(TURNS)]

            async def sql(question: tuple[int, int, int]) -> list[asyncpg.Record]:
                first, lo, hi = question
                return await statements[first].fetch(0, lo, hi, 2, 2)

            def engine(question: tuple[int, int, int]) -> tuple[Any, Any, int]:
                first, lo, hi = question
                arrival = national.FIRST_MONTH + timedelta(days=first - 1)
                return cheapest(book, stay_of(tables, arrival, 7), PARTY, lo, hi, 20)

            for question in questions[:3]:
                _same(await sql(question), engine(question))
            pairs.append(await _pair(engine, sql, questions))
            place = Places(kind="department", codes=(pick.choice(national.DEPARTMENTS),))
            ask = _ask(pick, place, nights=7)
            whole.append(timed(lambda: search(generation, ask)))  # noqa: B023
        await con.close()
    return Pairs.of(pairs, whole)


def _same(rows: Sequence[asyncpg.Record], found: tuple[Any, Any, int]) -> None:
    columns, totals, hits = found
    assert [tuple(row) for row in rows] == [
        (int(c), int(t), hits) for c, t in zip(columns, totals, strict=True)
    ]


async def _pair(
    engine: Callable[[Q], object], sql: Callable[[Q], Awaitable[object]], questions: Sequence[Q]
) -> tuple[float, float]:
    """The median time of each over the same questions; which begins changes from pair to pair."""
    mine, taken = list[float](), list[float]()
    first = next(_turns)
    for turn in (first, not first):
        for question in questions:
            began = time.perf_counter()
            if turn:
                engine(question)
            else:
                await sql(question)
            (mine if turn else taken).append(time.perf_counter() - began)
    return statistics.median(mine), statistics.median(taken)


def search_france_vs_row_sql() -> bool:
    """The same over all of France against a row for each night (24 nights only, in its favour)."""
    return _told("search_france_vs_row_sql", asyncio.run(_against_rows()), 300)


async def _against_rows() -> Pairs:
    tables, pick = the_set(), random.Random(4)
    book, generation = book_of(tables), Generation(tables)
    pairs, whole = list[tuple[float, float]](), list[float]()
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
        for _ in range(ROW_PAIRS):
            arrivals = [
                national.FIRST_MONTH + timedelta(days=pick.randint(0, ROW_DAYS - 8))
                for _ in range(ROW_TURNS)
            ]

            async def sql(arrival: date) -> list[asyncpg.Record]:
                return await statement.fetch(arrival.toordinal(), 7, 0, count, 2, 2)

            def engine(arrival: date) -> tuple[Any, Any, int]:
                return cheapest(book, stay_of(tables, arrival, 7), PARTY, 0, count, 20)

            _same(await sql(arrivals[0]), engine(arrivals[0]))
            pairs.append(await _pair(engine, sql, arrivals))
            for _ in range(WARM):
                ask = _ask(pick, Places(kind="country"), nights=7)
                whole.append(timed(lambda: search(generation, ask)))  # noqa: B023
        await con.close()
    return Pairs.of(pairs, whole)


def search_growth() -> bool:
    """How the time of a search of all of France (plans, exact all-in prices, houses, the page of
    20) grows from a set of 30,000 room types to one of 120,000, each search another; `core` is the
    same of the pass over the nights alone."""
    many, pick = the_set(), random.Random(5)
    with national.memory_folder() as folder:
        few = national.generate(folder, ROOMS // 4)
        generations, books = (Generation(few), Generation(many)), (book_of(few), book_of(many))
        whole, core = list[float](), list[float]()
        for number in range(WARM + PAIRS):
            ask = _ask(pick, Places(kind="country"))
            stay = stay_of(many, ask.arrival, 7)
            seeks = [partial(search, each, ask) for each in generations]
            passes = [
                partial(cheapest, book, stay, PARTY, 0, each["columns"], 20)
                for book, each in zip(books, (few, many), strict=True)
            ]
            for calls, ratios in ((seeks, whole), (passes, core)):
                small, large = _each_in_turn(calls)
                if number >= WARM:
                    ratios.append(large / small)
    value = statistics.median(whole)
    return tell(
        figure="search_growth", value=round(value, 2), goal="<= 5", spread=spread(whole),
        core=round(statistics.median(core), 2), core_spread=spread(core), ok=value <= 5,
    )  # fmt: skip


def _each_in_turn(calls: Sequence[Callable[[], object]]) -> list[float]:
    """The time of each; which of them is first changes from time to time."""
    forth = next(_turns)
    times = [timed(call) for call in (calls if forth else reversed(calls))]
    return times if forth else times[::-1]


def _ask(
    pick: random.Random, area: Places, *, facets: bool = False, nights: int | None = None
) -> Ask:
    return Ask(
        area=area, arrival=national.TODAY + timedelta(days=pick.randint(2, 400)),
        nights=nights or pick.randint(1, 14), parties=(COUPLE,), now=NOW, facets=facets,
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


FIGURES: dict[str, Callable[[], bool]] = {
    "search_departement_vs_month_sql": search_departement_vs_month_sql,
    "search_france_vs_row_sql": search_france_vs_row_sql,
    "search_growth": search_growth,
    "search_whole_ms": search_whole_ms,
    "search_with_writer_vs_without": search_with_writer_vs_without,
    "index_snapshot_start_s": index_snapshot_start_s,
}
