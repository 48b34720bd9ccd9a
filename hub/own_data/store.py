"""The statements of copies."""

from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sheets import ArchiveFile, Column, Row
from hub.core.sql import Query, load_queries
from hub.own_data.models import Copy, Organisation, Owner, State

q = load_queries(__name__)
T = TypeVar("T")


async def take_snapshot(tx: Tx) -> None:
    """Only as the first thing of a transaction."""
    await tx.run(q.take_snapshot)


async def insert_copy(tx: Tx, id: UUID, person: int, expires_at: datetime) -> bool:
    """False while one is underway."""
    done = await tx.run(q.insert_copy, id=id, person=person, now=tx.now, expires_at=expires_at)
    return done == 1


async def find_copy(tx: Tx, person: int, id: UUID) -> Copy | None:
    return await tx.one(Copy, q.find_copy, id=id, person=person)


async def list_copies(tx: Tx, person: int) -> list[Copy]:
    return await tx.all(Copy, q.list_copies, person=person)


async def find_owner(tx: Tx, id: UUID) -> Owner | None:
    return await tx.one(Owner, q.find_owner, id=id)


async def find_person(tx: Tx, email: str) -> Owner | None:
    return await tx.one(Owner, q.find_person, email=email)


async def note_progress(tx: Tx, id: UUID, done: int, parts: int) -> None:
    await tx.run(q.note_progress, id=id, done=done, parts=parts)


async def lock_copy(tx: Tx, id: UUID) -> State | None:
    return await tx.value(State, q.lock_copy, id=id)


async def insert_piece(tx: Tx, copy: UUID, number: int, content: bytes) -> None:
    await tx.run(q.insert_piece, copy=copy, number=number, content=content)


async def finish_copy(tx: Tx, id: UUID, bytes: int, sha256: str, files: list[ArchiveFile]) -> None:
    await tx.run(q.finish_copy, id=id, now=tx.now, bytes=bytes, sha256=sha256, files=files)


async def fail_copies(tx: Tx, before: datetime) -> int:
    return await tx.run(q.fail_copies, before=before)


async def note_fetched(tx: Tx, person: int, id: UUID) -> None:
    await tx.run(q.note_fetched, id=id, person=person, now=tx.now)


async def find_piece(tx: Tx, person: int, copy: UUID, number: int) -> bytes | None:
    return await tx.value(bytes, q.find_piece, person=person, copy=copy, number=number)


async def destroy_copies(tx: Tx) -> int:
    return await tx.run(q.destroy_copies, now=tx.now)


async def list_addresses(tx: Tx, functions: list[str], person: int) -> list[str]:
    return await _values(tx, str, q.list_addresses, functions=functions, person=person)


async def list_tenants(
    tx: Tx, functions: list[str], person: int, addresses: list[str], most: int
) -> list[int]:
    return await _values(
        tx,
        int,
        q.list_tenants,
        functions=functions,
        person=person,
        addresses=addresses,
        most=most,
    )


async def list_walled(tx: Tx, tables: list[str]) -> set[str]:
    return set(await _values(tx, str, q.list_walled, tables=tables))


async def list_columns(tx: Tx, table: str, hides: list[str]) -> list[Column]:
    return await tx.all(Column, q.list_columns, of=table, hides=hides)


class BytesOf(msgspec.Struct, frozen=True, kw_only=True):
    """A column of bytes."""

    of: str
    name: str


async def list_bytes(tx: Tx, tables: list[str]) -> list[BytesOf]:
    return await tx.all(BytesOf, q.list_bytes, tables=tables)


async def list_rows(
    tx: Tx,
    table: str,
    said: dict[str, object],
    hides: list[str],
    person: int,
    addresses: list[str],
    *,
    skip: int,
    wanted: int,
) -> list[Row]:
    """A page of a person's rows of a table, among those behind the wall of the transaction."""
    return await _values(
        tx,
        Row,
        q.list_rows,
        of=table,
        said=said,
        hides=hides,
        person=person,
        addresses=addresses,
        skip=skip,
        wanted=wanted,
    )


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows of a table are a person's."""

    of: str
    rows: int


async def count_rows(
    tx: Tx, tables: list[str], said: dict[str, object], person: int, addresses: list[str]
) -> dict[str, int]:
    """By table, a person's rows behind the wall of the transaction."""
    found = await tx.all(
        Counted, q.count_rows, tables=tables, said=said, person=person, addresses=addresses
    )
    return {one.of: one.rows for one in found}


async def forget(tx: Tx, function: str, person: int, addresses: list[str]) -> None:
    """Let a slice erase what no law keeps behind the wall of the transaction."""
    await tx.run(q.forget, function=function, person=person, addresses=addresses, now=tx.now)


async def is_on_hold(tx: Tx, tenants: list[int]) -> bool:
    """Whether an order keeps the rows of one of these tenants."""
    return bool(await tx.value(bool, q.is_on_hold, tenants=tenants))


async def find_organisation(tx: Tx, id: int) -> Organisation | None:
    return await tx.one(Organisation, q.find_organisation, id=id)


async def _values(tx: Tx, kind: type[T], query: Query, **values: object) -> list[T]:
    return [row.value for row in await tx.all(_Value[kind], query, **values)]


class _Value(msgspec.Struct, Generic[T], frozen=True):
    value: T
