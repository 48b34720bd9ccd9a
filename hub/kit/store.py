"""The statements that look at a vertical's tables; a table's name stands for `the_table`."""

from collections.abc import Sequence

import msgspec

from hub.core.db import Session, Tx
from hub.core.sql import Query, load_queries

q = load_queries(__name__)


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A table as the catalogue knows its wall."""

    name: str
    walled: bool
    forced: bool
    tenant_certain: bool
    has_tenant: bool
    walls: tuple[str, ...]
    owned_by_reader: bool
    open_to_public: bool
    readable: bool
    truncatable: bool


class LooseLink(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign key without its tenant."""

    name: str
    key: str
    other: str


class LooseFunction(msgspec.Struct, frozen=True, kw_only=True):
    """A function with other rights than its caller's, not shut."""

    name: str
    path_free: bool
    open_to_public: bool


async def list_walls(session: Session, names: Sequence[str]) -> list[Wall]:
    return await session.all(Wall, q.list_walls, names=list(names))


async def list_loose_links(session: Session, names: Sequence[str]) -> list[LooseLink]:
    return await session.all(LooseLink, q.list_loose_links, names=list(names))


async def list_loose_functions(session: Session, names: Sequence[str]) -> list[LooseFunction]:
    return await session.all(LooseFunction, q.list_loose_functions, names=list(names))


async def count_rows(tx: Tx, table: str) -> int:
    return await tx.value(int, _of(q.count_rows, table)) or 0


async def count_own(session: Session, table: str, tenant: int) -> int:
    return await session.value(int, _of(q.count_own, table), tenant=tenant) or 0


async def copy_row(tx: Tx, table: str, columns: Sequence[str], other: int) -> int:
    return await tx.run(_of(q.copy_row, table, columns), other=other)


async def move_rows(tx: Tx, table: str, other: int) -> int:
    return await tx.run(_of(q.move_rows, table), other=other)


def _of(query: Query, table: str, columns: Sequence[str] = ()) -> Query:
    names = ", ".join(_quoted(column) for column in columns)
    sql = query.sql.replace("the_table", _quoted(table)).replace("the_columns", names)
    return msgspec.structs.replace(query, sql=sql)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
