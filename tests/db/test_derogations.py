"""A member owes less for a time, for a written reason: on the record, in the cents, in a letter."""

from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import agreements, audit
from hub.agreements import Derogation, DerogationInvalid, GrantDerogation, RatifyVersion, Role
from hub.agreements.errors import DerogationOver, NotTheScheme
from hub.assemblies.actions import departing
from hub.assemblies.models import TurnDue
from hub.assemblies.tasks import tell_turn_later
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import HubError, NotFound
from hub.rules import Base, check
from tests.db.test_agreements import FACTS
from tests.db.test_assemblies import FEDERATION, federation
from tests.db.test_assemblies_letters import letters, readers
from tourism.agreement import VOCABULARY

__all__ = ["federation", "readers"]
MEMBER, OTHER = 3, 7
TODAY = date(2026, 12, 1)
SOURCE = """accord « Essai »
règle « Partout »
sinon
  la centrale : 3 % de l'hébergement, au moins 5,00 €
  l'office : 2 % de l'hébergement
le reste à l'hébergeur"""
SAID = GrantDerogation(
    name="o3",
    role=Role.PLATFORM,
    at_most_bps=150,
    reason="Travaux de la route.",
    since=TODAY + timedelta(days=10),
    until=TODAY + timedelta(days=40),
)


@pytest.fixture(autouse=True)
async def version(database: Database, clock: DrivenClock, federation: None) -> None:
    clock.set(datetime(2026, 12, 1, 12, tzinfo=clock.now().tzinfo))
    text = check(SOURCE, VOCABULARY, as_of=date(2026, 1, 1)).text
    command = RatifyVersion(
        agreement="essai", title="Essai", effective_on=date(2026, 1, 1), text=text, minutes="m"
    )
    async with database.transaction(FEDERATION) as tx:
        await agreements.ratify_version(tx, command)


async def grant(database: Database, **changes: object) -> Derogation:
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        said = msgspec.structs.replace(SAID, **changes)
        return await departing.grant(tx, said, VOCABULARY, Role.LODGING)


async def fees(database: Database, member: int, cents: int = 10_000) -> dict[str, int]:
    """What each role receives of a booking that a member takes today."""
    today = database.clock.now().date()
    version = await agreements.find_version_in_force(database.reader, "essai", today)
    async with database.transaction(member) as tx:
        facts = await agreements.complete_facts(tx, version, FACTS)
    made = agreements.allocate(version, facts, {Base.LODGING_NET: cents})
    assert made.total_cents == cents
    return {share.role.value: share.amount_cents for share in made.shares}


async def test_it_lowers_one_members_fee_from_its_first_to_its_last_day(
    database: Database, clock: DrivenClock
) -> None:
    await grant(database)
    whole = {"platform": 500, "office": 200, "lodging": 9_300}
    lowered = {"platform": 150, "office": 200, "lodging": 9_650}
    seen: list[dict[str, int]] = []
    for day in (9, 10, 39, 40):
        clock.set(datetime(2026, 12, 1, 12, tzinfo=clock.now().tzinfo) + timedelta(days=day))
        seen.append(await fees(database, MEMBER))
        assert await fees(database, OTHER) == whole
    assert seen == [whole, lowered, lowered, whole]


async def test_two_at_once_give_the_lower_and_nothing_is_owed_at_zero(
    database: Database, clock: DrivenClock
) -> None:
    await grant(database, since=TODAY)
    await grant(database, since=TODAY, at_most_bps=0)
    assert await fees(database, MEMBER) == {"platform": 0, "office": 200, "lodging": 9_800}


async def test_what_was_shared_under_it_is_computed_again_the_same(
    database: Database, clock: DrivenClock
) -> None:
    await grant(database, since=TODAY)
    version = await agreements.find_version_in_force(database.reader, "essai", TODAY)
    async with database.transaction(MEMBER) as tx:
        facts = await agreements.complete_facts(tx, version, FACTS)
        made = agreements.allocate(version, facts, {Base.LODGING_NET: 10_000})
        kept = await agreements.freeze_allocation(
            tx, scheme=FEDERATION, subject="booking:1", allocation=made
        )
    clock.set(clock.now() + timedelta(days=400))
    async with database.transaction(MEMBER) as tx:
        explained = await agreements.explain_allocation(tx, database.reader, kept.id)
    assert explained.same
    assert kept.allocation.facts["platform_at_most_bps"] == 150


