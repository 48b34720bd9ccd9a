"""The demonstration under a driven clock, with its worker, in one process of its own.

`python -m tests.browser.driven FOLDER PORT BOOKINGS [STAND_IN_PORT]` writes the database's address
into the folder's file `ready`; the clock stands at the instant in its file `clock`, and moves when
a test writes another. While there is a file `crowd`, the door lets in as many as it says (who gives
way, and in all). With a port for it, the payment service's stand-in stands beside, under the
same clock.
"""

import asyncio
import base64
import json
import os
import random
import shutil
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server as WebServer
from litestar.types import ASGIApp, Receive, Scope, Send

from hub import agreements, members
from hub.app import compose, create_app, open_database
from hub.core import postgres
from hub.core.admission import Admission
from hub.core.clock import SeededIds
from hub.core.db import Database
from hub.core.migrate import migrate
from hub.core.settings import Settings
from hub.core.work import attempt_task, keep_schedule, run_due_ticks
from hub.fake_stripe import create_fake
from hub.members import College, Statute
from hub.rules import Base, Facts
from tests.conftest import SECRET, quick_folder, settings_for
from tourism.demo.seed import seed
from tourism.quoting import AGREEMENT


class FileClock:
    """Tells the instant that stands in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text().strip())

    def passed(self) -> timedelta:
        return self.now() - datetime(2000, 1, 1, tzinfo=UTC)


class FileDoor(Admission):
    """Lets in as many as stand in a file, while there is one."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self._calm = path, (self._giving_way, self._most)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        told = self._path.read_text().split() if self._path.exists() else self._calm
        self._giving_way, self._most = int(told[0]), int(told[1])
        await super().handle(scope, receive, send, next_app)


async def prepare(
    dsn: str, admin_dsn: str, folder: Path, clock: FileClock, bookings: int
) -> tuple[Settings, Database]:
    """The demonstration of Lozère, three colleges, and ten thousand shared bookings."""
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute("create database hub")
    await admin.close()
    await migrate(dsn, SECRET, compose().packages)
    settings = settings_for(dsn, folder)
    await seed(settings, ("48",), clock=clock)
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(7))
    admin = await asyncpg.connect(dsn)
    cast, others = await find_cast(admin)
    await found_colleges(database, cast, others[:3])
    await share_the_past(database, admin, cast, others, bookings)
    await admin.close()
    return settings, database


async def find_cast(admin: asyncpg.Connection) -> tuple[dict[str, int], list[int]]:
    """The demonstration's organisations by kind, and forty other houses."""
    cast = {
        row["kind"]: row["id"]
        for row in await admin.fetch(
            "select kind, min(id) as id from organisation where kind <> 'lodging' group by kind"
            " union all select 'lodging', id from organisation where name like 'Hôtel du Belv%'"
        )
    }
    others = await admin.fetch(
        "select id from organisation where kind = 'lodging' and id <> $1 order by id limit 40",
        cast["lodging"],
    )
    return cast, [row["id"] for row in others]


async def found_colleges(database: Database, cast: dict[str, int], others: list[int]) -> None:
    """Four hosts, an office and a region; half of each college must vote at the first call."""
    async with database.transaction(cast["federation"], actor="system") as tx:
        await members.write_statute(
            tx,
            Statute(
                colleges=(
                    College(code="hosts", name="Hébergeurs", weight_bps=5_000),
                    College(code="offices", name="Offices de tourisme", weight_bps=3_000),
                    College(code="regions", name="Régions", weight_bps=2_000),
                ),
                quorum_bps=5_000,
            ),
        )
        for kind, college in (("lodging", "hosts"), ("office", "offices"), ("region", "regions")):
            await members.enrol(tx, member=cast[kind], name=kind.title(), college=college)
        for member in others:
            await members.enrol(tx, member=member, name=f"Maison {member}", college="hosts")


