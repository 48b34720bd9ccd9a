"""The drill of clocks: a served house whose clock jumps while rooms are held, and is changed twice
a year. A hold lives as long as it was promised, to the second."""

import asyncio
import logging
import random
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server as WebServer

from hub.app import compose, create_app, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.log import set_up_logs
from hub.core.migrate import migrate
from hub.core.vertical import Nothing
from hub.core.work import keep_schedule, run_due_ticks
from loadtests.caller import Connection, get, post
from loadtests.crowd import Room, count, make_room, send, until_ready
from loadtests.mixed_world import settings_of
from loadtests.report import tell
from loadtests.serving import free_port
from tests.served import Queue
from tourism.demo.seed import seed

SEED, HOLDS = 2026, 6
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SECRET = "a clock drill's secret key, long enough to be one"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
QUARTER = timedelta(minutes=15)
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NIGHTS = {
    "new year": datetime(2026, 12, 31, 22, 52, tzinfo=UTC),
    "summer time begins": datetime(2027, 3, 28, 0, 52, tzinfo=UTC),
    "summer time ends": datetime(2027, 10, 31, 0, 52, tzinfo=UTC),
}


class Seen(msgspec.Struct):
    """What became of the holds, by the time that really passed, whatever the clock was set to.
    `late` lived longer than their time and a second, `early` shorter; `paid_late` were paid after
    it, `unpaid_in_time` were refused a second before it; `not_promised` were promised another time
    than they have; `jumps` is how often the clock was set while somebody held."""

    cases: int = 0
    jumps: int = 0
    not_promised: int = 0
    holds: int = 0
    late: int = 0
    early: int = 0
    paid_late: int = 0
    unpaid_in_time: int = 0
    units_kept: int = 0


def clock() -> bool:
    """Rooms are held through HTTP; then the clock of the whole service jumps an hour ahead or back,
    or the night is one of those when clocks are changed: a quarter of an hour later by no clock at
    all each hold ends within a second, never before, cannot be paid after it, and gives its rooms
    back."""
    started = time.monotonic()
    set_up_logs(json=True, level=logging.WARNING)
    home = Path(tempfile.mkdtemp(prefix="hub-clock-"))
    server = postgres.start(home, settings=QUICK)
    try:
        seen = asyncio.run(_drill(server, home))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    return tell(
        drill="clock",
        **msgspec.to_builtins(seen),
        seconds=round(time.monotonic() - started),
        ok=is_good(seen),
    )


def is_good(seen: Seen) -> bool:
    """Whether clocks were really set, and no hold lived longer or shorter for it."""
    wrong = (seen.late, seen.early, seen.paid_late, seen.unpaid_in_time, seen.units_kept)
    return seen.holds > 0 and seen.jumps > 0 and not any(wrong) and not seen.not_promised


async def _drill(server: postgres.Server, home: Path) -> Seen:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute("create database hub")
    await admin.close()
    url, driven = server.dsn(database="hub"), DrivenClock(START)
    settings = settings_of(url, str(home), SECRET)
    await migrate(url, settings.secret_key, compose().packages)
    await seed(settings, ("48",), clock=driven)
    database = await open_database(settings, compose(), clock=driven, ids=SeededIds(SEED))
    admin = await asyncpg.connect(url)
    port = free_port()
    app = create_app(settings, clock=driven)
    web = WebServer(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI)
    serving = asyncio.create_task(web.serve())
    try:
        await until_ready(("127.0.0.1", port))
        return await House(database, admin, driven, port).run_all(await make_room(admin))
    finally:
        web.stop()
        await serving
        await admin.close()
        await database.close()