async def test_it_is_on_the_record_and_the_member_is_written_to(
    database: Database, admin: asyncpg.Connection
) -> None:
    made = await grant(database)
    told = await letters(admin)
    assert set(told) == {"fr"}, "only the member that it is for"
    assert told["fr"]["subject"] == "Dérogation accordée : O3"
    assert "au plus 1,5 %" in told["fr"]["body_text"]
    assert "la centrale" in told["fr"]["body_text"]
    assert "/pro/derogations" in told["fr"]["body_text"]
    async with database.transaction(FEDERATION) as tx:
        entry = (await audit.list_entries(tx, wanted=1))[0]
        assert [one.id for one in await agreements.list_derogations(tx)] == [made.id]
    assert (entry.action, entry.reason) == ("derogation.granted", SAID.reason)
    assert (entry.detail["at_most_bps"], entry.actor) == (150, "person:7")


async def test_it_ends_early_for_a_written_reason_and_once(
    database: Database, admin: asyncpg.Connection, clock: DrivenClock
) -> None:
    made = await grant(database, since=TODAY)
    await letters(admin)
    with pytest.raises(DerogationInvalid):
        await end(database, made.id, "  ")
    ended = await end(database, made.id, "La route est ouverte.")
    assert ended.ends_on == TODAY
    assert (await fees(database, MEMBER))["platform"] == 500
    assert (await letters(admin))["fr"]["subject"] == "Dérogation retirée : O3"
    with pytest.raises(DerogationOver):
        await end(database, made.id, "Encore.")


async def end(database: Database, id: UUID, reason: str) -> Derogation:
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        return await departing.end(tx, id, reason)


async def test_its_last_day_is_told_once(
    database: Database, admin: asyncpg.Connection, clock: DrivenClock
) -> None:
    made = await grant(database)
    await letters(admin)
    clock.set(datetime(2027, 1, 9, 12, tzinfo=clock.now().tzinfo))
    assert await turns(database) == 0
    clock.set(datetime(2027, 1, 10, 12, tzinfo=clock.now().tzinfo))
    assert await turns(database) == 1
    due = TurnDue(kind="derogation", subject=str(made.id), day=SAID.until)
    for _ in range(2):
        await tell_turn_later.run(database, FEDERATION, due)
    rows = await admin.fetch("select subject from mail where tenant = $1", FEDERATION)
    assert [row["subject"] for row in rows] == ["Fin de la dérogation : O3"]
    assert await turns(database) == 0


async def turns(database: Database) -> int:
    async with database.transaction() as tx:
        return await departing.announce_turns(tx)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "nobody"}, "name"),
        ({"role": Role("baker")}, "role"),
        ({"role": Role.LODGING}, "role"),
        ({"at_most_bps": 10_001}, "at_most"),
        ({"at_most_bps": -1}, "at_most"),
        ({"reason": " "}, "reason"),
        ({"reason": "r" * 1_001}, "reason"),
        ({"since": TODAY - timedelta(days=1)}, "since"),
        ({"until": SAID.since}, "last"),
        ({"until": SAID.since + timedelta(days=732)}, "last"),
    ],
)
async def test_what_cannot_be_granted_is_refused_beside_its_field(
    database: Database, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(DerogationInvalid) as refused:
        await grant(database, **changes)
    assert refused.value.extra["field"] == field


async def test_nobody_grants_it_to_itself_and_nobody_else_reads_it(
    database: Database, admin: asyncpg.Connection
) -> None:
    made = await grant(database)
    async with database.transaction(MEMBER) as tx:
        with pytest.raises(NotTheScheme):
            await departing.grant(tx, SAID, VOCABULARY, Role.LODGING)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(MEMBER) as tx:
            await (await tx.connection()).execute(
                "insert into derogation (tenant, id, member, name, role, at_most_bps, reason,"
                " since, until, granted_at) values (1, gen_random_uuid(), 3, 'x', 'platform', 0,"
                " 'x', '2026-12-01', '2027-12-01', now())"
            )
    for role in ("hub_app", "hub_owner"):
        await admin.execute(f"set role {role}")
        with pytest.raises(asyncpg.PostgresError):
            await admin.execute("delete from derogation")
        await admin.execute("reset role")
    async with database.transaction(OTHER) as tx:
        with pytest.raises(NotFound):
            await agreements.find_derogation(tx, made.id)
    assert issubclass(NotFound, HubError)
