"""A provider's approval is withdrawn while a thousand invented persons live with it: everybody who
chose is elsewhere, whole and equal; who did not is where they were; whatever breaks on the way."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import asyncpg
import msgspec

from hub import approvals, identity, portability, tenancy, trust
from hub.app import compose, open_database
from hub.approvals import ApprovalWithdrawn
from hub.core import postgres
from hub.core.db import Database, Session, open_session
from hub.core.errors import HubError
from hub.core.migrate import migrate
from hub.core.settings import Settings
from hub.core.vertical import Vertical
from hub.hosting import ServersByZone, read_zones
from hub.hosting.bundles import digest
from hub.hosting.leaving import Leaver
from hub.identity import RegisterPerson
from hub.portability.errors import TenantUnknown
from hub.tenancy import Kind, OpenOrganisation
from hub.withdrawals import TAKE_AWAY, Departure, State, Withdrawal, folder_of
from hub.withdrawals.actions import beginning, choosing, moving
from hub.withdrawals.policy import AWAY_TRIES
from hub.withdrawals.tasks import begin_later
from loadtests.report import tell
from loadtests.serving import ROOT
from tests.conftest import SECRET, quick_folder, settings_for
from tests.trusted import SERVICE, prove_all

PERSONS, SEED = int(os.environ.get("PERSONS", "1000")), int(os.environ.get("SEED", "2026"))
KILLS, ROUNDS = int(os.environ.get("KILLS", "12")), 60
EACH = 25  # persons of an organisation
SERVICES = ("seniors", "city")
ROOM = 6  # organisations that the smaller zone takes
SLICES = compose().slices
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
HUBS = (("control", 0), ("cloud", 0), ("lyon", 1), ("brest", 1))
ZONES = """
[[zone]]
code = "cloud"
title = "Nuage"
country = "FR"
operator = "Nuage SAS"
level = "silver"
database = "{cloud}"
service = "cloud"
[[zone]]
code = "lyon"
title = "Lyon"
country = "FR"
operator = "Rhône SAS"
level = "silver"
database = "{lyon}"
[[zone]]
code = "brest"
title = "Brest"
country = "FR"
operator = "Iroise SAS"
level = "gold"
database = "{brest}"
most = {room}
[[zone]]
code = "far"
title = "Loin"
country = "US"
operator = "Example Inc."
level = "gold"
database = "$NO_SUCH_ADDRESS"
"""
MEMBERS = """
with made as (
  insert into person (email, name, created_at)
  select format('p%s-%s@example.org', $1::int, n), format('Personne %s-%s', $1::int, n), now()
    from generate_series(2, $2::int) as n returning id)
