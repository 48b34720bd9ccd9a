"""A rule replayed on very many bookings: how long, with what progress, and equal to the sum of the
single allocations to the cent."""

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from hub import agreements, simulations, tenancy
from hub.agreements import Version
from hub.app import compose
from hub.core import postgres
from hub.core.db import Database, connect
from hub.core.migrate import migrate, role_dsn
from hub.rules import Base, Facts, RuleText, check, hash_text, yearly_fact
from hub.simulations import actions
from tourism.agreement import VOCABULARY

SECRET = b"a drill's secret key, long enough to be one"
SCHEME, FIRST_MEMBER, MEMBERS = 1, 2, 500
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
YEAR_S = 364 * 86_400
BATCH = 20_000
DEPARTMENTS = ("05", "06", "17", "29", "33", "64", "73", "74", "83", "85")
KINDS = ("hotel", "campsite", "residence", "furnished", "guest_house")
CHANNELS = ("site", "site", "site", "office", "campaign", "partner", "desk")
BEFORE = """accord « Ancien »
règle « Partout »
sinon
  la centrale : 3 % de l'hébergement, au plus 40,00 €, TVA 20 %
  la réserve : 1 % de l'hébergement
le reste à l'hébergeur"""
AFTER = """accord « Nouveau »
saison « basse » : du 2 novembre au 31 mars
règle « Basse saison »
quand la saison est « basse » et les étoiles sont au moins 3
  la centrale : 1,5 % de l'hébergement, au moins 2,00 €, TVA 20 %
  l'office : 0,5 % de l'hébergement
règle « Campings »
quand l'hébergement est un camping
  la centrale : 2 % de l'hébergement jusqu'à 20000 € par an puis 1 % au-delà
  la réserve : 0,20 € par nuit
règle « Montagne »
quand le département est « 73 » ou « 74 » et le canal est l'office
  l'office : 4 % de l'hébergement
  la centrale : 2 % de l'hébergement
règle « Partout »
sinon
  la centrale : 3 % de l'hébergement, au plus 35,00 €, TVA 20 %
  la réserve : 1,25 % de l'hébergement
le reste à l'hébergeur"""


