"""The statements of backups, on an administrator's connection."""

import msgspec

from hub.core.db import Session
from hub.core.sql import load_queries

q = load_queries(__name__)


class Applied(msgspec.Struct, frozen=True):
    """A schema file that ran."""

    slice: str
    name: str
    checksum: str


async def list_schema_files(session: Session) -> dict[tuple[str, str], str]:
    rows = await session.all(Applied, q.list_schema_files)
    return {(row.slice, row.name): row.checksum for row in rows}


async def count_tables(session: Session) -> int:
    return await session.value(int, q.count_tables) or 0


async def has_lost_slot(session: Session, slot: str) -> bool:
    return await session.value(bool, q.has_lost_slot, slot=slot) or False


async def make_slot(session: Session, slot: str) -> None:
    await session.value(str, q.make_slot, slot=slot)


async def drop_slot(session: Session, slot: str) -> None:
    await session.value(str, q.drop_slot, slot=slot)


async def write_something(session: Session) -> None:
    await session.value(str, q.write_something)
