"""A tenant's rows as they were at one moment, and what they name, in checked files."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from hub.core.db import Session
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.actions.opening import stream_opened
from hub.portability.bundle import Writer
from hub.portability.errors import TenantUnknown, WallsStand
from hub.portability.models import Bundle, Exported, Part, Table, TableFile
from hub.portability.policy import Rules
from hub.portability.schemas import write_schema

Told = Callable[[TableFile], None]
_SNAPSHOT = "begin isolation level repeatable read read only; set local statement_timeout = '10min'"


def say_nothing(_: TableFile) -> None:
    """Progress that nobody looks at."""


async def export_tenant(
    session: Session,
    tenant: int,
    folder: Path,
    slices: Iterable[Slice],
    *,
    now: datetime,
    told: Told = say_nothing,
) -> Exported:
    """Write everything of a tenant into a folder, from one snapshot, while the hub goes on.

    A folder that holds an earlier or an unfinished export is brought up to date. Raises
    `TenantUnknown`, and `WallsStand` for a role that cannot see every row.
    """
    await session.execute(_SNAPSHOT)
    try:
        if not await store.may_pass_walls(session):
            raise WallsStand()
        found = await store.find_tenant(session, tenant)
        if found is None:
            raise TenantUnknown()
        return await _write(session, found, folder, policy.rules_of(slices), now, told)
    finally:
        await session.execute("rollback")


async def _write(
    session: Session, tenant: store.Tenant, folder: Path, rules: Rules, now: datetime, told: Told
) -> Exported:
    known = {table.name: table for table in await store.list_tables(session)}
    leaving = [table for table in known.values() if rules.leaves(table)]
    writer = Writer(folder)
    before = writer.read_before()
    tables: list[TableFile] = []
    schemas: list[Part] = []
    for table in leaving:
        lines = stream_opened(session, rules, table, tenant.id)
        tables.append(await writer.table("tables", table, lines))
        if tables[-1].rows:
            said = write_schema("tables", table, rules.sealed.get(table.name, ()))
            schemas.append(writer.schema("tables", table.name, said))
        told(tables[-1])
    named: list[TableFile] = []
    for table, names in (await _find_named(session, rules, known, leaving, tenant.id)).items():
        lines = _others(session, rules, known[table], names, tenant.id)
        shown = policy.shown(rules, known[table])
        named.append(await writer.table("named", shown, lines))
        if named[-1].rows:
            schemas.append(writer.schema("named", table, write_schema("named", shown)))
        told(named[-1])
    bundle = Bundle(
        tenant=tenant.id,
        kind=tenant.kind,
        name=tenant.name,
        made_at=now,
        schema=await store.list_steps(session),
        tables=tuple(tables),
        named=tuple(named),
        stays=dict(sorted(rules.stays.items())),
        schemas=tuple(schemas),
        departs_at=_departure(before, tenant.id, tables, rules, now),
    )
    writer.close(bundle)
    return Exported(bundle=bundle, written=writer.written, kept=writer.kept)


def _departure(
    before: Bundle | None, tenant: int, tables: Sequence[TableFile], rules: Rules, now: datetime
) -> datetime:
    """Since when the folder has held just these rows."""
    if before is None or before.tenant != tenant:
        return now
    held, holds = (policy.sums_of_going(rules, files) for files in (before.tables, tables))
    return before.departure if held == holds else now


async def _find_named(
    session: Session,
    rules: Rules,
    known: Mapping[str, Table],
    leaving: Sequence[Table],
    tenant: int,
) -> dict[str, list[str]]:
    """By table, what the tenant's rows name there, and what those rows name in their turn."""
    named: dict[str, set[str]] = defaultdict(set)
    for table in leaving:
        for link in table.links:
            if link.table in rules.named:
                column = link.columns[0]
                named[link.table] |= await store.list_names(
                    session, table, rules.by(table), tenant, column
                )
    looked: dict[str, set[str]] = defaultdict(set)
    while fresh := {
        name: names - looked[name] for name, names in named.items() if names - looked[name]
    }:
        for name, names in fresh.items():
            looked[name] |= names
            async for line in _others(session, rules, known[name], sorted(names), tenant):
                row = msgspec.json.decode(line)
                for link in known[name].links:
                    value = row.get(link.columns[0])
                    if link.table in rules.named and value is not None:
                        named[link.table].add(str(value))
    return {name: sorted(names) for name, names in sorted(named.items())}


async def _others(
    session: Session, rules: Rules, table: Table, names: Sequence[str], tenant: int
) -> AsyncIterator[str]:
    """The named rows that are not the tenant's own."""
    restricted = policy.shown(rules, table)
    async for line in store.stream_named(session, restricted, table.key[0], names):
        if not policy.is_own(rules, table, msgspec.json.decode(line), tenant):
            yield line
