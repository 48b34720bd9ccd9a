"""What an organisation that leaves needs in tests: the pass of an administrator, a house without
guests to come."""

import asyncpg

from hub.app import compose
from hub.core.db import Database, open_session
from hub.core.settings import Settings
from hub.exits.performing import Performer


async def perform_exits(database: Database, settings: Settings) -> dict[str, int]:
    """One pass of `hub exits`."""
    assert settings.database_url
    session = await open_session(settings.database_url)
    try:
        return await Performer(database, session, settings.data, compose().slices).run()
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