class Expected(msgspec.Struct, kw_only=True):
    """The sums of the single allocations: by role under both texts, by rule, and what remains to
    each member under both."""

    before: Counter[str]
    after: Counter[str]
    decided: Counter[str]
    left_before: Counter[int]
    left_after: Counter[int]


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A finished simulation: seconds, the steps in which it told its progress, and whether every
    sum is that of the single allocations."""

    bookings: int
    seconds: float
    steps: int
    equal: bool


def version_of(source: str) -> Version:
    checked = check(source, VOCABULARY, as_of=SINCE.date())
    assert checked.faults == (), [fault.say() for fault in checked.faults]
    return Version(
        id=1,
        tenant=SCHEME,
        agreement="drill",
        title="drill",
        number=1,
        effective_on=SINCE.date(),
        text=checked.text,
        hash=hash_text(checked.text),
        minutes="",
        ratified_at=SINCE,
    )


def _draw_facts(draw: random.Random, member: int) -> Facts:
    department = DEPARTMENTS[member % len(DEPARTMENTS)]
    return {
        "region": "84",
        "department": department,
        "commune": f"{department}010",
        "kind": KINDS[member % len(KINDS)],
        "stars": (None, 1, 2, 3, 4, 5)[member % 6],
        "channel": draw.choice(CHANNELS),
        "arrival": (date(2026, 1, 1) + timedelta(days=draw.randrange(365))).isoformat(),
        "nights": draw.randint(1, 14),
        "member": True,
        "college": "",
        "event": "stay",
        yearly_fact(Base.LODGING_NET): draw.randrange(4_000_000),
    }


def _rows(count: int, draw: random.Random, expected: Expected) -> Iterator[tuple[object, ...]]:
    """Past allocations as rows, each counted by itself under both texts."""
    before, after = version_of(BEFORE), version_of(AFTER)
    for n in range(count):
        member = FIRST_MEMBER + draw.randrange(MEMBERS)
        facts = _draw_facts(draw, member)
        bases = {Base.LODGING_NET: draw.randint(3_000, 200_000)}
        had = agreements.allocate(before, facts, bases)
        would = agreements.allocate(after, facts, bases)
        for share in had.shares:
            expected.before[share.role.value] += share.amount_cents
        for share in would.shares:
            expected.after[share.role.value] += share.amount_cents
        expected.decided[would.rule] += 1
        expected.left_before[member] += had.shares[-1].amount_cents
        expected.left_after[member] += would.shares[-1].amount_cents
        at = SINCE + timedelta(seconds=draw.randrange(YEAR_S))
        id = UUID(int=draw.getrandbits(128), version=4)
        yield id, member, SCHEME, f"booking:{n}", msgspec.json.encode(had).decode(), at


async def open_members(database: Database) -> None:
    """The scheme is organisation number 1, its members follow."""
    kinds = [tenancy.Kind.FEDERATION, *[tenancy.Kind.LODGING] * MEMBERS]
    async with database.transaction() as tx:
        await tenancy.open_organisations(
            tx, [tenancy.OpenOrganisation(kind=kind, name=f"O{n}") for n, kind in enumerate(kinds)]
        )


async def fill(admin: asyncpg.Connection, count: int, seed: int) -> Expected:
    """So many past allocations."""
    expected = Expected(
        before=Counter(), after=Counter(), decided=Counter(), left_before=Counter(),
        left_after=Counter(),
    )  # fmt: skip
    rows, draw = [], random.Random(seed)
    for row in _rows(count, draw, expected):
        rows.append(row)
        if len(rows) == BATCH:
            await _copy(admin, rows)
            rows = []
    await _copy(admin, rows)
    await admin.execute("analyze allocation")
    return expected


async def _copy(admin: asyncpg.Connection, rows: list[tuple[object, ...]]) -> None:
    columns = ["id", "tenant", "scheme", "subject", "document", "made_at"]
    await admin.copy_records_to_table("allocation", records=rows, columns=columns)


async def replay(database: Database, expected: Expected, chunk: int = actions.CHUNK) -> Replayed:
    """Simulate from the first to the last booking, a step a transaction as its task does."""
    started = time.monotonic()
    before, after = version_of(BEFORE).text, version_of(AFTER).text
    id = await _start(database, before, after)
    steps, going = 0, True
    while going:
        async with database.transaction(SCHEME) as tx:
            going = await actions.go_on(tx, id, chunk)
        steps += 1
    seconds = time.monotonic() - started
    async with database.transaction(SCHEME) as tx:
        found = await simulations.find_simulation(tx, id)
        effects = await simulations.list_effects(tx, id)
    assert found.fault == "", found.fault
    equal = (
        (found.sums.before, found.sums.after, found.sums.decided)
        == (expected.before, expected.after, expected.decided)
        and {one.member: one.before_cents for one in effects} == expected.left_before
        and {one.member: one.after_cents for one in effects} == expected.left_after
    )
    return Replayed(bookings=found.done, seconds=seconds, steps=steps, equal=equal)


async def _start(database: Database, before: RuleText, after: RuleText) -> UUID:
    async with database.transaction(SCHEME) as tx:
        return await simulations.start_simulation(
            tx,
            subject="proposal:drill",
            before=before,
            after=after,
            since=SINCE,
            until=SINCE + timedelta(days=366),
        )


def run_simulation_drill(bookings: int) -> Replayed:
    """On an embedded database of its own; the replay, PostgreSQL included, has one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    server = postgres.start(Path(tempfile.mkdtemp(prefix="hub-simulate-")), settings=_SETTINGS)
    try:
        return asyncio.run(_drill(server.dsn(), bookings))
    finally:
        server.stop()
        os.sched_setaffinity(0, cores)


_SETTINGS = {"fsync": "off"}


async def _drill(dsn: str, bookings: int) -> Replayed:
    await migrate(dsn, SECRET, compose().packages)
    app, index = (role_dsn(dsn, role, SECRET) for role in ("hub_app", "hub_index"))
    database = await connect(app, index, on=compose().on)
    admin = await asyncpg.connect(dsn)
    try:
        await open_members(database)
        expected = await fill(admin, bookings, seed=2026)
        return await replay(database, expected)
    finally:
        await database.close()
        await admin.close()
