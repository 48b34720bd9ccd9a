"""The statements of probes."""

from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from hub.probes.models import Rehearsal, Restored, Wall

q = load_queries(__name__)


class Administrators(msgspec.Struct, frozen=True, kw_only=True):
    """The persons of operators, with how they sign in."""

    everybody: int
    with_factor: int
    resistant: int


class Named(msgspec.Struct, frozen=True, kw_only=True):
    name: str


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    id: int


class RestoreTimes(msgspec.Struct, frozen=True, kw_only=True):
    tried_at: datetime | None
    sound_at: datetime | None


class Coded(msgspec.Struct, frozen=True, kw_only=True):
    code: str


class Wrapped(msgspec.Struct, frozen=True, kw_only=True):
    """A wrapped key as the database holds it."""

    number: int
    at_host: UUID
    wrapped: str


async def list_wrapped(tx: Tx) -> list[Wrapped]:
    return await tx.all(Wrapped, q.list_wrapped)


async def list_walls(tx: Tx) -> list[Wall]:
    return await tx.all(Wall, q.list_walls)


async def list_searchable(tx: Tx) -> list[str]:
    return [row.name for row in await tx.all(Named, q.list_searchable)]


async def list_tenants(reads: Reads, wanted: int) -> list[int]:
    return [row.id for row in await reads.all(Numbered, q.list_tenants, wanted=wanted)]


async def count_administrators(tx: Tx) -> Administrators:
    found = await tx.one(Administrators, q.count_administrators)
    assert found is not None
    return found


async def may_rewrite_audit(tx: Tx) -> bool:
    return await tx.value(bool, q.may_rewrite_audit) is True


async def find_clock(tx: Tx) -> datetime:
    found = await tx.value(datetime, q.find_clock)
    assert found is not None
    return found


async def find_server_address(tx: Tx) -> str | None:
    return await tx.value(str, q.find_server_address)


async def insert_restored(tx: Tx, done: Restored) -> None:
    await tx.run(q.insert_restored, now=tx.now, **msgspec.structs.asdict(done))


async def find_restored(reads: Reads) -> Rehearsal | None:
    return await reads.one(Rehearsal, q.find_restored)


async def list_unrehearsed(reads: Reads, since: datetime) -> list[str]:
    return [row.code for row in await reads.all(Coded, q.list_unrehearsed, since=since)]


async def find_sample(reads: Reads, service: str, night: str) -> int | None:
    """An organisation, read by an administrator; None where nobody answers for any."""
    found = await reads.one(Numbered, q.find_sample, service=service, night=night)
    return found.id if found else None


async def list_left_over(reads: Reads, prefix: str) -> list[str]:
    return [row.name for row in await reads.all(Named, q.list_left_over, prefix=prefix)]


async def find_restore_times(reads: Reads) -> RestoreTimes:
    found = await reads.one(RestoreTimes, q.find_restore_times)
    assert found is not None
    return found
