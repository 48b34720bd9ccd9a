"""Each vertical that is installed here passes the whole suite on real databases, and statements of
one organisation that are drawn at random never reach the rows of another."""

import random

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.settings import Settings
from hub.kit import check_vertical, store
from hub.kit.world import World, open_world
from tests.db.test_kit_check import elsewhere
from tests.verticals import subject

__all__ = ["elsewhere"]

VERTICALS = ("seniors", "city", "education", "health")
ROUNDS = 300
# Each gives a row for each row that it reaches: none of another organisation.
STATEMENTS = (
    "select 1 from {table} where tenant = {other}",
    "select 1 from {table} where tenant <> {me}",
    "select 1 from {table} where tenant = any (array[{other}, {other}]) for update",
    "select 1 from {table} a, {second} b where a.tenant <> {me} or b.tenant <> {me}",
    "select 1 from (select tenant from {table} union all select tenant from {second}) as both_of"
    " where tenant = {other}",
    "select 1 from {table} a right join {second} b on a.tenant = {other}"
    " where a.tenant is not null",
    "update {table} set tenant = tenant where tenant = {other} returning 1",
    "update {table} set tenant = {other} returning 1",
    "update {table} a set tenant = a.tenant from {second} b where b.tenant = {other} returning 1",
    "delete from {table} where tenant = {other} returning 1",
    "delete from {table} a using {second} b where b.tenant = {other} returning 1",
    "with gone as (delete from {table} where tenant <> {me} returning *) select 1 from gone",
    "insert into {table} select * from {table} where tenant = {other} returning 1",
    "insert into {table} overriding system value"
    " select (jsonb_populate_record(t, jsonb_build_object('tenant', {other}))).* from {table} t"
    " returning 1",
)


@pytest.mark.parametrize("name", VERTICALS)
async def test_what_is_installed_here_passes_the_whole_suite(
    settings: Settings, elsewhere: str, clock: DrivenClock, name: str
) -> None:
    found = await check_vertical(subject(name), settings, elsewhere, clock=clock)
    assert found.findings == ()


async def reach(world: World, tenant: int, statement: str) -> int:
    """How many rows a statement reaches behind a wall; none where it is refused."""
    try:
        async with world.database.transaction(tenant) as tx:
            return len(await (await tx.connection()).fetch(statement))
    except asyncpg.PostgresError:
        return 0


async def prints(world: World, tables: list[str]) -> dict[str, str]:
    """What stands in each table, past all walls."""
    text = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
    return {one: await world.here.con.fetchval(text.format(one)) for one in tables}


@pytest.mark.parametrize("name", VERTICALS)
async def test_no_statement_of_one_organisation_reaches_the_rows_of_another(
    settings: Settings, elsewhere: str, clock: DrivenClock, name: str
) -> None:
    about, chance = subject(name), random.Random(f"the walls of {name}")
    async with open_world(about, settings, elsewhere, clock) as world:
        walls = await store.list_walls(world.here, list(about.tables))
        tables = [one.name for one in walls if one.has_tenant and one.readable]
        assert len(tables) > 3
        before = await prints(world, tables)
        for _ in range(ROUNDS):
            me, other = chance.sample(world.tenants, 2)
            statement = chance.choice(STATEMENTS).format(
                table=chance.choice(tables), second=chance.choice(tables), me=me.id, other=other.id
            )
            assert await reach(world, me.id, statement) == 0, statement
        assert await prints(world, tables) == before
        me, other = world.tenants
        own = "select 1 from {table} where tenant = {me}"
        filled = [
            one for one in tables if await reach(world, me.id, own.format(table=one, me=me.id))
        ]
        assert len(filled) > len(tables) / 2  # the rows were there to be reached
        [first, *_] = filled
        await world.here.execute(f"alter policy wall on {first} using (true)")
        seen = STATEMENTS[0].format(table=first, other=other.id)
        assert await reach(world, me.id, seen), "an open wall is found"
