"""What an organisation that leaves needs in tests: the pass of an administrator, a house without
guests to come, and a hub with an association that may leave."""

from pathlib import Path

import asyncpg

from hub import tenancy
from hub.app import compose
from hub.core.clock import DrivenClock
from hub.core.db import Database, open_session
from hub.core.files import open_files
from hub.core.settings import Settings
from hub.exits.actions import deciding
from hub.exits.models import Exit, State, Step
from hub.exits.performing import Performer
from hub.kit.world import open_example
from hub.portability import keeping
from verticals.seniors.manifest import vertical as seniors

ACTOR = "person:1"


async def perform_exits(database: Database, settings: Settings) -> dict[str, int]:
    """One pass of `hub exits`."""
    assert settings.database_url
    session = await open_session(settings.database_url)
    try:
        files = open_files(settings.files, settings.data)
        return await Performer(database, session, settings.data, compose().slices, files).run()
    finally:
        await session.close()


async def ask_database(settings: Settings, sql: str, *values: object) -> object:
    """As an administrator."""
    con = await asyncpg.connect(settings.database_url)
    try:
        return await con.fetchval(sql, *values)
    finally:
        await con.close()


async def clear_stays(settings: Settings, tenant: int) -> None:
    """Nobody waits for the house any more."""
    sql = """
        update booking set state = 'cancelled', cancelled_at = now()
         where tenant = $1 and guest is not null
    """
    await ask_database(settings, sql, tenant)


async def add_owner(settings: Settings, tenant: int) -> None:
    """Somebody else, who reads German, owns the organisation too."""
    sql = """
        with zoe as (
          insert into person (name, email, password_hash, created_at, language)
          values ('Zoé', 'zoe@example.org', '', now(), 'de') returning id)
        insert into membership (tenant, person, role, since)
        select $1, zoe.id, 'owner', now() from zoe
    """
    await ask_database(settings, sql, tenant)


class World:
    """A hub with an operator and an association of seniors that may leave."""

    def __init__(self, database: Database, settings: Settings, clock: DrivenClock) -> None:
        self.database, self.settings, self.clock = database, settings, clock
        self.organisation = 0

    async def perform(self) -> dict[str, int]:
        return await perform_exits(self.database, self.settings)

    async def give(self, days: int = 0) -> Exit:
        keeper = await deciding.find_keeper(self.database)
        async with self.database.transaction(self.organisation) as tx:
            readers = await deciding.list_owners(tx)
        async with self.database.transaction(keeper, actor=ACTOR) as tx:
            return await deciding.give(
                tx, self.organisation, "association", "Les Amis", days, readers
            )

    async def look(self) -> Exit:
        found = await deciding.find_home(self.database, self.organisation)
        assert found is not None
        async with self.database.transaction(found.tenant) as tx:
            return await deciding.find_exit(tx, found.id)

    async def decide(self, step: Step, version: int | None = None) -> Exit:
        one = await self.look()
        duties = await deciding.list_duties(self.database, self.organisation)
        seen = version or one.version
        async with self.database.transaction(self.organisation) as own:
            owners = await deciding.list_owners(own)
        async with self.database.transaction(one.tenant, actor=ACTOR) as tx:
            match step:
                case Step.END:
                    return await deciding.end(tx, one.id, seen, duties, owners)
                case Step.ERASE:
                    return await deciding.erase(tx, one.id, seen, duties, owners)
                case _:
                    return await deciding.take_back(tx, one.id, seen, owners)

    async def fetch(self) -> bytes:
        one = await self.look()
        async with self.database.transaction(one.tenant, actor=ACTOR) as tx:
            found = await deciding.begin_fetching(tx, one.id)
            await deciding.note_fetched(tx, found)
        return self.archive.read_bytes()

    @property
    def folders(self) -> list[Path]:
        return list((self.settings.data / "exits").glob("*"))

    @property
    def archive(self) -> Path:
        [folder] = self.folders
        return folder / keeping.ARCHIVE

    async def ask(self, sql: str, *values: object) -> object:
        return await ask_database(self.settings, sql, *values)

    async def is_held(self) -> bool:
        sql = "select exists (select from held_organisation where tenant = $1)"
        return bool(await self.ask(sql, self.organisation))

    async def count_seniors(self) -> int:
        found = await self.ask("select count(*) from senior where tenant = $1", self.organisation)
        assert isinstance(found, int)
        return found

    async def letters(self) -> list[str]:
        one = await self.look()
        async with self.database.transaction(one.tenant) as tx:
            con = await tx.connection()
            rows = await con.fetch("select subject from mail order by created_at, subject")
        return [row["subject"] for row in rows]

    async def reach(self, state: State) -> Exit:
        """A way out in a state, by its own steps."""
        one = await self.give()
        if state is State.STAYED:
            return await self.decide(Step.TAKE_BACK)
        if state is State.MOVED:
            async with self.database.transaction(one.tenant, actor=ACTOR) as tx:
                return await deciding.make_step(tx, one, Step.MOVE)
        if state is not State.NOTICED:
            one = await self.decide(Step.END)
        if state in {State.ERASING, State.ERASED}:
            await self.perform()
            await self.fetch()
            one = await self.decide(Step.ERASE)
        if state is State.ERASED:
            await self.perform()
        return await self.look() if state is State.ERASED else one


async def open_world(database: Database, settings: Settings, clock: DrivenClock) -> World:
    made = World(database, settings, clock)
    assert seniors.example is not None
    made.organisation, person = await open_example(
        seniors.example, database, "owner@example.org", ""
    )
    async with database.transaction() as tx:
        opening = tenancy.OpenOrganisation(kind=tenancy.Kind.OPERATOR, name="Op")
        await tenancy.open_organisation(
            tx, opening, owner=person, caller_kind=tenancy.Kind.OPERATOR
        )
    return made
