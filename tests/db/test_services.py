"""The life of a service on real databases: gates, the clock, and data that go to another hub."""

import re
import zipfile
from collections.abc import AsyncIterator
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import approvals, identity, tenancy, trust, usage
from hub.app import compose, open_database
from hub.billing.models import Buyer
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.vertical import Vertical
from hub.core.vertical_schema import tables_of
from hub.gates import GateClosed, State, check_gate, check_proven, find_gates
from hub.services import archive, store
from hub.services.actions import carrying, guarding, keeping, launching, metering
from hub.services.errors import ArchiveInvalid, ServiceChanged, ServiceNotYours
from hub.services.models import Launch, Manifest, Move, Service, Step
from hub.tenancy import Kind, OpenOrganisation
from hub.usage.actions import planning
from hub.usage.models import Meter, PlanTerms, Subscribe
from tests.conftest import NOW, settings_for
from tests.trusted import SERVICE, prove_all
from verticals.city import reports
from verticals.city.reports import Photo, SendReport
from verticals.city.reports.actions import tracking
from verticals.education.lti_tools import jose
from verticals.education.lti_tools.actions import keys as signing
from verticals.seniors.actions import following, reading
from verticals.seniors.models import AddSenior

VERTICALS = {one.code: one for one in compose().verticals}
SENIORS, CITY, EDUCATION = (VERTICALS[one] for one in ("seniors", "city", "education"))
TODAY = date(2026, 12, 1)
UNTIL = date(2027, 1, 31)


class Region:
    """A region on a hub, and the person who decides there."""

    def __init__(self, database: Database, tenant: int, person: int) -> None:
        self.database, self.tenant, self.person = database, tenant, person

    async def launch(
        self, number: int, *, trial: bool = False, vertical: Vertical = SENIORS
    ) -> Service:
        command = Launch(
            vertical=vertical.code, name=f"Aînés {number}", trial_until=UNTIL if trial else None
        )
        async with self.database.transaction(self.tenant, actor=f"person:{self.person}") as tx:
            made = await launching.launch(
                tx, UUID(int=number), command, vertical, role="owner", person=self.person
            )
        if made.state is State.SANDBOX and made.space is not None:
            await launching.fill_sandbox(self.database, made.space, vertical)
        return made

    async def move(self, service: Service, step: Step, until: date | None = None) -> Service:
        command = Move(step=step, version=service.version, until=until)
        async with self.database.transaction(self.tenant, actor=f"person:{self.person}") as tx:
            return await launching.move(
                tx, service.id, command, SENIORS, role="owner", person=self.person
            )

    async def find(self, service: Service) -> Service:
        async with self.database.transaction(self.tenant) as tx:
            return await launching.find_service(tx, service.id)

    async def count(self, space: int | None) -> dict[str, int]:
        """The rows of each table of the vertical in a space."""
        async with self.database.transaction(space) as tx:
            con = await tx.connection()
            return {
                name: int(await con.fetchval(f"select count(*) from {name}") or 0)
                for name in tables_of(SENIORS)
            }


async def open_region(database: Database) -> Region:
    async with database.transaction() as tx:
        person = await identity.register_person(
            tx, identity.RegisterPerson(email="r@demo.example", name="R", password_hash="x")
        )
        tenant = await tenancy.open_organisation(
            tx,
            OpenOrganisation(kind=Kind.REGION, name="Occitanie"),
            owner=person,
            caller_kind=Kind.OPERATOR,
        )
    return Region(database, tenant, person)


@pytest.fixture
async def region(database: Database) -> Region:
    return await open_region(database)


@pytest.fixture
async def elsewhere(
    server: postgres.Server, template: str, clock: DrivenClock, settings: Settings
) -> AsyncIterator[Region]:
    """A region on another hub, whose organisations have other numbers."""
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database services_elsewhere template {template}")
    address = server.dsn(database="services_elsewhere")
    there = await open_database(
        settings_for(address, settings.data), compose(), clock=clock, ids=SeededIds(77)
    )
    async with there.transaction() as tx:
        await tenancy.open_organisations(
            tx, [OpenOrganisation(kind=Kind.ASSOCIATION, name=f"A{n}") for n in range(9)]
        )
    yield await open_region(there)
    await there.close()
    await admin.execute("drop database services_elsewhere with (force)")
    await admin.close()


