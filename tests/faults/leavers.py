"""A hub at a provider whose approval is withdrawn, and two other zones on a second PostgreSQL."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import asyncpg
import msgspec
import pytest

from hub import approvals, tenancy, trust, withdrawals
from hub.app import compose
from hub.approvals import ApprovalWithdrawn
from hub.core import postgres
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session
from hub.core.files import Files
from hub.core.migrate import migrate
from hub.core.settings import Settings
from hub.hosting import HostingError, ServersByZone, Zone
from hub.hosting.leaving import Leaver
from hub.kit.world import open_example
from hub.withdrawals import Departure, State, Withdrawal
from hub.withdrawals.actions import beginning, choosing, moving
from hub.withdrawals.models import Step
from hub.withdrawals.policy import AWAY_AFTER, AWAY_TRIES
from hub.withdrawals.tasks import begin_later
from tests.conftest import SECRET, quick_folder
from tests.trusted import SERVICE, prove_all
from verticals.seniors.manifest import vertical as seniors

ANNE, BRUNO = "person:901", "person:902"
REASON = "Des données sont restées ouvertes, deux fois."
NAMES = "select name from senior where tenant = {} order by name"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[postgres.Server]:
    """Another server, with a template of an empty hub."""
    home = quick_folder("hub-elsewhere-")
    quick = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}
    server = postgres.start(home, settings=quick)

    async def make() -> None:
        con = await asyncpg.connect(server.dsn())
        await con.execute("create database empty_hub")
        await con.close()
        await migrate(server.dsn(database="empty_hub"), SECRET, compose().packages)

    asyncio.run(make())
    yield server
    server.stop()
    shutil.rmtree(home)


class Switched(ServersByZone):
    """Servers, of which some do not answer."""

    def __init__(self, zones: dict[str, Zone], home: str) -> None:
        super().__init__(zones.values(), home)
        self.silent: set[str] = set()

    async def open(self, zone: str) -> Session:
        if zone in self.silent:
            raise HostingError(f"The database of {zone} does not answer.")
        return await super().open(zone)


class World:
    """A hub at a provider, three associations of it, and two other zones."""

    def __init__(
        self, database: Database, settings: Settings, zones: dict[str, Zone], folder: Path
    ) -> None:
        assert settings.database_url is not None
        self.database, self.zones, self.folder = database, zones, folder
        self.databases = Switched(zones, settings.database_url)
        self.operator = 0
        self.files: Files | None = None
        self.tenants: list[int] = []

    @property
    def leaver(self) -> Leaver:
        made = compose()
        return Leaver(
            self.database, self.zones, self.databases, self.folder, made.slices, made.verticals,
            self.files,
        )  # fmt: skip

    async def run(self) -> dict[str, int]:
        return dict((await self.leaver.run())["cloud"])

    async def withdrawal(self) -> Withdrawal:
        async with self.database.transaction(self.operator) as tx:
            [one] = await beginning.list_withdrawals(tx)
        return one

    async def departure(self, tenant: int) -> Departure:
        withdrawal = await self.withdrawal()
        found = [one async for one in moving.walk(self.database, withdrawal, tuple(State))]
        return next(one for one in found if one.organisation == tenant)

    def archive(self, departure: Departure) -> Path:
        named = departure.withdrawal, departure.zone, departure.organisation
        return withdrawals.folder_of(self.folder, *named) / withdrawals.ARCHIVE

    async def choose(self, tenant: int, zone: str, version: int | None = None) -> Departure:
        one = await self.departure(tenant)
        async with self.database.transaction(self.operator, actor="link") as tx:
            return await choosing.choose(tx, one.id, zone, version or one.version)

    async def accept(self, tenant: int) -> Departure:
        one = await self.departure(tenant)
        async with self.database.transaction(self.operator, actor="link") as tx:
            return await choosing.accept(tx, one.id, one.version)

    async def copy_and_accept(self, tenant: int, zone: str) -> None:
        await self.choose(tenant, zone)
        await self.run()
        await self.accept(tenant)

    async def vanish(self, clock: DrivenClock) -> None:
        """The provider does not answer, for so long that nobody waits for it any more."""
        self.databases.silent.add("home")
        for _ in range(AWAY_TRIES - 1):
            await self.run()
            clock.forward(AWAY_AFTER)

    async def steps(self, tenant: int) -> list[Step]:
        one = await self.departure(tenant)
        async with self.database.transaction(self.operator) as tx:
            return [event.step for event in (await choosing.see(tx, one.id)).events][::-1]

    async def residual(self) -> set[int]:
        """Whom the old provider still holds."""
        withdrawal = await self.withdrawal()
        async with self.database.transaction(self.operator) as tx:
            found = await beginning.list_residual(tx, withdrawal.id, 10)
        return {one.organisation for one in found}

    async def letters(self) -> list[str]:
        async with self.database.transaction(self.operator) as tx:
            con = await tx.connection()
            rows = await con.fetch("select subject from mail order by created_at, subject")
        return [row["subject"] for row in rows]

    async def names(self, zone: str, tenant: int) -> list[str]:
        """The seniors of an association, as they stand in a zone."""
        session = await ServersByZone.open(self.databases, zone)
        try:
            return [row["name"] for row in await session.con.fetch(NAMES.format(tenant))]
        finally:
            await session.close()

    async def ask(self, zone: str, sql: str) -> object:
        session = await ServersByZone.open(self.databases, zone)
        try:
            return await session.con.fetchval(sql)
        finally:
            await session.close()

    async def is_held(self, zone: str, tenant: int) -> bool:
        return bool(
            await self.ask(
                zone, f"select exists (select from held_organisation where tenant = {tenant})"
            )
        )


@pytest.fixture
async def world(
    elsewhere: postgres.Server, database: Database, settings: Settings
) -> AsyncIterator[World]:
    folder, number = quick_folder("hub-withdrawal-"), next(_numbers)
    con = await asyncpg.connect(elsewhere.dsn())
    for name in ("lyon", "brest"):
        await con.execute(f"create database {name}_{number} template empty_hub")
    zones = [
        Zone(code="home", title="Nuage", country="FR", operator="Nuage SAS", level="silver",
             database="here", service="cloud"),
        Zone(code="lyon", title="Lyon", country="FR", operator="Rhône SAS", level="silver",
             database=elsewhere.dsn(database=f"lyon_{number}")),
        Zone(code="brest", title="Brest", country="FR", operator="Iroise SAS", level="gold",
             database=elsewhere.dsn(database=f"brest_{number}"), most=1),
        Zone(code="far", title="Loin", country="US", operator="Example Inc.", level="gold",
             database="$NO_SUCH_ADDRESS"),
    ]  # fmt: skip
    made = World(database, settings, {zone.code: zone for zone in zones}, folder)
    assert seniors.example is not None
    for place in range(3):
        tenant, person = await open_example(
            seniors.example, database, f"owner-{place}@example.org", ""
        )
        made.tenants.append(tenant)
    async with database.transaction() as tx:
        opening = tenancy.OpenOrganisation(kind=tenancy.Kind.OPERATOR, name="Op")
        made.operator = await tenancy.open_organisation(
            tx, opening, owner=person, caller_kind=tenancy.Kind.OPERATOR
        )
    await withdraw(database, made.operator)
    yield made
    for name in ("lyon", "brest"):
        await con.execute(f"drop database {name}_{number} with (force)")
    await con.close()
    shutil.rmtree(folder)


async def withdraw(database: Database, operator: int) -> None:
    """Granted by two persons, suspended by one, withdrawn by the other."""
    async with database.transaction(operator, actor=ANNE) as tx:
        cloud = msgspec.structs.replace(SERVICE, code="cloud", title="Nuage")
        await prove_all(tx, await trust.register_service(tx, cloud))
        await approvals.submit(tx, "cloud", approvals.Submit(level="silver"), role="owner")
        await approvals.open_review(tx, "cloud", role="owner")
        wish = approvals.ProposeGrant(
            level="silver", expires_on=date(2027, 1, 15), reason="Tout est prouvé."
        )
        await approvals.propose_grant(tx, "cloud", wish, role="owner")
    decide = (
        (BRUNO, approvals.confirm_grant),
        (ANNE, approvals.suspend),
        (BRUNO, approvals.withdraw),
    )
    for actor, step in decide:
        async with database.transaction(operator, actor=actor) as tx:
            found = (await approvals.find_label(tx, "cloud")).approval
            assert found is not None
            said = approvals.Decision(reason=REASON, version=found.version)
            await step(tx, "cloud", said, role="owner")
    for _ in range(2):  # a task may run twice
        await begin_later.run(database, operator, ApprovalWithdrawn(service="cloud"))
