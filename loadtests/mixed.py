"""Random lives of bookings, many at once: guests, the desk, the calendar, another platform.

`python -m loadtests.mixed` is one of several processes of the drill: it reads how many operations
to do from its input and answers with what it has done."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from hub.app import compose, open_database
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.problems import sqlstate_of
from loadtests.mixed_guests import Guests
from loadtests.mixed_hosts import Hosts
from loadtests.mixed_world import House, Seen, settings_of, settle_in
from loadtests.replaying import Model

AT_ONCE = 8
PACE = timedelta(minutes=7)  # 100,000 operations in two processes: a month
SLOW = {"55P03", "57014"}  # a lock or a statement that took too long: a slow machine, no fault


class Lives(Guests, Hosts):
    """Guests of one house and the house itself, each doing something at random."""

    def __init__(self, database: Database, clock: DrivenClock, house: House, seed: int) -> None:
        super().__init__(database, clock, house, seed)
        self._acts: dict[str, tuple[int, Callable[[], Awaitable[object]]]] = {
            "hold": (29, self._hold),
            "walk_in": (3, self._walk_in),
            "pay": (22, self._pay),
            "release": (3, self._release),
            "expire": (8, self._expire),
            "change": (8, self._change),
            "cancel_room": (4, self._cancel_room),
            "cancel": (5, self._cancel),
            "arrive": (4, self._arrive),
            "leave": (3, self._leave),
            "miss": (5, self._miss),
            "block": (2, self._block),
            "unblock": (2, self._unblock),
            "platform": (2, self._platform),
            "keep_for_group": (2, self._keep_for_group),
            "pick_up": (4, self._pick_up),
            "change_in_group": (2, self._change_in_group),
            "end_group": (2, self._end_group),
        }

    async def run(self, operations: int) -> None:
        """So many operations, `AT_ONCE` at the same moment; the clock goes on meanwhile."""
        for _ in range(operations // AT_ONCE):
            await asyncio.gather(*[self._act() for _ in range(AT_ONCE)])
            self.clock.forward(PACE)

    async def _act(self) -> None:
        names = list(self._acts)
        [name] = self.chance.choices(names, [self._acts[known][0] for known in names])
        self.seen.operations += 1
        try:
            await self._acts[name][1]()
            self.seen.done[name] += 1
        except HubError as refused:
            self.seen.refused[f"{name}: {refused.code}"] += 1
        except TimeoutError:  # whether it was done is not known; the record knows
            self.seen.refused[f"{name}: no answer"] += 1
        except asyncpg.PostgresError as error:
            if sqlstate_of(error) not in SLOW:
                raise
            self.seen.refused[f"{name}: busy"] += 1


async def run_mixed(
    database: Database, clock: DrivenClock, house: Any, operations: int, seed: int
) -> Seen:
    """Lives in one process, twice compared with the model."""
    settled = await settle_in(database, house, seed)
    model = Model(database, settled.tenant, settled.types)
    await model.begin(clock.now().date())
    lives = Lives(database, clock, settled, seed)
    for _ in range(2):
        await lives.run(operations // 2)
        await model.compare(lives.seen)
    return lives.seen


class Orders(msgspec.Struct):
    """What a process of the drill is told at its beginning."""

    database_url: str
    data: str
    secret_key: str
    start: datetime
    house: House
    seed: int


async def _obey(orders: Orders) -> None:
    settings = settings_of(orders.database_url, orders.data, orders.secret_key)
    clock = DrivenClock(orders.start)
    ids = SeededIds(orders.seed)
    database = await open_database(settings, compose(), clock=clock, ids=ids)
    lives = Lives(database, clock, orders.house, orders.seed)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            lives.seen = Seen()
            await lives.run(int(line))
            print(msgspec.json.encode(lives.seen).decode(), flush=True)
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_obey(msgspec.json.decode(sys.stdin.readline(), type=Orders)))