async def take_out(region: Region, service: Service) -> tuple[Manifest, BytesIO]:
    file = BytesIO()
    return await carrying.take_out(region.database, service, SENIORS, file), file


async def take_in(region: Region, service: Service, file: BytesIO) -> int:
    return (await carrying.take_in(region.database, service, SENIORS, file, "system")).rows


async def test_a_sandbox_is_filled_once_and_only_one_launch_stands_for_a_key(
    region: Region,
) -> None:
    first, again = await region.launch(1), await region.launch(1)
    assert first.id == again.id
    assert first.space == again.space
    counts = await region.count(first.space)
    assert counts["senior"] == 1
    assert min(counts.values()) >= 1


async def test_what_was_invented_stays_in_the_sandbox(region: Region) -> None:
    sandbox = await region.launch(1)
    trial = await region.move(sandbox, Step.OPEN_TRIAL, UNTIL)
    assert trial.space != sandbox.space
    assert set((await region.count(trial.space)).values()) == {0}
    with pytest.raises(ServiceChanged):
        await region.move(sandbox, Step.OPEN_TRIAL, UNTIL)
    with pytest.raises(ServiceNotYours):
        async with region.database.transaction(region.tenant) as tx:
            await launching.launch(
                tx, UUID(int=2), Launch(vertical="seniors", name="x"), SENIORS, role="member",
                person=region.person,
            )  # fmt: skip


async def test_the_clock_ends_a_trial_and_closes_it_only_when_the_data_are_out(
    region: Region, clock: DrivenClock
) -> None:
    trial = await region.launch(1, trial=True)
    assert await launching.advance(region.database) == 0
    clock.set(NOW + timedelta(days=62))
    assert await launching.advance(region.database) == 1
    closing = await region.find(trial)
    assert closing.state is State.WINDING_DOWN
    clock.set(NOW + timedelta(days=120))
    assert await launching.advance(region.database) == 0
    file = BytesIO()
    manifest = await carrying.take_out(region.database, closing, SENIORS, file)
    async with region.database.transaction(region.tenant) as tx:
        await carrying.note_export(tx, closing, manifest, file)
    assert await launching.advance(region.database) == 1
    assert (await region.find(trial)).state is State.RETIRED
    assert (await region.find(trial)).space is None


async def test_the_data_arrive_elsewhere_row_by_row_the_same(
    region: Region, elsewhere: Region
) -> None:
    here = await region.launch(1)  # its invented rows fill every table
    counts = await region.count(here.space)
    manifest, content = await take_out(region, here)
    assert {one.table: one.rows for one in manifest.tables} == counts
    there = await elsewhere.launch(5, trial=True)
    assert there.space != here.space
    rows = await take_in(elsewhere, there, content)
    assert rows == sum(counts.values())
    assert await elsewhere.count(there.space) == counts
    again, _ = await take_out(elsewhere, there)
    assert again.tables == manifest.tables
    with pytest.raises(ArchiveInvalid, match="data already"):
        await take_in(elsewhere, there, content)
    twin = await region.launch(9, trial=True)
    with pytest.raises(ArchiveInvalid, match="here already"):  # their own ids are taken here
        await take_in(region, twin, content)
    assert set((await region.count(twin.space)).values()) == {0}


async def test_a_text_with_any_end_of_a_line_in_it_leaves_and_arrives(
    region: Region, elsewhere: Region
) -> None:
    here = await region.launch(1, trial=True)
    async with region.database.transaction(here.space) as tx:
        name = "Odette\u2028Martin\x85\u2029\x0b."
        await following.add_senior(tx, UUID(int=8), AddSenior(name=name))
    _, content = await take_out(region, here)
    there = await elsewhere.launch(5, trial=True)
    await take_in(elsewhere, there, content)
    async with elsewhere.database.transaction(there.space) as tx:
        assert [one.name for one in (await reading.see_board(tx)).seniors] == [name]


