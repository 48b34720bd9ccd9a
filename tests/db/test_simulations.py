"""A proposed rule on what was really shared: member by member, equal to the single allocations."""

import random
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from hub import agreements, simulations, tenancy
from hub.agreements import Allocation, Version
from hub.core.db import Database
from hub.rules import Base, Facts, RuleText, check
from hub.simulations import actions
from hub.simulations.models import SimulationGoesOn
from hub.simulations.tasks import go_on_later
from tests.db.test_agreements import FEDERATION, KINDS
from tourism.agreement import VOCABULARY

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
MEMBERS = 12
SHARES = """
  la centrale : 3 % de l'hébergement, au plus 40,00 €
  la réserve : 1 % de l'hébergement
le reste à l'hébergeur"""
OLD = f"accord « Ancien »\nrègle « Partout »\nsinon{SHARES}"
NEW = f"""accord « Nouveau »
saison « basse » : du 2 novembre au 31 mars
règle « Basse saison »
quand la saison est « basse » et les étoiles sont au moins 3
  la centrale : 1,5 % de l'hébergement
  l'office : 0,5 % de l'hébergement
règle « Partout »
sinon{SHARES}"""


def text(source: str) -> RuleText:
    checked = check(source, VOCABULARY, as_of=date(2026, 1, 1))
    assert checked.faults == ()
    return checked.text


def version(source: str) -> Version:
    return msgspec.convert(
        {
            "id": 1, "tenant": FEDERATION, "agreement": "a", "title": "a", "number": 1,
            "effective_on": "2026-01-01", "ratified_at": "2026-01-01T00:00:00Z", "minutes": "",
            "hash": "0" * 64, "text": msgspec.to_builtins(text(source)),
        },
        Version,
    )  # fmt: skip


@pytest.fixture(autouse=True)
async def organisations(database: Database) -> None:
    """The federation is number 2; twelve lodgings follow."""
    kinds = [*KINDS[:2], *[tenancy.Kind.LODGING] * MEMBERS]
    async with database.transaction() as tx:
        await tenancy.open_organisations(
            tx, [tenancy.OpenOrganisation(kind=kind, name=kind.value) for kind in kinds]
        )


def draw_bookings(count: int, seed: int = 1) -> list[tuple[int, datetime, Allocation]]:
    """Allocations of twelve lodgings over a year, under the old text."""
    draw = random.Random(seed)
    old = version(OLD)
    made: list[tuple[int, datetime, Allocation]] = []
    for _ in range(count):
        member = draw.randint(3, 2 + MEMBERS)
        arrival = date(2026, 1, 1) + timedelta(days=draw.randint(0, 364))
        facts: Facts = {
            "region": "84",
            "department": "74" if member < 10 else "73",
            "commune": "74010",
            "kind": "hotel",
            "stars": draw.choice([None, 2, 3, 4]),
            "channel": "site",
            "arrival": arrival.isoformat(),
            "nights": draw.randint(1, 7),
            "member": True,
        }
        bases = {Base.LODGING_NET: draw.randint(3_000, 90_000)}
        at = SINCE + timedelta(seconds=draw.randint(0, 364 * 86_400))
        made.append((member, at, agreements.allocate(old, facts, bases)))
    return made


async def fill(admin: asyncpg.Connection, made: list[tuple[int, datetime, Allocation]]) -> None:
    await admin.executemany(
        "insert into allocation (id, tenant, scheme, subject, document, made_at)"
        " values (gen_random_uuid(), $1, 2, $2, $3::text::jsonb, $4)",
        [
            (member, f"booking:{n}", msgspec.json.encode(allocation).decode(), at)
            for n, (member, at, allocation) in enumerate(made)
        ],
    )


async def start(database: Database, since: datetime = SINCE) -> actions.UUID:
    async with database.transaction(FEDERATION) as tx:
        return await simulations.start_simulation(
            tx, subject="proposal:1", before=text(OLD), after=text(NEW), since=since, until=UNTIL
        )