class House:
    """The served house, its worker and its clock."""

    def __init__(
        self, database: Database, admin: asyncpg.Connection, driven: DrivenClock, port: int
    ) -> None:
        self.database, self.admin, self.driven = database, admin, driven
        self.queue = Queue(database, admin)
        self.beats = compose().beats
        self.tasks = {task.name: task for task in compose().tasks}
        self.line = Connection("127.0.0.1", port)
        self.draw, self.seen = random.Random(SEED), Seen()
        self._number = 0

    async def run_all(self, room: Room) -> Seen:
        self.room = room
        await keep_schedule(self.database, compose().ticks)
        at = START
        for jump in (timedelta(), HOUR, -HOUR, HOUR, -HOUR, HOUR, -HOUR):
            at += timedelta(days=1, minutes=self.draw.randint(0, 600))
            await self._case(at, jump)
        for night in NIGHTS.values():
            for jump in (timedelta(), HOUR, -HOUR):
                await self._case(night, jump)
        return self.seen

    async def _case(self, at: datetime, jump: timedelta) -> None:
        """Some holds within five minutes, a jump in the middle of them, and the end of each."""
        self.driven.set(at)
        await self._work()
        self.seen.cases += 1
        held: list[dict[str, Any]] = []
        for _ in range(HOLDS):
            held.append(await self._hold())
            self.driven.forward(timedelta(seconds=self.draw.randint(1, 60)))
        before = await self._units()
        self.driven.jump(jump)
        self.seen.jumps += bool(jump)
        paid = 0
        for hold in held:
            paid += await self._end(hold, paying=hold is held[-1])
        given = await self._units() - before
        self.seen.units_kept += given != len(held) - paid

    async def _end(self, hold: dict[str, Any], *, paying: bool) -> bool:
        """A second before its time a hold stands, and a payment is good; a second after it is over,
        whatever the clock has done. True when it was paid."""
        over = hold["over"]
        self.seen.holds += 1
        if self.driven.passed() < over - SECOND:
            await self._wait_until(over - SECOND)
            self.seen.early += await self._state(hold) != "held"
            if paying:
                self.seen.unpaid_in_time += await self._pay(hold) != 200
                return True
            self.driven.forward(over - self.driven.passed())
            self.seen.paid_late += await self._pay(hold) == 200
        await self._wait_until(max(self.driven.passed(), over) + SECOND)
        self.seen.late += await self._state(hold) == "held"
        return False

    async def _wait_until(self, passed: timedelta) -> None:
        """The worker is at work when the time has come."""
        self.driven.forward(passed - self.driven.passed())
        await self._work()

    async def _work(self) -> None:
        """What the worker does in a second: its beats, schedules, and what is due."""
        for beat in self.beats:
            await beat.task.run(self.database, None, Nothing())
        await run_due_ticks(self.database, self.tasks)
        await self.queue.run(only="booking.")

    async def _hold(self) -> dict[str, Any]:
        self._number += 1
        arrival = self.driven.now().date() + timedelta(days=5)
        wish = {
            "property": self.room.property,
            "arrival": str(arrival),
            "departure": str(arrival + timedelta(days=1)),
            "rate_plan": self.room.rate_plan,
            "rooms": [{"room_type": self.room.room_type, "adults": 1}],
        }
        quote = await self._post("/api/v1/quotes", wish)
        held = await self._post(f"/api/v1/quotes/{quote['token']}/hold", {})
        promised = datetime.fromisoformat(held["expires_at"])
        self.seen.not_promised += promised != self.driven.now() + QUARTER
        return {**held, "over": self.driven.passed() + QUARTER}

    async def _post(self, path: str, body: object) -> dict[str, Any]:
        answer = await send(self.line, post(path, body, f"clock-{self._number}"))
        assert answer.status in {200, 201}, answer.body
        return msgspec.json.decode(answer.body)

    async def _state(self, hold: dict[str, Any]) -> str:
        answer = await send(self.line, get(f"/api/v1/bookings/{hold['token']}"))
        return msgspec.json.decode(answer.body)["state"]

    async def _pay(self, hold: dict[str, Any]) -> int:
        body = {
            "guest": {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"},
            "payment_method": "pm_card_visa",
            "total_cents": hold["total_cents"],
        }
        path, key = f"/api/v1/bookings/{hold['token']}/payment", f"pay-{self.driven.now()}"
        return (await send(self.line, post(path, body, key))).status

    async def _units(self) -> int:
        return await count(
            self.admin,
            "select sum(u) from ari_month, unnest(units_left) u where room_type = $1",
            self.room.room_type,
        )


DRILLS = {"clock": clock}
