"""The drill of random lives: several processes act in one house at once, and at intervals all is
compared with a model that is replayed from the records."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec

from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.migrate import migrate
from loadtests.mixed import Orders
from loadtests.mixed_world import Seen, settings_of, settle_in
from loadtests.replaying import Model
from loadtests.report import tell
from loadtests.serving import ROOT
from tests.houses import find_house
from tourism.demo.seed import seed

OPERATIONS = int(os.environ.get("OPERATIONS", "100000"))
SEED = int(os.environ.get("SEED", "2026"))
PROCESSES, CHECKS = 2, 10
SECRET = "a mixed drill's secret key, long enough to be one"
EVERY_KIND = 18
# Most of what is wished at random in a house of 19 rooms is rightly refused; not all of it. One of
# 5,000 operations is each kind's at the least, and one of 100 at the most is given up for its time.
LEAST_DONE, LEAST_OF_A_KIND, MOST_SLOW = 0.15, 1 / 5_000, 0.01
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5s",
}


def mixed_stays() -> bool:
    """100,000 random operations, sixteen at a time in two processes, in one house of 19 rooms
    (holds, payments, declines, releases, expiries, changes, cancellations, walk-ins, arrivals,
    departures, no-shows, nights out of order, another platform's calendar, rooms kept for groups
    and taken by them) over a month of the driven clock; ten times what is left of every night is
    compared with a model replayed from the records of events."""
    started = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="hub-mixed-"))
    server = postgres.start(home, settings=QUICK)
    try:
        seen = asyncio.run(_mixed(server, home))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    return tell(
        drill="mixed_stays",
        seed=SEED,
        operations=seen.operations,
        done=_most_first(seen.done),
        refused=_most_first(seen.refused),
        nights_compared=seen.checked,
        wrong_nights=seen.wrong_nights,
        negative_nights=seen.negative_nights,
        seconds=round(time.monotonic() - started),
        ok=seen.operations >= OPERATIONS and is_good(seen),
    )


def is_good(seen: Seen) -> bool:
    """Whether lives were really lived, and every night was what the model says: a house that
    refuses nearly everything has nothing to get wrong."""
    slow = sum(
        number for name, number in seen.refused.items() if name.endswith((": busy", ": no answer"))
    )
    return (
        seen.checked > 0
        and not seen.wrong_nights
        and not seen.negative_nights
        and sum(seen.done.values()) >= LEAST_DONE * seen.operations
        and len(seen.done) == EVERY_KIND
        and min(seen.done.values()) >= LEAST_OF_A_KIND * seen.operations
        and slow <= MOST_SLOW * seen.operations
    )


def _most_first(counted: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


async def _mixed(server: postgres.Server, home: Path) -> Seen:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute("create database hub")
    await admin.close()
    url, start = server.dsn(database="hub"), datetime.now(UTC)
    settings = settings_of(url, str(home), SECRET)
    clock = DrivenClock(start)
    await migrate(url, settings.secret_key, compose().packages)
    await seed(settings, ("48",), clock=clock)
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(SEED))
    try:
        house = await find_house(database)
        houses = [await settle_in(database, house, n) for n in range(PROCESSES)]
        model = Model(database, house.tenant, list(house.types.values()))
        await model.begin(start.date())
        orders = [
            Orders(url, str(home), SECRET, start, house, SEED + n) for n, house in enumerate(houses)
        ]
        return await _command(orders, model)
    finally:
        await database.close()


async def _command(orders: list[Orders], model: Model) -> Seen:
    """Let the processes act, and compare while they stand still."""
    seen, processes = Seen(), [await _start(one) for one in orders]
    # Eight at a time: a part is a multiple of eight, and the last one brings up the rest.
    part = -(-OPERATIONS // (CHECKS * PROCESSES * 8)) * 8
    try:
        for _ in range(CHECKS):
            for one in await asyncio.gather(*(_order(process, part) for process in processes)):
                seen.add(one)
            await model.compare(seen)
            sys.stderr.write(f"{seen.operations} operations, {seen.wrong_nights} nights wrong\n")
    finally:
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
    return seen


async def _start(orders: Orders) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "loadtests.mixed", stdin=pipe, stdout=pipe, cwd=ROOT, limit=2**20
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(orders) + b"\n")
    return process


async def _order(process: asyncio.subprocess.Process, operations: int) -> Seen:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"%d\n" % operations)
    await process.stdin.drain()
    return msgspec.json.decode(await process.stdout.readline(), type=Seen)


DRILLS = {"mixed_stays": mixed_stays}
