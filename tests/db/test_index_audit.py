"""The audit of the index, small, and what it says of an index that is at fault."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from hub.core.clock import local_date
from hub.core.db import Session, open_session
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from loadtests.asks import Asking
from loadtests.changes import Changer
from loadtests.index_audit import LAG_S, Audit, Auditor, History
from tests.conftest import NOW, SECRET
from tourism.index import Ask, IndexTooOld, Places, View
from tourism.index.generation import Generation
from tourism.indexing.build import build
from tourism.indexing.following import Follower
from tourism.nights.layout import Tables
from tourism.rates.models import RoomParty

TODAY = local_date(NOW, "Europe/Paris")
LOZERE = Places(kind="department", codes=("48",))
SEARCHES, CHANGES = 50, 60


class Kept:
    """An index of this process, whose age is what its follower notes; it is refused like a
    reader's when it is too old."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.generation, self.most_s = tables, Generation(tables), math.inf

    def view(self) -> View:
        age_s = time.monotonic() - float(self.tables.header["caught_up"])
        if age_s > self.most_s:
            raise IndexTooOld("It is not kept up.")
        return View(self.generation, age_s)


class Ground:
    """A department, an index of it, and who audits it."""

    def __init__(
        self,
        auditor: Auditor,
        index: Kept,
        follower: Follower,
        root: asyncpg.Connection,
    ) -> None:
        self.auditor, self.index, self.follower, self.root = auditor, index, follower, root

    @property
    def tables(self) -> Tables:
        return self.follower.tables


Asked = Callable[[int], contextlib.AbstractAsyncContextManager[Ground]]


@pytest.fixture
def ground(demo_settings: Settings, tmp_path: Path) -> Asked:
    @contextlib.asynccontextmanager
    async def make(searches: int) -> AsyncGenerator[Ground]:
        assert demo_settings.database_url
        dsn = role_dsn(demo_settings.database_url, "hub_index", SECRET)
        root, session = await asyncpg.connect(demo_settings.database_url), await open_session(dsn)
        rows = await root.fetch(
            "select id, commune_code, lat, lng from property where lat is not null"
            " and department_code = '48' order by id"
        )
        changer = Changer(root, 41, TODAY, [row["id"] for row in rows])
        for row in rows[::2]:
            await changer.sizes(row["id"])
        for _ in range(CHANGES):
            await changer.change()
        follower = await follow(session, tmp_path)
        history = History(lambda: open_session(dsn))
        asking = Asking(42, NOW, [tuple(row) for row in rows], (LOZERE, Places(kind="country")))
        index = Kept(follower.tables)
        yield Ground(Auditor(index, history, changer, asking, searches), index, follower, root)
        await history.close()
        await session.close()
        await root.close()

    return make


async def follow(session: Session, folder: Path) -> Follower:
    made = await build(session, lambda _: folder, TODAY)
    follower = Follower(session, Tables(Path(made.path), write=True))
    await follower.follow()
    return follower


@contextlib.asynccontextmanager
async def keeping(turn: Callable[[], Awaitable[object]]) -> AsyncGenerator[None]:
    async def keep() -> None:
        while True:
            await turn()
            await asyncio.sleep(0.01)

    task = asyncio.create_task(keep())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_random_searches_between_changes_are_what_the_database_said(ground: Asked) -> None:
    async with ground(SEARCHES) as one, keeping(one.follower.follow):
        one.index.most_s = LAG_S
        seen = await one.auditor.run()
    assert (seen.wrong, seen.right) == (0, SEARCHES)
    assert seen.changes > SEARCHES // 2
    assert seen.longest_s <= max(seen.stated_s)
    assert sum(seen.found.values()) > SEARCHES


PLAIN = Ask(
    area=LOZERE, arrival=TODAY.replace(year=TODAY.year + 1, month=6, day=10), nights=2,
    parties=(RoomParty(adults=2),), now=NOW, facets=True, spread=True,
)  # fmt: skip


async def asked_once(one: Ground) -> Audit:
    await one.auditor.check(PLAIN)
    return one.auditor.seen


async def test_an_answer_that_was_true_a_moment_ago_is_right_only_within_the_stated_lag(
    ground: Asked,
) -> None:
    """The index is not followed after a change; it states a lag that reaches back to before it,
    then says that it has caught up."""
    async with ground(1) as one:
        history = one.auditor.history
        await history.begin()
        began = one.tables.header["caught_up"] = time.monotonic()

        async def dearer() -> None:
            await one.root.execute("update ari_month set price_cents[10] = price_cents[10] + 100")

        await history.change(dearer)
        seen = await asked_once(one)
        assert (seen.right, seen.wrong, seen.stale) == (1, 0, 1)
        assert 0 < seen.longest_s <= time.monotonic() - began
        one.tables.header["caught_up"] = time.monotonic()
        seen = await asked_once(one)
        assert (seen.right, seen.wrong) == (1, 1)


async def test_of_two_changes_the_later_may_be_seen_first_within_the_lag_and_is_told(
    ground: Asked,
) -> None:
    async with ground(1) as one:
        history = one.auditor.history
        await history.begin()
        kept = one.tables.header["caught_up"] = time.monotonic()
        first, second = (
            offer.rooms[0].room.id for offer in one.index.view().search(PLAIN).offers[:2]
        )
        month = PLAIN.arrival.replace(day=1)

        async def dearer(room: int) -> None:
            await one.root.execute(
                "update ari_month set price_cents[10] = price_cents[10] + 100"
                " where room_type = $1 and month = $2",
                room, month,
            )  # fmt: skip

        await history.change(lambda: dearer(first))
        await history.change(lambda: dearer(second))
        await one.follower.apply_nights({(second, month)})
        assert one.tables.header["caught_up"] == kept
        seen = await asked_once(one)
        assert (seen.right, seen.wrong, seen.mixed) == (1, 0, 1)
        one.tables.header["caught_up"] = time.monotonic()
        assert (await asked_once(one)).wrong == 1


@pytest.mark.parametrize(
    "table", ["price", "left", "house_free", "house_stars", "planes", "min_stay"]
)
async def test_an_index_with_a_fault_planted_in_it_is_told(ground: Asked, table: str) -> None:
    """A cent, a room, a deadline, a star, a counted thing, a night: of every house."""
    async with ground(1) as one:
        tables = one.tables
        await one.auditor.history.begin()
        tables.header["caught_up"] = time.monotonic()
        assert (await asked_once(one)).right == 1
        match table:
            case "price":
                tables.price += 1
            case "left":
                tables.left[:] = 0
            case "house_free":
                tables.house_free[:] = 10_000_000
                tables.plans["free_lead"] = 10_000_000
            case "house_stars":
                tables.house_stars[:] = 3
            case "planes":
                tables.planes[:] = 0
            case _:
                tables.min_stay[:] = 3
        tables.header["caught_up"] = time.monotonic()
        assert (await asked_once(one)).wrong == 1
