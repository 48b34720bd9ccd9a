"""The statements of the audit record."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.audit.models import (
    AuditEntry,
    AuditLink,
    LinkedEntry,
    OwnBreak,
    OwnLink,
    Sought,
    Walk,
)
from hub.core.db import Tx
from hub.core.sql import load_queries

q = load_queries(__name__)

_CHAIN_LOCK = 7_346_202


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of an entry, which are NULL when the entry is gone."""

    id: int | None
    tenant: int | None
    at: datetime | None
    actor: str | None
    action: str | None
    subject: str | None
    reason: str | None
    detail: dict[str, object] | None


class LinkedRow(EntryRow, frozen=True, kw_only=True):
    """A link beside its entry."""

    seq: int
    entry: int
    hash: bytes
    previous_hash: bytes


class OwnRow(EntryRow, frozen=True, kw_only=True):
    """A link of an organisation's own chain beside the hub's link and the entry."""

    number: int
    seq: int
    hash: bytes
    link: bytes | None
    previous: bytes | None


async def insert_entry(
    tx: Tx, *, action: str, subject: str, reason: str, detail: dict[str, object]
) -> None:
    await tx.run(
        q.insert_entry,
        tenant=tx.tenant,
        now=tx.now,
        actor=tx.actor,
        action=action,
        subject=subject,
        reason=reason,
        detail=detail,
    )


async def list_entries(tx: Tx, *, before: int, wanted: int) -> list[AuditEntry]:
    return await tx.all(AuditEntry, q.list_entries, tenant=tx.tenant, before=before, wanted=wanted)


async def list_entries_of_all(tx: Tx, *, before: int, wanted: int) -> list[AuditEntry]:
    return await tx.all(AuditEntry, q.list_entries_of_all, before=before, wanted=wanted)


async def lock_chain(tx: Tx) -> bool:
    return await tx.value(bool, q.lock_chain, key=_CHAIN_LOCK) is True


async def find_head(tx: Tx) -> AuditLink | None:
    return await tx.one(AuditLink, q.find_head)


async def list_waiting(tx: Tx, wanted: int) -> list[AuditEntry]:
    return await tx.all(AuditEntry, q.list_waiting, wanted=wanted)


async def append_links(tx: Tx, links: Sequence[AuditLink]) -> None:
    entries = [link.entry for link in links]
    await tx.run(
        q.insert_links,
        seqs=[link.seq for link in links],
        entries=entries,
        hashes=[link.hash for link in links],
        previous=[link.previous_hash for link in links],
    )
    await tx.run(q.stop_waiting, entries=entries)


async def list_linked(tx: Tx, *, after: int, wanted: int) -> list[LinkedEntry]:
    rows = await tx.all(LinkedRow, q.list_linked, after=after, wanted=wanted)
    return [_linked(row) for row in rows]


def _linked(row: LinkedRow) -> LinkedEntry:
    link = AuditLink(seq=row.seq, entry=row.entry, hash=row.hash, previous_hash=row.previous_hash)
    return LinkedEntry(link=link, entry=_entry(row))


def _entry(row: EntryRow) -> AuditEntry | None:
    return None if row.id is None else msgspec.convert(row, AuditEntry, from_attributes=True)


async def append_own_links(tx: Tx, wanted: int) -> int:
    return await tx.value(int, q.append_own_links, wanted=wanted) or 0


async def find_broken_own(tx: Tx, *, after: int, until: int) -> OwnBreak | None:
    return await tx.one(OwnBreak, q.find_broken_own, after=after, until=until)


async def list_own(tx: Tx, *, after: int, wanted: int) -> list[OwnLink]:
    rows = await tx.all(OwnRow, q.list_own, tenant=tx.tenant, after=after, wanted=wanted)
    return [
        OwnLink(
            number=row.number,
            seq=row.seq,
            hash=row.hash,
            link=row.link,
            previous=row.previous,
            entry=_entry(row),
        )
        for row in rows
    ]


async def find_walk(tx: Tx) -> Walk | None:
    return await tx.one(Walk, q.find_walk)


async def keep_walk(tx: Tx, walk: Walk) -> None:
    values = msgspec.structs.asdict(walk)
    del values["sought"]
    await tx.run(q.keep_walk, now=tx.now, **values)


async def keep_sought(tx: Tx, sought: int) -> None:
    await tx.run(q.keep_sought, sought=sought)


async def find_forgotten(tx: Tx, *, after: int, wanted: int) -> Sought:
    return await tx.one(Sought, q.find_forgotten, after=after, wanted=wanted) or Sought()