insert into membership (tenant, person, role, since) select $1::int, id, 'member', now() from made
"""


def withdrawal() -> bool:
    """A thousand invented persons in organisations of two services leave a withdrawn provider for
    zones on another PostgreSQL: runs killed with -9, a silent provider, a zone that is full, copies
    spoilt, rows written meanwhile, choices changed or made by two at once, some who never
    answer. Nobody is lost, nobody moved without a choice, every table equal, the source erased."""
    names = ("hub-withdrawal-", "hub-first-", "hub-second-")
    folder, *homes = (quick_folder(name) for name in names)
    servers = [postgres.start(home, settings=QUICK) for home in homes]
    try:
        return asyncio.run(_Drill(folder, servers).run())
    finally:
        for server in servers:
            server.stop()
        for one in (folder, *homes):
            shutil.rmtree(one, ignore_errors=True)


class _Drill:
    """Everything that the drill knows: what each organisation had when it accepted, and counts."""

    def __init__(self, folder: Path, servers: Sequence[postgres.Server]) -> None:
        self.folder, self.draw = folder, random.Random(SEED)
        self.address = {name: servers[place].dsn(database=name) for name, place in HUBS}
        self.home = {name: servers[place].dsn() for name, place in HUBS}
        self.seen: Counter[str] = Counter()
        self.silent: set[int] = set()  # organisations that never answer
        self.unsaved: set[int] = set()  # organisations that wrote after the copy
        self.expected: dict[int, str] = {}
        self.members: dict[int, set[int]] = {}
        self.operator = 0

    async def run(self) -> bool:
        started = time.monotonic()
        await self._prepare()
        self.control = await self._open("control")
        self.sessions = {name: await open_session(url) for name, url in self.address.items()}
        try:
            await self._fill()
            await self._withdraw()
            await self._leave()
            return await self._look(started)
        finally:
            for session in self.sessions.values():
                await session.close()
            await self.control.close()

    async def _prepare(self) -> None:
        for name, _ in HUBS:
            con = await asyncpg.connect(self.home[name])
            await con.execute(f"create database {name}")
            await con.close()
            await migrate(self.address[name], SECRET, compose().packages)
        text = ZONES.format(room=ROOM, **self.address)
        (self.folder / "zones.toml").write_text(text)
        gone = text.replace(self.address["cloud"], "postgresql://nobody@127.0.0.1:1/cloud")
        (self.folder / "silent.toml").write_text(gone)

    def _settings(self, name: str) -> Settings:
        return settings_for(self.address[name], self.folder / "data")

    async def _open(self, name: str) -> Database:
        return await open_database(self._settings(name), compose())

    async def _fill(self) -> None:
        """Organisations of two services with their example's rows, and persons in each."""
        cloud = await self._open("cloud")
        for number in range(-(-PERSONS // EACH)):
            code = SERVICES[number % 2]
            vertical = next(one for one in compose().verticals if one.code == code)
            tenant = await _open_one(cloud, vertical, number)
            await self.sessions["cloud"].con.execute(MEMBERS, tenant, EACH)
            self.members[tenant] = await _members(self.sessions["cloud"], tenant)
        await cloud.close()
        self.silent = set(self.draw.sample(sorted(self.members), max(1, len(self.members) // 10)))

    async def _withdraw(self) -> None:
        async with self.control.transaction() as tx:
            opening = OpenOrganisation(kind=Kind.OPERATOR, name="Op")
            self.operator = await tenancy.open_organisation(
                tx, opening, owner=None, caller_kind=Kind.OPERATOR
            )
        async with self.control.transaction(self.operator, actor="person:1") as tx:
            wish = msgspec.structs.replace(SERVICE, code="cloud", title="Nuage", run_here=False)
            await prove_all(tx, await trust.register_service(tx, wish))
            await approvals.submit(tx, "cloud", approvals.Submit(level="silver"), role="owner")
        con = self.sessions["control"].con
        await con.execute("update approval set state = 'suspended', rank = 2")
        async with self.control.transaction(self.operator, actor="person:2") as tx:
            found = (await approvals.find_label(tx, "cloud")).approval
            assert found is not None
            said = approvals.Decision(reason="Deux fuites en un mois.", version=found.version)
            await approvals.withdraw(tx, "cloud", said, role="owner")
        await begin_later.run(self.control, self.operator, ApprovalWithdrawn(service="cloud"))

    async def _leave(self) -> None:
        """Runs and decisions, until nobody who answers is left."""
        for number in range(ROUNDS):
            silent, twice = number % 7 == 5, number % 5 == 3
            if number and self.seen["killed"] < KILLS:
                await asyncio.to_thread(self._kill_one, silent=silent)
            elif twice and self.seen["second_runs_refused"] < 2:
                await asyncio.to_thread(self._run_two)
            else:
                await self._pass(silent=silent)
            if silent:
                await self._stay_silent(moment=number % 2 == 0 or await self._is_unsaved())
            waiting = 0
            for one in await self._departures():
                waiting += one.state is not State.GONE and one.organisation not in self.silent
                await self._decide(one)
            if not waiting and self.seen["told"]:
                break
        await self._let_time_pass()
        await self._pass(silent=False)

    async def _pass(self, *, silent: bool) -> None:
        """One whole run, in this process."""
        zones = read_zones(self.folder / self._file(silent))
        made, data = compose(), self.folder / "data"
        databases = ServersByZone(zones.values(), self.address["control"])
        await Leaver(self.control, zones, databases, data, made.slices, made.verticals).run()
        self.seen["runs"] += 1
        self.seen["runs_without_provider"] += silent

    async def _is_unsaved(self) -> bool:
        """Whether the provider alone has something of who accepted: if it stayed away now, nobody
        else could have that."""
        return any(
            one.state is State.ACCEPTED and one.organisation in self.unsaved
            for one in await self._departures()
        )

    async def _stay_silent(self, *, moment: bool) -> None:
        """The provider is asked again; for a moment, or as if it were away for a day."""
        if moment:
            return
        for _ in range(AWAY_TRIES):
            await self.sessions["control"].con.execute(
                "update zone_silence set since = since - interval '1 day'"
            )
            await self._pass(silent=True)
        self.seen["provider_away"] += 1

    def _file(self, silent: bool) -> str:
        return "silent.toml" if silent else "zones.toml"

    def _kill_one(self, *, silent: bool) -> None:
        """`hub move-out`, killed at a random moment of the work that it has begun."""
        process = self._begin(self._file(silent))
        self._wait_until_at_work(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.draw.expovariate(1 / 2))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            self.seen["killed"] += 1
        process.wait()
        self.seen["runs"] += 1
        self.seen["runs_without_provider"] += silent

    def _wait_until_at_work(self, process: subprocess.Popen[bytes]) -> None:
        """Until it holds the lock, which is when it begins."""
        sql = "select count(*) from pg_locks where locktype = 'advisory' and objid = 7346205"
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            if asyncio.run(_ask(self.address["control"], sql)):
                return
            time.sleep(0.05)

    def _run_two(self) -> None:
        """Two at once: one does it, the other says so and does nothing."""
        both = [self._begin("zones.toml") for _ in range(2)]
        statuses = sorted(one.wait() for one in both)
        self.seen["runs"] += 2
        self.seen["second_runs_refused"] += statuses == [0, 1]

    def _begin(self, zones: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DATABASE_URL": self.address["control"],
            "HUB_SECRET_KEY": SECRET.decode(),
            "HUB_DATA": str(self.folder / "data"),
            "HUB_ZONES": str(self.folder / zones),
        }
        with (self.folder / "runs.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "hub.cli", "move-out"],
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    async def _withdrawal(self) -> Withdrawal:
        async with self.control.transaction(self.operator) as tx:
            [one] = await beginning.list_withdrawals(tx)
        return one

    async def _departures(self) -> list[Departure]:
        found = await self._withdrawal()
        made = [one async for one in moving.walk(self.control, found, tuple(State))]
        self.seen["told"] = len(made)
        return made

    async def _decide(self, one: Departure) -> None:
        if one.organisation in self.silent:
            return
        if one.state is State.TOLD:
            self.seen["turned_back"] += bool(one.version > 1)
            await self._choose(one)
        elif one.state is State.COPIED:
            await self._look_at_copy(one)

    async def _choose(self, one: Departure) -> None:
        wanted = self.draw.choices(("lyon", "brest", TAKE_AWAY), weights=(6, 3, 1))[0]
        if self.draw.random() < 0.1:
            try:
                await self._say(one, "far")
            except HubError:
                self.seen["refused_zone"] += 1
        await self._say(one, wanted)
        self.seen["choices"] += 1
        if self.draw.random() < 0.2:
            try:
                await self._say(one, "lyon")
            except HubError:
                self.seen["second_of_two_refused"] += 1

    async def _say(self, one: Departure, wanted: str) -> None:
        async with self.control.transaction(self.operator, actor="link") as tx:
            await choosing.choose(tx, one.id, wanted, one.version)

    async def _look_at_copy(self, one: Departure) -> None:
        """Once everything is copied: think again, write, spoil the copy; then accept."""
        chance, tenant = self.draw.random(), one.organisation
        assert one.proof is not None
        if chance < 0.15:
            await self._say(one, "lyon" if one.choice != "lyon" else TAKE_AWAY)
            self.seen["choice_changed"] += 1
            return
        if chance < 0.35 and one.proof.escrowed is None:
            await self._touch("cloud", tenant)
            self.unsaved.add(tenant)
            self.seen["written_after_copy"] += 1
        if 0.3 < chance < 0.55 and one.proof.escrowed is None and one.choice in self.sessions:
            await self._touch(str(one.choice), tenant)
            self.seen["copies_spoilt"] += 1
        self.seen["escrowed"] += one.proof.escrowed is not None
        self.expected[tenant] = await self._digest("cloud", tenant)
        async with self.control.transaction(self.operator, actor="link") as tx:
            await choosing.accept(tx, one.id, one.version)

    async def _touch(self, hub: str, tenant: int) -> None:
        await self.sessions[hub].con.execute(
            "update membership set since = since + interval '1 s' where tenant = $1"
            " and person = (select min(person) from membership where tenant = $1)",
            tenant,
        )

    async def _digest(self, hub: str, tenant: int) -> str:
        """What an organisation has in a hub, as one sum; empty where it is not."""
        place = self.folder / "looked" / f"{hub}-{tenant}"
        now = self.control.clock.now()
        try:
            done = await portability.export_tenant(
                self.sessions[hub], tenant, place, SLICES, now=now
            )
        except TenantUnknown:
            return ""
        return digest(done.bundle)

    async def _let_time_pass(self) -> None:
        """Thirty-one days: as if everybody had been told so much earlier."""
        for tenant in self.silent:
            self.expected[tenant] = await self._digest("cloud", tenant)
        await self.sessions["control"].con.execute(
            "update departure set told_at = told_at - interval '31 days'"
        )
        await moving.advance(self.control)

    async def _look(self, started: float) -> bool:
        """Where everybody is now."""
        departures = {one.organisation: one for one in await self._departures()}
        bad: Counter[str] = Counter()
        found = await self._withdrawal()
        for tenant, persons in self.members.items():
            await self._look_at(tenant, persons, departures.get(tenant), found, bad)
        async with self.control.transaction(self.operator) as tx:
            residual = await beginning.list_residual(tx, found.id, 500)
            letters = await (await tx.connection()).fetchval("select count(*) from mail")
        states = Counter(one.state.value for one in departures.values())
        zero = {
            name: bad[name]
            for name in ("lost", "in_two_places", "moved_without_choice", "hashes_differ",
                         "not_erased", "without_certificate", "silent_not_held")
        }  # fmt: skip
        return tell(
            drill="withdrawal",
            seed=SEED,
            services=len(SERVICES),
            organisations=len(self.members),
            persons=sum(len(persons) for persons in self.members.values()),
            states=dict(states),
            met=dict(self.seen),
            **zero,
            residual=len(residual),
            letters=letters,
            seconds=round(time.monotonic() - started, 1),
            ok=not any(zero.values())
            and sum(len(persons) for persons in self.members.values()) >= PERSONS
            and {one.organisation for one in residual} == self.silent
            and self.seen["killed"] >= min(KILLS, 1),
        )

    async def _look_at(
        self, tenant: int, persons: set[int], one: Departure | None, found: Withdrawal,
        bad: Counter[str],
    ) -> None:  # fmt: skip
        where = {
            hub: await _members(self.sessions[hub], tenant) for hub in ("cloud", "lyon", "brest")
        }
        places = [hub for hub, there in where.items() if there]
        if one is None:
            bad["lost"] += len(persons)
            return
        if tenant in self.silent:
            held = await _is_held(self.sessions["cloud"], tenant)
            bad["silent_not_held"] += one.state is not State.HELD or not held
            bad["moved_without_choice"] += places != ["cloud"]
            bad["lost"] += len(persons - where["cloud"])
            bad["hashes_differ"] += await self._digest("cloud", tenant) != self.expected[tenant]
            return
        bad["not_erased"] += one.state is not State.GONE or bool(where["cloud"])
        bad["without_certificate"] += one.certificate is None
        bad["in_two_places"] += len(places) > 1
        if one.choice == TAKE_AWAY:
            folder = folder_of(self.folder / "data", found.id, one.zone, tenant) / "escrow"
            bundle = portability.verify_bundle(folder)
            rows = next(t.rows for t in bundle.tables if t.table == "membership")
            bad["moved_without_choice"] += bool(places)
            bad["lost"] += len(persons) - rows
            bad["hashes_differ"] += digest(bundle) != self.expected[tenant]
        else:
            chosen = where.get(one.choice or "", set())
            bad["moved_without_choice"] += places != [one.choice]
            bad["lost"] += len(persons - chosen)
            arrived = await self._digest(one.choice or "cloud", tenant)
            bad["hashes_differ"] += arrived != self.expected[tenant]


async def _open_one(cloud: Database, vertical: Vertical, number: int) -> int:
    assert vertical.example is not None
    kind = Kind(vertical.example.organisation_kind)
    async with cloud.transaction() as tx:
        person = await identity.register_person(
            tx,
            RegisterPerson(
                email=f"owner-{number}@example.org", name=f"Personne {number}", password_hash=""
            ),
        )
        opening = OpenOrganisation(kind=kind, name=f"{vertical.title('fr')} {number}")
        id = await tenancy.open_organisation(tx, opening, owner=person, caller_kind=Kind.OPERATOR)
    async with cloud.transaction(id, actor=f"person:{person}") as tx:
        await vertical.example.fill(tx)
    return id


async def _ask(address: str, sql: str) -> int:
    con = await asyncpg.connect(address)
    try:
        return int(await con.fetchval(sql))
    finally:
        await con.close()


async def _members(session: Session, tenant: int) -> set[int]:
    rows = await session.con.fetch("select person from membership where tenant = $1", tenant)
    return {row["person"] for row in rows}


async def _is_held(session: Session, tenant: int) -> bool:
    sql = "select exists (select from held_organisation where tenant = $1)"
    return bool(await session.con.fetchval(sql, tenant))


DRILLS = {"withdrawal": withdrawal}
