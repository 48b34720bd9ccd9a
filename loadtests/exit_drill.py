"""A house with a hundred thousand rows leaves for a hub on another PostgreSQL, killed on the way
again and again, arrives the same, and is erased where it was."""

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import msgspec

from hub import audit, ledger, portability
from hub.app import compose
from hub.audit.actions import link_waiting as seal_entries
from hub.core import postgres
from hub.core.clock import SystemClock
from hub.core.db import Database, Session, connect, open_session
from hub.core.migrate import migrate, role_dsn
from hub.core.settings import read_settings
from hub.ledger import keeping
from hub.portability import policy, store
from hub.portability.bundle import read_bundle
from hub.portability.models import Table
from loadtests.exit_examples import move_examples
from loadtests.report import tell
from loadtests.serving import ROOT
from tourism.demo.seed import seed

ROWS, KILLS, SEED = int(os.environ.get("ROWS", "100000")), int(os.environ.get("KILLS", "5")), 2026
SECRET = "5ec2e7" * 11
SLICES = compose().slices
RULES = policy.rules_of(SLICES)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
FAR = 1_000_000_000  # numbers of copied rows begin here


def exit_() -> bool:
    """A house with 100,000 rows is exported, imported into an empty hub on another PostgreSQL, and
    erased, each act killed with -9 at random points and begun again: every table equal, the ledger
    balanced, the chains whole. After it goes an organisation of each other vertical, with a row in
    each of its tables."""
    first, second = (_start(name) for name in ("source", "target"))
    try:
        return asyncio.run(_move(first, second))
    finally:
        first.stop()
        second.stop()


def _start(name: str) -> postgres.Server:
    return postgres.start(Path(tempfile.mkdtemp(prefix=f"hub-exit-{name}-")), settings={})


async def _move(first: postgres.Server, second: postgres.Server) -> bool:
    place = Path(tempfile.mkdtemp(prefix="hub-exit-"))
    os.environ["HUB_DATA"] = str(place / "data")
    for server in (first, second):
        await migrate(server.dsn(), SECRET.encode(), compose().packages)
    source, target = await open_session(first.dsn()), await open_session(second.dsn())
    tenant = await _fill(first, source)
    draw = random.Random(SEED)
    seconds, kills = {}, {}

    await portability.export_tenant(source, tenant, place / "calm", SLICES, now=_now())
    command = ["export", str(tenant), str(place / "killed")]
    seconds["export"], kills["export"] = await _insist(first, place, command, draw)
    left = read_bundle(place / "killed")
    same_export = left.tables == read_bundle(place / "calm").tables

    command = ["import", str(place / "killed")]
    seconds["import"], kills["import"] = await _insist(second, place, command, draw)
    await portability.export_tenant(target, tenant, place / "arrived", SLICES, now=_now())
    arrived = read_bundle(place / "arrived").tables == left.tables

    command = ["erase", str(tenant), str(place / "killed")]
    certificate = place / "killed" / "erasure-certificate.json"
    seconds["erase"], kills["erase"] = await _insist(first, place, command, draw)
    erased = msgspec.json.decode(certificate.read_bytes(), type=portability.Certificate)
    exported = {table.table for table in left.tables if table.rows}
    # What is put by at the erasure, for what must still be declared, stood in no export.
    kept = sum(one.rows for one in erased.kept if one.table in exported)
    database = await _open(first)
    examples = await move_examples(database, source, target, place, _now())
    await database.close()
    sound = [await _is_sound(server, tenant) for server in (first, second)]
    await source.close()
    await target.close()
    return tell(
        drill="exit",
        rows=left.rows,
        tables_with_rows=sum(1 for table in left.tables if table.rows),
        tables=len(left.tables),
        megabytes=round(sum(f.stat().st_size for f in (place / "killed").rglob("*.jsonl")) / 1e6),
        kills=kills,
        **{f"{name}_s": round(value, 1) for name, value in seconds.items()},
        resumed_export_equal=same_export,
        arrived_equal=arrived,
        erased_rows=sum(erased.erased.values()),
        kept_rows=kept,
        written_meanwhile=sum(erased.left.values()),
        tables_of_examples=examples,
        ledger_and_chains_sound=all(sound),
        ok=left.rows >= ROWS
        and same_export
        and arrived
        and not erased.left
        and sum(erased.erased.values()) + kept == left.rows
        and bool(examples)
        and all(examples.values())
        and all(sound),
    )


