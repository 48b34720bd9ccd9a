"""A provider's approval is withdrawn, on two real PostgreSQL servers: nobody is lost, nobody is
moved without a choice, nothing is erased that is not equal (DOMAIN 6.5)."""

import asyncio
import itertools
import shutil
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import approvals, tenancy, trust, withdrawals
from hub.app import compose
from hub.approvals import ApprovalWithdrawn
from hub.core import postgres
from hub.core.clock import DrivenClock, local_date
from hub.core.db import Database, Session
from hub.core.migrate import migrate
from hub.core.settings import Settings
from hub.hosting import HostingError, Mover, ServersByZone, Zone
from hub.hosting.leaving import Leaver
from hub.kit.world import open_example
from hub.portability import Bundle
from hub.withdrawals import TAKE_AWAY, Departure, State, Withdrawal
from hub.withdrawals.actions import beginning, choosing, moving
from hub.withdrawals.errors import ChangedMeanwhile, ChoiceInvalid, StepNotPossible
from hub.withdrawals.models import Step
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
        self.tenants: list[int] = []

    @property
    def leaver(self) -> Leaver:
        made = compose()
        return Leaver(
            self.database, self.zones, self.databases, self.folder, made.slices, made.verticals
        )

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

    async def steps(self, tenant: int) -> list[Step]:
        one = await self.departure(tenant)
        async with self.database.transaction(self.operator) as tx:
            return [event.step for event in (await choosing.see(tx, one.id)).events][::-1]

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


async def test_everybody_chooses_is_moved_accepts_and_is_erased(
    world: World, clock: DrivenClock
) -> None:
    first, second, third = world.tenants
    assert await world.run() == {"told": 3, "waiting: told": 3, "closed": 0}
    assert (await world.letters()) == ["Les Exemples doit quitter Nuage : choisissez où aller"] * 3
    assert await world.run() == {"waiting: told": 3, "closed": 0}, "told once"
    one = await world.departure(first)
    assert {c.zone: bool(c.refused) for c in one.choices} == {
        "lyon": False, "brest": False, "far": True,
    }  # fmt: skip
    for zone in ("far", "home", "nowhere"):
        with pytest.raises(ChoiceInvalid):
            await world.choose(first, zone)
    before = await world.names("home", first)

    await world.choose(first, "lyon")
    await world.choose(second, "brest")
    await world.choose(third, TAKE_AWAY)
    assert await world.run() == {"copied": 3, "closed": 0}
    for tenant, zone in ((first, "lyon"), (second, "brest")):
        one = await world.departure(tenant)
        assert one.proof is not None
        assert (one.state, one.proof.equal, one.proof.rows > 10) == (State.COPIED, True, True)
        assert await world.names(zone, tenant) == before
        assert await world.is_held(zone, tenant), "nobody writes there before it lives there"
        assert not await world.is_held("home", tenant)
    assert (await world.run())["waiting: copied"] == 3, "nothing is erased without acceptance"
    assert await world.names("home", first) == before

    # Somebody writes after the copy: it goes along.
    async with world.database.transaction(first) as tx:
        await (await tx.connection()).execute("update senior set name = 'Odette Delta'")
    for tenant in world.tenants:
        await world.accept(tenant)
    assert await world.run() == {"gone": 3, "closed": 0}
    assert set(await world.names("lyon", first)) == {"Odette Delta"}
    assert await world.names("brest", second) == before
    for tenant in world.tenants:
        one = await world.departure(tenant)
        assert one.certificate is not None
        assert one.certificate["left"] == {}
        assert await world.names("home", tenant) == []
        assert not await world.is_held("home", tenant)
    assert not await world.is_held("lyon", first)
    assert await world.steps(first) == [
        Step.TELL, Step.CHOOSE, Step.COPY, Step.ACCEPT, Step.COPY, Step.FINISH,
    ]  # fmt: skip
    assert len(await world.letters()) == 9
    # What was put by for the third can be fetched for two months, then it is gone too.
    archive = world.archive(await world.departure(third))
    assert not world.archive(await world.departure(first)).exists()
    with zipfile.ZipFile(archive) as file:
        assert "tables/senior/00001.jsonl" in file.namelist()
    clock.forward(timedelta(days=60))
    assert await world.run() == {"gone already": 3, "closed": 1}
    assert not archive.exists()
    assert await world.leaver.run() == {}, "it is over"
    assert (await world.withdrawal()).closed_at == clock.now()


