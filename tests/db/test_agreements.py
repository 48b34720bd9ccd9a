"""Versions that nobody can change, beneficiaries by territory, allocations frozen and reversed."""

import asyncio
from datetime import date

import asyncpg
import msgspec
import pytest

from hub import agreements, audit, tenancy
from hub.agreements import (
    Allocation,
    Base,
    Facts,
    NoAgreement,
    RatifyVersion,
    Role,
    RuleInvalid,
    RuleText,
    Version,
)
from hub.agreements.errors import (
    AllocationDiffers,
    BeneficiaryNamed,
    NotTheScheme,
    VersionTaken,
)
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.migrate import role_dsn
from hub.rules import Component, Rule, hash_text
from tests.conftest import SECRET

LODGING, FEDERATION, OFFICE, RIVAL, OTHER = 1, 2, 3, 4, 5
KINDS = (
    tenancy.Kind.LODGING,
    tenancy.Kind.FEDERATION,
    tenancy.Kind.OFFICE,
    tenancy.Kind.FEDERATION,
    tenancy.Kind.LODGING,
)
FACTS = Facts(
    region="84",
    department="74",
    commune="74010",
    kind="hotel",
    stars=None,
    channel="site",
    arrival=date(2027, 2, 13),
    nights=2,
    member=True,
)
TEXT = RuleText(
    title="L'accord d'essai",
    vocabulary="tourism",
    remainder=Role.LODGING,
    rules=(
        Rule(
            name="Partout",
            components=(
                Component(beneficiary=Role.PLATFORM, percent_bps=300, vat_bps=2_000),
                Component(beneficiary=Role.OFFICE, percent_bps=150),
            ),
            catch_all=True,
        ),
    ),
)
COMMAND = RatifyVersion(
    agreement="essai",
    title="L'accord d'essai",
    effective_on=date(2026, 1, 1),
    text=TEXT,
    minutes="Adopté à l'unanimité.",
)
SUBJECT = "booking:1"


@pytest.fixture(autouse=True)
async def organisations(database: Database) -> None:
    """A lodging, the federation, an office, another federation, another lodging: 1 to 5."""
    async with database.transaction() as tx:
        opened = await tenancy.open_organisations(
            tx, [tenancy.OpenOrganisation(kind=kind, name=kind.value) for kind in KINDS]
        )
    assert opened == [LODGING, FEDERATION, OFFICE, RIVAL, OTHER]


async def ratify(database: Database, by: int = FEDERATION, **changes: object) -> Version:
    async with database.transaction(by, actor="person:7") as tx:
        return await agreements.ratify_version(tx, msgspec.structs.replace(COMMAND, **changes))


async def freeze(
    database: Database, version: Version, cents: int = 20_000, tenant: int = LODGING
) -> Allocation:
    allocation = agreements.allocate(version, FACTS, {Base.LODGING_NET: cents})
    async with database.transaction(tenant) as tx:
        kept = await agreements.freeze_allocation(
            tx, scheme=FEDERATION, subject=SUBJECT, allocation=allocation
        )
    return kept.allocation


async def reverse(database: Database, cents: int, tenant: int = LODGING) -> Allocation:
    async with database.transaction(tenant) as tx:
        return await agreements.reverse_allocation(tx, SUBJECT, cents)


def amounts(allocation: Allocation) -> list[int]:
    return [share.amount_cents for share in allocation.shares]


async def test_a_ratified_version_is_kept_with_its_text_hash_and_minutes(
    database: Database,
) -> None:
    version = await ratify(database)
    assert (version.tenant, version.number) == (FEDERATION, 1)
    assert (version.text, version.minutes) == (TEXT, "Adopté à l'unanimité.")
    assert version.hash == hash_text(version.text)
    found = await agreements.find_version_in_force(database.reader, "essai", date(2026, 6, 1))
    assert found == version
    assert hash_text(found.text) == found.hash
    async with database.transaction(FEDERATION) as tx:
        (entry,) = (e for e in await audit.list_entries(tx) if e.action == "agreement.ratify")
    assert (entry.actor, entry.subject) == ("person:7", "agreement:essai:1")