async def test_a_town_leaves_a_piece_at_a_time_with_its_photos_as_files_beside_the_rows(
    region: Region, elsewhere: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "PIECE_ROWS", 7)
    here = await region.launch(1, vertical=CITY)
    async with region.database.transaction(here.space) as tx:
        for number in range(3):
            photo = Photo(width=1, height=1, content=b"RIFF%d..WEBP\x00\xff" % (number % 2))
            place = SendReport(service="voirie", address=f"Place {number}")
            await reports.send_report(tx, UUID(int=number + 50), place, photo)
    file = BytesIO()
    manifest = await carrying.take_out(region.database, here, CITY, file)
    rows = {one.table: one.rows for one in manifest.tables}
    assert rows["city_report_photo"] == 4
    assert rows["city_call"] > 50
    with zipfile.ZipFile(file) as packed:
        photos = [one for one in packed.namelist() if one.startswith("files/")]
        assert len(photos) == 3  # two reports have the same one
        assert all(re.fullmatch(r"files/[0-9a-f]{64}\.webp", one) for one in photos)
        lines = packed.read("tables/city_report_photo.jsonl")
        assert all(one[6:70].encode() in lines for one in photos)
        assert len(lines) < 1_000
    there = await elsewhere.launch(5, trial=True, vertical=CITY)
    monkeypatch.setattr(archive, "PIECE_BYTES", 100)
    came = await carrying.take_in(elsewhere.database, there, CITY, file, "system")
    assert (came.rows, came.turned) == (manifest.rows, False)
    again = await carrying.take_out(elsewhere.database, there, CITY, BytesIO())
    assert again.tables == manifest.tables
    async with elsewhere.database.transaction(there.space) as tx:
        found = await tracking.find_photo(tx, UUID(int=51), public=False)
    assert found.content == b"RIFF1..WEBP\x00\xff"
    other = await elsewhere.launch(6, trial=True, vertical=CITY)
    swapped = change(file, photos[0], b"RIFF", b"RIFD")
    with pytest.raises(ArchiveInvalid):
        await carrying.take_in(elsewhere.database, other, CITY, BytesIO(swapped), "system")


async def test_a_school_leaves_with_its_courses_and_the_key_that_it_signs_for_its_tools_with(
    region: Region, elsewhere: Region
) -> None:
    here, file = await region.launch(1, vertical=EDUCATION), BytesIO()
    manifest = await carrying.take_out(region.database, here, EDUCATION, file)
    rows = {one.table: one.rows for one in manifest.tables}
    for table in ("school_lti_key", "school_lti_tool", "school_mark", "school_course_try"):
        assert rows[table] == 1, table
    async with region.database.transaction(here.space) as tx:
        before = await signing.list_public(tx)
    there = await elsewhere.launch(5, trial=True, vertical=EDUCATION)
    came = await carrying.take_in(elsewhere.database, there, EDUCATION, file, "system")
    assert (came.rows, came.turned) == (manifest.rows, False)
    again = await carrying.take_out(elsewhere.database, there, EDUCATION, BytesIO())
    assert again.tables == manifest.tables
    at = int(NOW.timestamp())
    claims = {"iss": "school", "aud": "tool", "iat": at, "exp": at + 60}
    async with elsewhere.database.transaction(there.space) as tx:
        assert await signing.list_public(tx) == before
        token = await signing.sign(tx, {**claims})
    known = jose.read_keys(msgspec.json.encode(before).decode())
    lives = timedelta(minutes=1)
    assert jose.verify(token, known, NOW, issuer="school", audiences=("tool",), lives=lives)