async def test_a_choice_may_change_until_it_is_accepted_and_leaves_no_copy_behind(
    world: World,
) -> None:
    first, second, _ = world.tenants
    await world.run()
    looked_at = (await world.departure(first)).version
    await world.choose(first, "lyon", looked_at)
    with pytest.raises(ChangedMeanwhile):
        await world.choose(first, "brest", looked_at)
    await world.run()
    # What is here has gone on since the copy; the copy goes all the same.
    async with world.database.transaction(first) as tx:
        await (await tx.connection()).execute("update senior set name = 'Odette Delta'")
    await world.choose(first, "brest")
    assert (await world.run())["copied"] == 1
    await world.choose(second, "brest")
    assert (await world.run())["turned back"] == 1
    assert await world.names("lyon", first) == []
    assert not await world.is_held("lyon", first)
    assert set(await world.names("brest", first)) == {"Odette Delta"}
    # Brest takes one only: who comes second chooses again, and has lost nothing.
    one = await world.departure(second)
    assert (one.state, one.choice) == (State.TOLD, None)
    assert "Les Exemples : votre choix n'est plus possible" in await world.letters()
    with pytest.raises(StepNotPossible):
        await world.accept(second)
    await world.accept(first)
    with pytest.raises(StepNotPossible):
        await world.choose(first, "lyon")


async def test_a_zone_that_is_gone_from_the_file_takes_nobody_along(world: World) -> None:
    first, *_ = world.tenants
    await world.run()
    before = await world.names("home", first)
    await world.choose(first, "lyon")
    await world.run()
    await world.accept(first)
    lyon = world.zones.pop("lyon")
    assert (await world.run())["failed"] == 1
    assert await world.names("home", first) == before
    assert (await world.departure(first)).state is State.ACCEPTED
    world.zones["lyon"] = lyon
    assert (await world.run())["gone"] == 1
    assert await world.names("lyon", first) == before


async def test_somebody_else_of_the_same_number_elsewhere_is_not_touched(world: World) -> None:
    first, *_ = world.tenants
    there = await world.databases.open("lyon")
    await there.execute(
        "insert into organisation (id, kind, name, created_at) overriding system value"
        f" values ({first}, 'lodging', 'Le Mas', now() - interval '3 years')"
    )
    await there.close()
    await world.run()
    await world.choose(first, "lyon")
    assert (await world.run())["failed"] == 1
    assert not await world.is_held("lyon", first)
    assert (await world.departure(first)).copy_in is None
    await world.choose(first, "brest")
    assert (await world.run())["copied"] == 1
    named = f"select count(*) from organisation where id = {first} and name = 'Le Mas'"
    assert await world.ask("lyon", named) == 1


async def test_one_whose_export_fails_stops_nobody_else_from_being_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = world.tenants
    put_by = Leaver.put_by

    async def fail(self: Leaver, here: Session, organisation: int, folder: Path) -> Bundle:
        if organisation == first:
            raise OSError("no room left on the disk")
        return await put_by(self, here, organisation, folder)

    with monkeypatch.context() as broken:
        broken.setattr(Leaver, "put_by", fail)
        found = await world.run()
    assert (found["told"], found["untold"], found.get("closed", 0)) == (2, 1, 0)
    assert (await world.run())["told"] == 1