async def test_the_version_in_force_is_the_last_one_effective_on_that_day(
    database: Database,
) -> None:
    later = await ratify(database, effective_on=date(2027, 1, 1), title="Deux")
    earlier = await ratify(database, title="Un")
    assert (later.number, earlier.number) == (1, 2)

    async def on(day: date) -> str:
        found = await agreements.find_version_in_force(database.reader, "essai", day)
        return found.title

    assert await on(date(2026, 1, 1)) == "Un"
    assert await on(date(2026, 12, 31)) == "Un"
    assert await on(date(2027, 1, 1)) == "Deux"
    with pytest.raises(NoAgreement):
        await on(date(2025, 12, 31))
    async with database.transaction(FEDERATION) as tx:
        listed = await agreements.list_versions(tx, FEDERATION)
    assert [version.title for version in listed] == ["Deux", "Un"]


async def test_only_a_federation_ratifies_and_only_its_own_agreement(database: Database) -> None:
    for organisation in (LODGING, OFFICE):
        with pytest.raises(NotTheScheme):
            await ratify(database, by=organisation)
    await ratify(database)
    with pytest.raises(VersionTaken):
        await ratify(database, by=RIVAL, effective_on=date(2026, 2, 1))
    async with database.transaction(RIVAL) as tx:
        assert await agreements.list_versions(tx, FEDERATION) == []


async def test_a_day_has_one_version_and_a_bad_text_none(
    database: Database, admin: asyncpg.Connection
) -> None:
    await ratify(database)
    with pytest.raises(VersionTaken):
        await ratify(database, title="Un autre")
    with pytest.raises(RuleInvalid):
        await ratify(
            database, text=msgspec.structs.replace(TEXT, rules=()), effective_on=date(2026, 2, 1)
        )
    assert await admin.fetchval("select count(*) from agreement_version") == 1


async def test_versions_ratified_at_once_are_numbered_without_a_gap_or_refused(
    database: Database, admin: asyncpg.Connection
) -> None:
    async def one(n: int) -> bool:
        try:
            await ratify(database, effective_on=date(2026, 1, n + 1))
        except VersionTaken:
            return False
        return True

    ratified = sum(await asyncio.gather(*(one(n) for n in range(8))))
    numbers = await admin.fetch("select number from agreement_version order by number")
    assert [row["number"] for row in numbers] == list(range(1, ratified + 1))
    assert ratified >= 1


async def test_the_nearest_territory_says_who_receives_a_share(database: Database) -> None:
    async with database.transaction(FEDERATION) as tx:
        await agreements.name_beneficiary(tx, Role.OFFICE, FEDERATION, "nation", "FR")
        await agreements.name_beneficiary(tx, Role.OFFICE, OFFICE, "department", "74")
        await agreements.name_beneficiary(tx, Role.REGION, RIVAL, "region", "84")
        await agreements.name_beneficiary(tx, Role.REGION, RIVAL, "region", "84")
        with pytest.raises(BeneficiaryNamed):
            await agreements.name_beneficiary(tx, Role.REGION, OFFICE, "region", "84")

    async def at(facts: dict) -> dict[Role, int]:
        return await agreements.find_beneficiaries(database.reader, FEDERATION, facts)

    elsewhere = {**FACTS, "region": "11", "department": "75", "commune": "75101"}
    assert await at(FACTS) == {Role.OFFICE: OFFICE, Role.REGION: RIVAL}
    assert await at(elsewhere) == {Role.OFFICE: FEDERATION}
    assert await agreements.find_beneficiaries(database.reader, RIVAL, FACTS) == {}


async def test_nobody_names_a_beneficiary_under_the_scheme_of_another(
    database: Database,
) -> None:
    async with database.transaction(OFFICE) as tx:
        con = await tx.connection()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await con.execute("insert into beneficiary values (2, 3, 'office', 'nation', 'FR')")
        await tx.close(keep=False)
    async with database.transaction(OFFICE) as tx:
        con = await tx.connection()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await con.execute("delete from beneficiary")
        await tx.close(keep=False)


