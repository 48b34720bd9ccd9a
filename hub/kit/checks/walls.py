"""Tenant walls: as the catalogue says them, and as they hold when somebody leans on them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg

from hub.core.db import Tx
from hub.kit import store
from hub.kit.models import Finding, Place
from hub.kit.reading import Subject, line_at
from hub.kit.world import World
from hub.portability import policy as portability
from hub.portability import store as portable

RULE = "tenant-wall"
WALL = "current_setting('app.tenant'::text)"
NO_TENANT = frozenset({"42704", "22P02"})
# What PostgreSQL checks after the wall: who gets so far was let through.
BEHIND_THE_WALL = "23"
Act = Callable[[Tx], Awaitable[int]]
_FUNCTION = re.compile(r"^create or replace function (\w+)", re.MULTILINE)


async def check_walls(subject: Subject, world: World, notes: list[str]) -> AsyncIterator[Finding]:
    tables = subject.tables
    if len(world.tenants) < 2:
        notes.append("with one organisation nobody leans on the walls")
    found = await store.list_walls(world.here, list(tables))
    said = portability.rules_of(subject.vertical.slices)
    explained = {*said.stays, *said.belongs_by, *said.named}
    for wall in found:
        for says in _faults(wall, wall.name in explained):
            yield _at(subject, tables[wall.name], f"{wall.name} {says}")
        if wall.walled and wall.readable:
            async for says in _lean(world, wall):
                yield _at(subject, tables[wall.name], f"{wall.name} {says}")
    for link in await store.list_loose_links(world.here, list(tables)):
        says = f"{link.name} names {link.other} without its tenant: foreign key (…, tenant)"
        yield _at(subject, tables[link.name], says)
    functions = _functions(subject)
    for loose in await store.list_loose_functions(world.here, list(functions)):
        says = "needs `set search_path`" if loose.path_free else "is open to everybody: revoke it"
        yield _at(subject, functions[loose.name], f"the function {loose.name} {says}")


def _faults(wall: store.Wall, explained: bool) -> list[str]:
    faults: list[str] = []
    if not wall.has_tenant:
        return [] if explained else ["has no tenant, and no slice says in `portability` why"]
    if not wall.tenant_certain:
        faults.append("may have rows of nobody: tenant is not null")
    if not wall.walled:
        return [*faults, "has no wall: enable row level security, and a policy"]
    if not wall.forced:
        faults.append("does not force its wall on its owner")
    if not any(WALL in one for one in wall.walls):
        faults.append("has no policy for everybody that compares the tenant")
    if any("true)" in one.replace("'app.tenant'::text)", "") for one in wall.walls):
        faults.append("shows nothing, in place of an error, when no tenant is set")
    if wall.owned_by_reader:
        faults.append("belongs to a role that works behind the wall")
    if wall.open_to_public:
        faults.append("is granted to everybody")
    if wall.truncatable:
        faults.append("may be emptied past the wall: no truncate for hub_app")
    return faults


async def _lean(world: World, wall: store.Wall) -> AsyncIterator[str]:
    """Look without a tenant, look for others' rows, and put rows into somebody else's hands."""
    if not await _refused(world, None, lambda tx: store.count_rows(tx, wall.name), NO_TENANT):
        yield "is readable without a tenant"
    if not wall.has_tenant or len(world.tenants) < 2:
        return
    for tenant, other in zip(world.tenants, world.tenants[1:] + world.tenants[:1], strict=True):
        own = await store.count_own(world.here, wall.name, tenant.id)
        async with world.database.transaction(tenant.id) as tx:
            seen = await store.count_rows(tx, wall.name)
        if seen != own:
            yield f"shows {seen} rows to an organisation that has {own}"
        if own and other.id != tenant.id:
            known = {t.name: t for t in await portable.list_tables(world.here)}
            columns, stranger = known[wall.name].written, other.id
            if not await _refused(
                world,
                tenant.id,
                lambda tx, c=columns, o=stranger: store.copy_row(tx, wall.name, c, o),
            ):
                yield "takes a row under another tenant's number"
            if not await _refused(
                world, tenant.id, lambda tx, o=stranger: store.move_rows(tx, wall.name, o)
            ):
                yield "lets a row be handed to another tenant"
            return


class _LetThrough(Exception):
    """What was tried is taken back."""


async def _refused(
    world: World, tenant: int | None, act: Act, codes: frozenset[str] = frozenset()
) -> bool:
    """Whether the database refuses; whatever it let through is taken back."""
    try:
        async with world.database.transaction(tenant) as tx:
            touched = await act(tx)
            raise _LetThrough(touched)
    except _LetThrough as through:
        return tenant is not None and through.args == (0,)
    except asyncpg.PostgresError as error:
        state: str = getattr(error, "sqlstate", None) or ""
        return state in codes if codes else not state.startswith(BEHIND_THE_WALL)


def _functions(subject: Subject) -> dict[str, Place]:
    return {
        match.group(1): Place(path=path, line=line_at(text, match.start()))
        for path in subject.schemas
        for text in [path.read_text(encoding="utf-8")]
        for match in _FUNCTION.finditer(text)
    }


def _at(subject: Subject, place: Place, says: str) -> Finding:
    return subject.find(place.path, place.line, RULE, says)