async def test_a_simulation_is_the_sum_of_the_single_allocations(
    database: Database, admin: asyncpg.Connection
) -> None:
    made = draw_bookings(700)
    await fill(admin, made)
    id = await start(database)
    steps = 0
    while True:
        async with database.transaction(FEDERATION) as tx:
            left = await actions.go_on(tx, id, chunk=100)
            progress = await simulations.find_newest(tx, "proposal:1")
        steps += 1
        assert progress is not None
        assert progress.done == min(steps * 100, 700)
        if not left:
            break
    new = version(NEW)
    for name, ratified, got in (
        ("before", version(OLD), progress.sums.before),
        ("after", new, progress.sums.after),
    ):
        sums: dict[str, int] = {}
        for _, _, one in made:
            facts = {**one.facts, "college": "", "event": "stay"}
            for share in agreements.allocate(ratified, facts, one.bases).shares:
                sums[share.role] = sums.get(share.role, 0) + share.amount_cents
        assert got == {str(role): cents for role, cents in sums.items()}, name
    assert sum(progress.sums.decided.values()) == 700
    async with database.transaction(FEDERATION) as tx:
        effects = await simulations.list_effects(tx, id)
    assert {effect.member for effect in effects} == {member for member, _, _ in made}
    for effect in effects:
        theirs = [one for member, _, one in made if member == effect.member]
        assert effect.bookings == len(theirs)
        assert effect.base_cents == sum(one.total_cents for one in theirs)
        expected = sum(agreements.allocate(new, one.facts, one.bases).shares[-1].amount_cents
                       for one in theirs)  # fmt: skip
        assert effect.after_cents == expected
    assert [e.change_bps for e in effects] == sorted((e.change_bps for e in effects), reverse=True)


async def test_the_steps_follow_each_other_by_task_and_a_repeated_one_counts_nothing_twice(
    database: Database, admin: asyncpg.Connection
) -> None:
    await fill(admin, draw_bookings(50))
    id = await start(database)
    queued = await admin.fetchval("select count(*) from pgmq.q_celery")
    assert queued == 1
    for _ in range(3):
        await go_on_later.run(database, FEDERATION, SimulationGoesOn(simulation=id))
    async with database.transaction(FEDERATION) as tx:
        found = await simulations.find_simulation(tx, id)
    assert (found.done, found.total) == (50, 50)
    assert found.ended_at is not None
    assert sum(found.sums.decided.values()) == 50


async def test_no_figure_of_one_house_is_in_what_everybody_sees(
    database: Database, admin: asyncpg.Connection
) -> None:
    made = draw_bookings(300)
    # Two lodgings only in another department: their sum would tell one what the other earns.
    alone = [(m, at, msgspec.structs.replace(one, facts={**one.facts, "department": "05"}))
             if m in {3, 4} else (m, at, one) for m, at, one in made]  # fmt: skip
    await fill(admin, alone)
    id = await start(database)
    await go_on_later.run(database, FEDERATION, SimulationGoesOn(simulation=id))
    async with database.transaction(FEDERATION) as tx:
        seen = await actions.find_findings(tx, id)
        own = await simulations.find_effect(tx, id, 3)
    assert [(place.place, place.members) for place in seen.places] == [("73", 5), ("74", 5)]
    assert sum(step.members for step in seen.steps) == MEMBERS
    assert seen.sides.winning + seen.sides.losing + seen.sides.same == MEMBERS
    assert own is not None


async def test_what_cannot_be_known_stops_a_simulation_and_is_told(
    database: Database, admin: asyncpg.Connection
) -> None:
    made = draw_bookings(20)
    broken = [
        (m, at, msgspec.structs.replace(one, facts={k: v for k, v in one.facts.items()
                                                    if k != "stars"}))
        for m, at, one in made
    ]  # fmt: skip
    await fill(admin, broken)
    id = await start(database)
    await go_on_later.run(database, FEDERATION, SimulationGoesOn(simulation=id))
    async with database.transaction(FEDERATION) as tx:
        found = await simulations.find_simulation(tx, id)
    assert "stars" in found.fault
    assert found.ended_at is not None


async def test_with_no_past_a_simulation_is_over_at_once(database: Database) -> None:
    id = await start(database)
    async with database.transaction(FEDERATION) as tx:
        found = await simulations.find_simulation(tx, id)
    assert (found.total, found.ended_at is not None) == (0, True)


async def test_the_past_of_another_scheme_is_not_read(
    database: Database, admin: asyncpg.Connection
) -> None:
    await fill(admin, draw_bookings(5))
    async with database.transaction(1) as tx:
        assert await agreements.count_past(tx, SINCE, UNTIL) == 0