async def test_who_never_answers_is_held_and_kept_and_never_moved(
    world: World, clock: DrivenClock
) -> None:
    first, *_ = world.tenants
    await world.run()
    before = await world.names("home", first)
    letters = [0, 3, 0, 3, 0, 3]
    waits = [14, 1, 11, 1, 2, 1]
    for days, wanted in zip(waits, letters, strict=True):
        clock.forward(timedelta(days=days))
        assert await moving.advance(world.database) == wanted, clock.now()
        assert await moving.advance(world.database) == 0
    assert (await world.departure(first)).state is State.HELD
    assert (await world.run())["waiting: held"] == 3
    assert await world.is_held("home", first)
    assert await world.names("home", first) == before
    assert await world.ask("lyon", "select count(*) from organisation") == 0
    async with world.database.transaction(world.operator) as tx:
        residual = await beginning.list_residual(tx, (await world.withdrawal()).id, 10)
    assert {one.organisation for one in residual} == set(world.tenants)
    # It answers in the end.
    await world.choose(first, "lyon")
    await world.run()
    await world.accept(first)
    assert (await world.run())["gone"] == 1
    assert await world.names("lyon", first) == before


async def test_a_provider_that_vanishes_takes_nothing_along(world: World) -> None:
    first, second, _ = world.tenants
    await world.run()
    before = await world.names("home", first)
    world.databases.silent.add("home")
    await world.choose(first, "lyon")
    await world.choose(second, "lyon")
    assert await world.run() == {"copied": 2, "waiting: told": 1}
    one = await world.departure(first)
    assert one.proof is not None
    assert (one.proof.equal, one.proof.escrowed) == (True, world.database.clock.now())
    assert await world.names("lyon", first) == before
    for tenant in (first, second):
        await world.accept(tenant)
    assert (await world.run())["failed"] == 2
    assert "home does not answer" in (await world.departure(first)).fault
    assert not await world.is_held("lyon", first), "it lives there now"
    # The provider is back. What it holds is erased if it is what was put by, and only then.
    world.databases.silent.clear()
    await world.ask("home", f"update senior set name = 'Anders' where tenant = {second}")
    await world.ask("lyon", f"update senior set name = 'Neu' where tenant = {first}")
    found = await world.run()
    assert (found["gone"], found["failed"]) == (1, 1)
    assert await world.names("home", first) == []
    assert set(await world.names("lyon", first)) == {"Neu"}, "what happened there since stays"
    assert set(await world.names("home", second)) == {"Anders"}
    assert "differ from the export" in (await world.departure(second)).fault


async def test_what_differs_is_not_closed_and_a_dead_run_is_taken_up(world: World) -> None:
    first, second, third = world.tenants
    await world.run()
    before = await world.names("home", first)
    for tenant in world.tenants:
        await world.choose(tenant, "lyon")
    await world.run()
    for tenant in world.tenants:
        await world.accept(tenant)
    # A row of the copy is spoilt: it is brought again before anything is erased.
    await world.ask("lyon", f"update senior set name = 'Spoilt' where tenant = {first}")
    # Somebody else stands there under a number that the rows of the second name.
    person = await world.ask("home", f"select person from membership where tenant = {second}")
    await world.ask("lyon", f"update person set email = 'x' || email where id = {person}")
    # The run that moved the third was killed after the erasure, before it wrote anything down.
    here = await ServersByZone.open(world.databases, "home")
    one = await world.departure(third)
    side = withdrawals.folder_of(world.folder, one.withdrawal, "home", third) / "moves" / "lyon"
    now = world.database.clock.now()
    referential = trust.read_referential("secure-cloud", local_date(now, "Europe/Paris"))
    made = compose()
    mover = Mover(
        here, world.databases, world.zones["lyon"], side, made.slices, made.verticals, referential
    )
    await mover.confirm(third, now)
    await here.close()
    found = await world.run()
    assert (found["gone"], found["failed"]) == (2, 1)
    assert await world.names("lyon", first) == await world.names("lyon", third) == before
    held = await world.departure(second)
    assert (held.state, await world.names("home", second)) == (State.ACCEPTED, before)
    assert "person" in held.fault
    await world.ask("lyon", f"update person set email = substr(email, 2) where id = {person}")
    assert (await world.run())["gone"] == 1
    assert await world.names("lyon", second) == before


def test_the_folder_of_an_organisation_names_its_zone() -> None:
    found = withdrawals.folder_of(Path("data"), UUID(int=1), "lyon", 42)
    assert found == Path(f"data/withdrawals/{UUID(int=1)}/lyon-42")
