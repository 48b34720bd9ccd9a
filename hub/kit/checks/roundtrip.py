"""Portability: an organisation leaves with every row, arrives equal, and is erased to the last."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from hub import portability
from hub.app import compose
from hub.core.errors import HubError
from hub.kit.models import Finding
from hub.kit.reading import Subject
from hub.kit.world import Tenant, World
from hub.portability import policy, store

RULE = "portability"


async def check_round_trip(
    subject: Subject, world: World, notes: list[str]
) -> AsyncIterator[Finding]:
    tables, rules = await store.list_tables(world.here), policy.rules_of(compose().slices)
    for name in policy.forgotten(rules, tables):
        if name in subject.tables:
            says = f"{name} leaves with nobody: give it a tenant, or say in `portability` why"
            yield _of_table(subject, name, says)
    at = subject.manifest
    if not world.tenants:
        says = "nothing can be proven without rows: declare `example` (or a `demonstration`)"
        yield subject.find(at.path, at.line, RULE, says)
        return
    filled: set[str] = set()
    for tenant in world.tenants:
        try:
            filled |= await _leave_and_arrive(world, tenant)
        except HubError as error:
            says = f"an organisation of kind {tenant.kind} does not arrive equal: {error}"
            yield subject.find(at.path, at.line, RULE, says)
    wanted = {t.name for t in tables if rules.leaves(t)} & subject.tables.keys()
    for name in sorted(wanted - filled):
        if subject.vertical.example is None:
            notes.append(f"{name}: the demonstration has no row of it that left and arrived")
        else:
            yield _of_table(subject, name, f"the example puts no row into {name}")


async def check_erasure(subject: Subject, world: World) -> AsyncIterator[Finding]:
    """The first of each kind is erased; by then its pages have been looked at."""
    at, seen = subject.manifest, set[str]()
    for tenant in world.tenants:
        if tenant.kind in seen:
            continue
        seen.add(tenant.kind)
        try:
            left = await _erase(world, tenant)
        except HubError as error:
            says = f"an organisation of kind {tenant.kind} cannot be erased: {error}"
            yield subject.find(at.path, at.line, RULE, says)
            continue
        for name, rows in left.items():
            if name in subject.tables:
                yield _of_table(subject, name, f"{rows} rows of {name} stay after an erasure")


async def _leave_and_arrive(world: World, tenant: Tenant) -> set[str]:
    """The tables that held rows. Raises when a row does not arrive as it left."""
    slices, now = compose().slices, world.clock.now()
    with tempfile.TemporaryDirectory() as folder:
        left = await portability.export_tenant(
            world.here, tenant.id, Path(folder) / "left", slices, now=now
        )
        await portability.import_tenant(world.there, Path(folder) / "left", slices)
        again = await portability.export_tenant(
            world.there, tenant.id, Path(folder) / "again", slices, now=now
        )
    for before, after in zip(left.bundle.tables, again.bundle.tables, strict=True):
        if before != after:
            raise HubError(f"rows of {before.table} differ after the journey")
    return {table.table for table in left.bundle.tables if table.rows}


async def _erase(world: World, tenant: Tenant) -> dict[str, int]:
    slices, now = compose().slices, world.clock.now()
    with tempfile.TemporaryDirectory() as folder:
        left = Path(folder)
        await portability.export_tenant(world.here, tenant.id, left, slices, now=now)
        done = await portability.erase_tenant(world.here, tenant.id, left, slices, now=now)
    return done.left


def _of_table(subject: Subject, name: str, says: str) -> Finding:
    place = subject.tables[name]
    return subject.find(place.path, place.line, RULE, says)