async def _insist(
    server: postgres.Server,
    place: Path,
    command: Sequence[str],
    draw: random.Random,
) -> tuple[float, int]:
    """Begin a command, kill it at a random moment of its usual time, again and again; then let it
    end. The seconds of the last run, and how many were killed before they ended."""
    killed, usual = 0, 4.0
    for _ in range(KILLS):
        process = _begin(server, place, command)
        with suppress(subprocess.TimeoutExpired):
            process.wait(draw.uniform(0.5, usual))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
    began = time.monotonic()
    process = _begin(server, place, command)
    if process.wait() != 0:
        raise RuntimeError(f"hub {' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - began, killed


def _begin(server: postgres.Server, place: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": server.dsn(),
        "HUB_SECRET_KEY": SECRET,
        "HUB_DATA": str(place / "data"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "hub.cli", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


async def _open(server: postgres.Server) -> Database:
    app, index = (
        role_dsn(server.dsn(), role, SECRET.encode()) for role in ("hub_app", "hub_index")
    )
    return await connect(app, index, on=compose().on)


async def _is_sound(server: postgres.Server, tenant: int) -> bool:
    """Everything sealed, both chains whole, every balance what its transfers come to."""
    database = await _open(server)
    try:
        while True:
            async with database.transaction(tenant) as tx:
                if not await keeping.link_waiting(tx) + await seal_entries(tx):
                    break
        check = await keeping.check_whole(database)
        async with database.transaction(tenant) as tx:
            whole = (await audit.verify_chain(tx)).broken_at is None
            balances = await ledger.list_balances(tx)
        return check.well and whole and bool(balances)
    finally:
        await database.close()


async def _fill(server: postgres.Server, session: Session) -> int:
    """The demonstration of Lozère, and copies of one of its house's bookings with everything that
    names it, until the house has its rows; the house."""
    os.environ |= {"DATABASE_URL": server.dsn(), "HUB_SECRET_KEY": SECRET, "HUB_DEMO": "1"}
    await seed(read_settings(), ("48",))
    database = await _open(server)
    tenant, booking = await _find_booking(session)
    await session.execute("begin")
    tables = [table for table in await store.list_tables(session) if RULES.leaves(table)]
    rows, about = await _gather(session, tables, tenant, booking)
    copies = -(-(ROWS - rows) // sum(len(lines) for _, lines in about))
    draw = random.Random(SEED)
    for table, written in _copy(about, copies, draw).items():
        for start in range(0, len(written), 5_000):
            columns = next(one for one in tables if one.name == table).written
            await store.fill(session, table, columns, written[start : start + 5_000])
    for table in tables:
        await store.renumber(session, table.name)
    await session.execute(f"select ledger_arrive({tenant:d})")
    await session.execute("commit")
    await database.close()
    return tenant


async def _find_booking(session: Session) -> tuple[int, UUID]:
    row = await session.con.fetchrow(
        "select tenant, id from booking where state = 'confirmed' order by id limit 1"
    )
    assert row is not None
    return row["tenant"], row["id"]


async def _gather(
    session: Session, tables: Sequence[Table], tenant: int, booking: UUID
) -> tuple[int, list[tuple[Table, list[str]]]]:
    """How many rows the house has, and those that name the booking or its offer, parents first."""
    found: dict[str, list[str]] = {}
    rows = 0
    quote = await session.con.fetchval("select quote from booking where id = $1", booking)
    for table in tables:
        lines = [line async for line in store.stream_lines(session, table, RULES.by(table), tenant)]
        rows += len(lines)
        found[table.name] = [line for line in lines if str(booking) in line or str(quote) in line]
    ordered = reversed(policy.children_first(tables))
    return rows, [(table, found[table.name]) for table in ordered if found[table.name]]


def _copy(
    about: Sequence[tuple[Table, list[str]]], copies: int, draw: random.Random
) -> dict[str, list[str]]:
    """The rows again and again, each time with ids, numbers and references of their own."""
    own = {
        row["id"]
        for _, lines in about
        for row in map(msgspec.json.decode, lines)
        if isinstance(row.get("id"), str) and _UUID.fullmatch(row["id"])
    }
    counted = [int(row["id"]) for _, lines in about for row in map(msgspec.json.decode, lines)
               if isinstance(row.get("id"), int)]  # fmt: skip
    written: dict[str, list[str]] = {table.name: [] for table, _ in about}
    for copy in range(1, copies + 1):
        fresh = {id: str(UUID(int=draw.getrandbits(128), version=4)) for id in own}
        numbers = {n: FAR + copy * 1_000 + place for place, n in enumerate(sorted(set(counted)))}
        for table, lines in about:
            for line in lines:
                text = _UUID.sub(lambda m: fresh.get(m[0], m[0]), line)  # noqa: B023
                row = msgspec.json.decode(text)
                for column in ("id", "settles", "reverses"):
                    if row.get(column) in numbers:
                        row[column] = numbers[row[column]]
                if table.name == "booking":
                    row["reference"] = f"{row['reference'][:20]}-{copy}"
                written[table.name].append(msgspec.json.encode(row).decode())
    return written


def _now():
    return SystemClock().now()


DRILLS = {"exit": exit_}
