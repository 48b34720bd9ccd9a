"""How soon a commit is seen in the index: `python -m loadtests.bench index_lag_p99_ms`."""

import asyncio
import contextlib
import random
import statistics
import time

import asyncpg

from loadtests.changes import Changer
from loadtests.index_drill import Backdoor, enter
from loadtests.report import tell
from loadtests.search_http import p99
from loadtests.serving import Served, served_demo, today
from tourism.index import IndexTooOld

AREA = "48"
TIMES, PAUSES_S = 400, (0, 0.01, 0.05, 0.3)
CHANGES_A_SECOND, LONGEST_S = 100, 5.0


def index_lag_p99_ms() -> bool:
    """From a commit to its being seen by a reader of the index, on a served demonstration, while
    others change houses of every kind of thing a hundred times a second (`others`: so often in
    truth)."""
    with served_demo(AREA, workers=1) as served:
        lags, others = asyncio.run(_lags(served))
    value = p99(lags) * 1000
    return tell(
        figure="index_lag_p99_ms", value=round(value, 1), goal="<= 200",
        median_ms=round(statistics.median(lags) * 1000, 1), most_ms=round(max(lags) * 1000, 1),
        others=round(others), ok=value <= 200 and others >= CHANGES_A_SECOND / 2,
    )  # fmt: skip


async def _lags(served: Served) -> tuple[list[float], float]:
    back = await enter(served)
    room, house = await back.admin.fetchrow(
        "select id, property from room_type order by id limit 1"
    )
    others = asyncio.create_task(_change_others(back, house))
    pick, lags, began = random.Random(4), list[float](), time.monotonic()
    for number in range(TIMES):
        await asyncio.sleep(pick.choice(PAUSES_S))
        lags.append(await _lag(back, room, 5_000 + number))
    seconds = time.monotonic() - began
    others.cancel()
    changes = await others
    await back.close()
    return lags, changes / seconds


async def _lag(back: Backdoor, room: int, price: int) -> float:
    """How long after its commit a price of a night is in the index that is answered from."""
    await back.admin.execute(
        "update ari_month set price_cents[1] = $2 where room_type = $1"
        " and month = date_trunc('month', current_date + 60)::date", room, price,
    )  # fmt: skip
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_S:
        with contextlib.suppress(IndexTooOld):
            tables = back.index.view().generation.tables
            columns = (tables.room_type[: tables["columns"]] == room).nonzero()[0]
            if (tables.price[:, columns] == price).any():
                break
        await asyncio.sleep(0.0005)
    return time.monotonic() - began


async def _change_others(back: Backdoor, but: int) -> int:
    """Random changes of all houses but one, until it is cancelled; how many there were."""
    admin, made = await asyncpg.connect(back.admin_dsn), 0
    rows = await admin.fetch("select id from property where id <> $1 order by id", but)
    changer, began = Changer(admin, 5, today(), [row["id"] for row in rows]), time.monotonic()
    try:
        while True:
            await changer.change()
            made += 1
            await asyncio.sleep(max(0, began + made / CHANGES_A_SECOND - time.monotonic()))
    except asyncio.CancelledError:
        return made
    finally:
        await admin.close()


FIGURES = {"index_lag_p99_ms": index_lag_p99_ms}