async def share_the_past(
    database: Database,
    admin: asyncpg.Connection,
    cast: dict[str, int],
    others: list[int],
    bookings: int,
) -> None:
    """A year of bookings, each shared by the version in force."""
    draw = random.Random(12)
    now = database.clock.now()
    version = await agreements.find_version_in_force(database.reader, AGREEMENT, now.date())
    rows = []
    for n in range(bookings):
        member = draw.choice([cast["lodging"], *others])
        arrival = now.date() - timedelta(days=draw.randint(1, 330))
        facts: Facts = {
            "region": "76",
            "department": draw.choice(["48", "48", "48", "30", "12"]),
            "commune": "48095",
            "kind": draw.choice(["hotel", "campsite", "furnished"]),
            "stars": draw.choice([None, 2, 3, 4]),
            "channel": draw.choice(["site", "office"]),
            "arrival": arrival.isoformat(),
            "nights": draw.randint(1, 7),
            "member": True,
            "event": "stay",
            "college": "",
        }
        made = agreements.allocate(version, facts, {Base.LODGING_NET: draw.randint(4_000, 90_000)})
        at = now - timedelta(days=draw.randint(2, 340))
        rows.append(
            (member, cast["federation"], f"past:{n}", msgspec.json.encode(made).decode(), at)
        )
    await admin.executemany(
        "insert into allocation (id, tenant, scheme, subject, document, made_at)"
        " values (gen_random_uuid(), $1, $2, $3, $4::text::jsonb, $5)",
        rows,
    )


async def work_for_ever(dsn: str, database: Database, paces: tuple[str, ...]) -> None:
    """Does what the worker does: schedules, then every message of the queue."""
    composition = compose()
    tasks = {task.name: task for task in composition.tasks}
    ticks = [tick for tick in composition.ticks if tick.task.name.startswith(paces)]
    admin = await asyncpg.connect(dsn)
    await keep_schedule(database, ticks)
    while True:
        await run_due_ticks(database, tasks)
        for row in await admin.fetch("select msg_id, message from pgmq.q_celery order by msg_id"):
            envelope = json.loads(row["message"])
            arguments = json.loads(base64.b64decode(envelope["body"]))[1]
            await admin.execute("delete from pgmq.q_celery where msg_id = $1", row["msg_id"])
            task = tasks[envelope["headers"]["task"]]
            await attempt_task(database, task, arguments["tenant"], arguments["message"], 1)
        await asyncio.sleep(0.1)


def stand_in(folder: Path, port: int, site: str, clock: FileClock) -> WebServer:
    """The payment service's stand-in, which this process then pays with."""
    os.environ["STRIPE_SECRET_KEY"] = "sk_test_driven"
    os.environ["STRIPE_WEBHOOK_SECRET"] = "whsec_driven"
    os.environ["STRIPE_API_BASE"] = f"http://127.0.0.1:{port}"
    hook = (f"{site}/api/v1/payments/events", "whsec_driven")
    fake = create_fake(folder / "stripe.sqlite3", clock=clock, deliver=True, hook=hook)
    return WebServer(
        fake, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False
    )


async def serve(folder: Path, port: int, bookings: int, pay_port: int | None) -> None:
    """Web, worker and database, until a signal comes."""
    home = quick_folder("hub-driven-")
    server = postgres.start(home, settings={"fsync": "off", "synchronous_commit": "off"})
    dsn = server.dsn(database="hub")
    clock = FileClock(folder / "clock")
    settings, database = await prepare(dsn, server.dsn(), folder, clock, bookings)
    site = f"http://127.0.0.1:{port}"
    settings = msgspec.structs.replace(settings, public_url=site)
    paces, paying = ("assemblies.", "reviewing."), None
    if pay_port is not None:
        paces = (*paces, "settlement.", "reconciling.")
        paying = asyncio.create_task(stand_in(folder, pay_port, site, clock).serve())
    web = WebServer(
        create_app(settings, clock=clock, door=FileDoor(folder / "crowd")),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
    )
    worker = asyncio.create_task(work_for_ever(dsn, database, paces))
    (folder / "ready").write_text(dsn)
    try:
        await web.serve()
    finally:
        worker.cancel()
        if paying is not None:
            paying.cancel()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    # A shell that starts the tests behind itself has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    beside = int(sys.argv[4]) if len(sys.argv) > 4 else None
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), beside))