async def test_an_archive_that_was_changed_is_refused(region: Region, elsewhere: Region) -> None:
    here = await region.launch(1)
    _, file = await take_out(region, here)
    content = file.getvalue()
    there = await elsewhere.launch(5, trial=True)
    torn = bytearray(content)
    torn[80:120] = bytes(40)  # in the first packed file
    renamed = change(file, "tables/senior.jsonl", b"Odette", b"Colette")
    older = change(file, "manifest.json", b"service-2", b"service-1")
    for broken in (renamed, older, content[:-40], b"", b"PK\x03\x04", bytes(torn)):
        with pytest.raises(ArchiveInvalid):
            await take_in(elsewhere, there, BytesIO(broken))
    assert set((await elsewhere.count(there.space)).values()) == {0}


def change(file: BytesIO, name: str, old: bytes, new: bytes) -> bytes:
    """The archive with other words in one of its files."""
    out = BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(out, "w") as after:
        for one in before.namelist():
            text = before.read(one)
            assert one != name or old in text
            after.writestr(one, text.replace(old, new) if one == name else text)
    return out.getvalue()


async def test_production_waits_for_the_level_and_health_for_its_certificate(
    region: Region,
) -> None:
    health = Vertical(
        code="care", titles={"fr": "Soins"}, slices=(), data_classes=("health",),
        hosting_level="gold", example=SENIORS.example,
    )  # fmt: skip
    database = region.database
    async with database.transaction() as tx:
        operator = await tenancy.open_organisation(
            tx, OpenOrganisation(kind=Kind.OPERATOR, name="Op"), owner=region.person,
            caller_kind=Kind.OPERATOR,
        )  # fmt: skip
    async with database.transaction(region.tenant) as tx:
        before = await find_gates(tx, health)
        assert [gate.open for gate in before] == [True, False, False]
        with pytest.raises(GateClosed):
            await check_gate(tx, SENIORS, State.PRODUCTION)
        await check_proven(tx, SENIORS)
        with pytest.raises(GateClosed):
            await check_proven(tx, health)
    async with database.transaction(operator, actor="person:1") as tx:
        await prove_all(tx, await trust.register_service(tx, SERVICE))
        await approvals.submit(tx, "tourism", approvals.Submit(level="gold"), role="owner")
        await approvals.open_review(tx, "tourism", role="owner")
        wish = approvals.ProposeGrant(level="gold", expires_on=UNTIL, reason="Tout est prouvé.")
        await approvals.propose_grant(tx, "tourism", wish, role="owner")
    async with database.transaction(operator, actor="person:2") as tx:
        label = await approvals.find_label(tx, "tourism")
        assert label.approval is not None
        said = approvals.Decision(reason="Vérifié aussi.", version=label.approval.version)
        await approvals.confirm_grant(tx, "tourism", said, role="owner")
    async with database.transaction(region.tenant) as tx:
        after = await find_gates(tx, health)
        assert [gate.open for gate in after] == [True, True, True]
        assert after[2].proofs[0].issuer == "Organisme certificateur"
        assert after[2].proofs[0].expires_on == UNTIL
        await check_proven(tx, health)
        standing = await trust.assess(tx, "tourism")
        paper = next(one for one in standing.papers if one.evidence.kind == "hds")
    async with database.transaction(operator, actor="person:1") as tx:
        await trust.withdraw_evidence(tx, paper.evidence.id, "Retiré par son émetteur.")
    async with database.transaction(region.tenant) as tx:
        last = await find_gates(tx, health)
        assert [gate.open for gate in last] == [True, False, False]
        assert {one.code for one in last[1].reasons} >= {"class-evidence", "class-paper"}
        with pytest.raises(GateClosed) as closed:
            await check_proven(tx, health)
        assert set(closed.value.extra["reasons"]) == {"class-evidence", "class-paper"}
        await check_gate(tx, SENIORS, State.PRODUCTION)


