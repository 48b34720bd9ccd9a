"""Whether an organisation can reach another's rows (SEC-04): every table of the catalogue, by
reading and by writing, as the application's own role; what the search's role may see; and what the
logs say of an organisation when the database refuses what it wrote."""

from collections.abc import Sequence

import asyncpg

from hub.core.db import Database, Tx
from hub.core.log import tell
from hub.probes import store
from hub.probes.models import Wall
from hub.probes.world import World
from hub.trust import Found

UNWALLED = "Table sans mur : %(names)s."
READ = "Une organisation lit chez une autre : %(names)s."
WRITTEN = "Une organisation écrit chez une autre : %(names)s."
SEARCHED = "La recherche voit ce qui n'est pas public : %(names)s."
LOGGED = "Les journaux disent ce qu'une organisation écrit."
FEW = "Il faut deux organisations pour éprouver les murs."
WELL = "%(tables)s tables, %(tries)s essais de lecture et d'écriture : rien ne passe."
SENTENCES = (UNWALLED, READ, WRITTEN, SEARCHED, LOGGED, FEW, WELL)
TENANTS_MOST = 4
# Each is refused, and the driver or PostgreSQL quotes what was written, in the error or beside it.
_TYPED = "sonde4711ecrite"
_REFUSED = ("select $1::int", "select $1::text::int", "select $1::text::jsonb")
# A row that breaks one of these (not null, foreign key, unique) has passed the wall, which stands
# before them. Triggers stand before the wall, and refuse in other ways.
_BEHIND = frozenset({"23502", "23503", "23505"})


async def look_at_isolation(world: World) -> Found:
    """Reading nothing makes the first level; writing and searching nothing the highest."""
    async with world.database.transaction() as tx:
        walls = await store.list_walls(tx)
        seen = await store.list_searchable(tx)
    tenants = await store.list_tenants(world.database.reader, TENANTS_MOST)
    bare = [wall.name for wall in walls if not wall.walled]
    if bare:
        return _fault(0, UNWALLED, bare)
    if len(tenants) < 2:
        return Found(rank=0, says=FEW)
    read: set[str] = set()
    written: set[str] = set()
    for place, tenant in enumerate(tenants):
        other = tenants[place - 1]
        # Everything that is tried is taken back: this transaction never commits.
        tx = Tx(world.database, tenant, "probe")
        try:
            read |= await _read(tx, walls, tenant)
            written |= await _write(tx, walls, tenant, other)
        finally:
            await tx.close(keep=False)
    for rank, says, names in (
        (0, READ, sorted(read)), (1, WRITTEN, sorted(written)), (1, SEARCHED, seen),
    ):  # fmt: skip
        if names:
            return _fault(rank, says, names)
    if await _is_logged(world.database, tenants[0]):
        return Found(rank=1, says=LOGGED)
    tries = len(tenants) * sum(
        1 + wall.inserts + bool(wall.updates) + wall.deletes for wall in walls if wall.reads
    )
    return Found(rank=3, says=WELL, filled={"tables": len(walls), "tries": tries})


def _fault(rank: int, says: str, names: Sequence[str]) -> Found:
    return Found(
        rank=rank,
        says=says,
        filled={"names": ", ".join(names[:5])},
        detail={"names": list(names[:100])},
    )


def _foreign(columns: Sequence[str], wall: Wall, tenant: int) -> str:
    """The condition by which a row is somebody else's: none of the columns by which the wall lets
    an organisation in names this one."""
    named = sorted(columns) or [wall.own]
    return " and ".join(f'"{column}" is distinct from {tenant:d}' for column in named)


async def _read(tx: Tx, walls: Sequence[Wall], tenant: int) -> set[str]:
    """The tables that show rows of somebody else."""
    con = await tx.connection()
    found: set[str] = set()
    for wall in walls:
        if wall.reads:
            foreign = (
                f'select 1 from "{wall.name}" where {_foreign(wall.readers, wall, tenant)} limit 1'  # noqa: S608  names of the catalogue
            )
            if await con.fetchval(foreign) is not None:
                found.add(wall.name)
    return found


async def _write(tx: Tx, walls: Sequence[Wall], tenant: int, other: int) -> set[str]:
    """The tables that let somebody else's rows be changed, taken away or put in."""
    con = await tx.connection()
    found: set[str] = set()
    for wall in walls:
        name, own = f'"{wall.name}"', f'"{wall.own}"'
        foreign = _foreign(wall.writers, wall, tenant)
        tries = (
            (
                wall.updates,
                f'update {name} set "{wall.updates}" = "{wall.updates}" where {foreign}',  # noqa: S608
            ),
            (wall.deletes, f"delete from {name} where {foreign}"),  # noqa: S608
            (wall.inserts, f"insert into {name} ({own}) values ({other:d})"),  # noqa: S608
        )
        for may, statement in tries:
            if may and await _passes(con, statement):
                found.add(wall.name)
    return found


async def _is_logged(database: Database, tenant: int) -> bool:
    """Whether a log line of this process would name what an organisation has just written, when the
    database refuses it."""
    tx = Tx(database, tenant, "probe")
    try:
        con = await tx.connection()
        for statement in _REFUSED:
            await con.execute("savepoint told")
            try:
                await con.execute(statement, _TYPED)
            except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if _TYPED in tell(error):
                    return True
            await con.execute("rollback to savepoint told")
    finally:
        await tx.close(keep=False)
    return False


async def _passes(con: asyncpg.Connection, statement: str) -> bool:
    """Whether a statement reaches rows of somebody else. The wall stands before every constraint:
    a row that fails at a constraint has passed it."""
    await con.execute("savepoint tried")
    try:
        passed = not (await con.execute(statement)).endswith(" 0")
    except asyncpg.PostgresError as error:
        passed = getattr(error, "sqlstate", "") in _BEHIND
    await con.execute("rollback to savepoint tried")
    return passed