async def test_an_allocation_is_frozen_and_anybody_can_compute_it_again(
    database: Database,
) -> None:
    version = await ratify(database)
    allocation = await freeze(database, version)
    assert amounts(allocation) == [600, 300, 19_100]
    await ratify(database, effective_on=date(2026, 2, 1), title="Plus tard")
    async with database.transaction(LODGING) as tx:
        kept = await agreements.find_allocation(tx, SUBJECT)
    assert (kept.scheme, kept.reversed_cents) == (FEDERATION, 0)
    assert kept.allocation == allocation
    assert (allocation.hash, allocation.version) == (version.hash, version.id)
    assert agreements.allocate(version, kept.allocation.facts, kept.allocation.bases) == allocation


async def test_freezing_the_same_again_changes_nothing_and_other_shares_are_refused(
    database: Database, admin: asyncpg.Connection
) -> None:
    version = await ratify(database)
    first = await freeze(database, version)
    assert await freeze(database, version) == first
    with pytest.raises(AllocationDiffers):
        await freeze(database, version, 20_001)
    assert await admin.fetchval("select count(*) from allocation") == 1


async def test_the_allocations_of_a_lodging_are_behind_its_wall(database: Database) -> None:
    version = await ratify(database)
    await freeze(database, version)
    for tenant in (OTHER, FEDERATION):
        with pytest.raises(NotFound):
            await reverse(database, 100, tenant)
    # Another lodging may have a subject of the same name.
    await freeze(database, version, 500, tenant=OTHER)


async def test_what_goes_back_never_exceeds_what_was_shared(database: Database) -> None:
    allocation = await freeze(database, await ratify(database), 101)
    steps = [await reverse(database, 30) for _ in range(5)]
    assert [-step.total_cents for step in steps] == [30, 30, 30, 11, 0]
    back = [sum(cents) for cents in zip(*(amounts(step) for step in steps), strict=True)]
    assert back == [-cents for cents in amounts(allocation)]
    async with database.transaction(LODGING) as tx:
        assert (await agreements.find_allocation(tx, SUBJECT)).reversed_cents == 101


async def test_reversals_at_once_wait_for_each_other(database: Database) -> None:
    allocation = await freeze(database, await ratify(database), 1_000)
    steps = await asyncio.gather(*(reverse(database, 300) for _ in range(8)))
    assert sorted(-step.total_cents for step in steps) == [0, 0, 0, 0, 100, 300, 300, 300]
    back = [sum(cents) for cents in zip(*(amounts(step) for step in steps), strict=True)]
    assert back == [-cents for cents in amounts(allocation)]


async def test_a_reversal_of_nothing_or_less_is_nothing(database: Database) -> None:
    await freeze(database, await ratify(database))
    assert (await reverse(database, 0)).total_cents == 0
    assert (await reverse(database, -100)).total_cents == 0


@pytest.mark.parametrize("table", ["agreement_version", "allocation", "allocation_reversal"])
async def test_no_role_can_change_what_was_ratified_or_shared(
    database: Database, admin: asyncpg.Connection, database_url: str, table: str
) -> None:
    await freeze(database, await ratify(database))
    await reverse(database, 100)
    tenant = FEDERATION if table == "agreement_version" else LODGING
    for role in ("hub_app", "hub_index", "hub_broker", "hub_owner", None):
        con = await asyncpg.connect(role_dsn(database_url, role, SECRET) if role else database_url)
        await con.execute(f"set app.tenant = '{tenant}'")
        for change in (
            f"update {table} set tenant = tenant",
            f"delete from {table}",
            f"truncate {table} cascade",
        ):
            with pytest.raises(asyncpg.PostgresError) as refused:
                await con.execute(change)
            assert refused.value.sqlstate in {"42501", "P0S02"}, (role, change)
        await con.close()
    assert await admin.fetchval(f"select count(*) from {table}") == 1