async def test_nothing_begins_on_a_hosting_that_is_suspended_or_withdrawn(
    region: Region, admin: asyncpg.Connection
) -> None:
    database = region.database
    async with database.transaction(1, actor="person:1") as tx:
        await prove_all(tx, await trust.register_service(tx, SERVICE))
    await admin.execute(
        "insert into approval (id, service, operator, state, wanted, submitted_at, decide_by, rank,"
        " granted_at, expires_on, changed_at)"
        " values (gen_random_uuid(), 'tourism', 1, 'granted', 3, now(), now(), 3, now(),"
        " '2027-01-31', now())"
    )
    async with database.transaction(region.tenant) as tx:
        assert [gate.open for gate in await find_gates(tx, SENIORS)] == [True, True, True]
    for state in ("suspended", "withdrawn"):
        await admin.execute("update approval set state = $1", state)
        async with database.transaction(region.tenant) as tx:
            gates = await find_gates(tx, SENIORS)
        assert [gate.open for gate in gates] == [False, False, False], state
        assert all("halted" in {one.code for one in gate.reasons} for gate in gates)
        with pytest.raises(GateClosed):
            await region.launch(1)


async def go_live(region: Region, service: Service, admin: asyncpg.Connection) -> None:
    """In production, as if the hosting had the level."""
    await admin.execute(
        "update service set state = 'production', ends_on = null where id = $1", service.id
    )


async def write(region: Region, service: Service, times: int) -> None:
    """So many writes of the people of a service."""
    assert service.space is not None
    found = await guarding.find_of_space(region.database, service.space)
    assert found is not None
    for _ in range(times):
        await guarding.guard(region.database, found, writes=True)


async def test_writes_in_production_are_metered_once_and_cost_what_the_plan_says(
    region: Region, admin: asyncpg.Connection, clock: DrivenClock
) -> None:
    database = region.database
    async with database.transaction() as tx:
        operator = await tenancy.open_organisation(
            tx, OpenOrganisation(kind=Kind.OPERATOR, name="Op"), owner=region.person,
            caller_kind=Kind.OPERATOR,
        )  # fmt: skip
    service = await region.launch(1, trial=True)
    await write(region, service, 2)  # of the trial: never billed
    await go_live(region, service, admin)
    await write(region, service, 5)
    assert await metering.meter(database) == 0  # the day goes on
    clock.set(NOW + timedelta(days=1))
    assert await metering.meter(database) == 0  # nobody has a subscription that meters them
    meter = Meter(type=metering.METER, name="Écritures", included=1, price_cents=20)
    async with database.transaction(operator) as tx:
        await planning.save_plan(
            tx, "services", PlanTerms(name="Services", monthly_cents=0, meters=(meter,))
        )
        buyer = Buyer(name="Occitanie", email="r@demo.example")
        await planning.subscribe(
            tx, Subscribe(customer=region.tenant, plan="services", since=TODAY, buyer=buyer)
        )
    assert await metering.meter(database) == 1
    assert await metering.meter(database) == 0
    async with database.transaction(region.tenant) as tx:
        seen = await keeping.see_service(tx, service.id)
    assert [(one.acts, one.billable) for one in seen.months] == [(7, 5)]
    assert seen.meter == usage.Metered(
        plan="Services", month=TODAY.replace(day=1), included=1, quantity=5, cents=80
    )


async def test_a_write_that_was_refused_is_given_back(region: Region) -> None:
    service = await region.launch(1, trial=True)
    assert service.space is not None
    found = await guarding.find_of_space(region.database, service.space)
    assert found is not None
    assert await guarding.guard(region.database, found, writes=True) == TODAY
    assert (await region.find(service)).acts == 1
    await guarding.give_back(region.database, found, TODAY)
    assert (await region.find(service)).acts == 0


async def test_the_space_that_somebody_acts_for_is_guarded_however_many_they_belong_to(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_NEIGHBOURS", 1)
    await region.launch(1, trial=True)
    last = await region.launch(2, trial=True)  # its name comes after the other's
    (found,) = await guarding.find_community(region.database, region.person, last.space)
    assert found.space == last.space


async def test_a_closed_trial_that_waits_for_its_data_keeps_no_other_waiting(
    region: Region, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_DUE", 1)
    first = await region.launch(1, trial=True)
    await region.move(first, Step.WIND_DOWN)  # and nobody takes the data out
    second = await region.launch(2, trial=True)
    clock.set(NOW + timedelta(days=90))
    assert await launching.advance(region.database) == 1
    assert (await region.find(second)).state is State.WINDING_DOWN
