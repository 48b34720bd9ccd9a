"""A service's data leave in an archive, and arrive in another service of the same vertical, here or
in another hub: with other numbers of the wall, equal in everything else."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence

import asyncpg

from hub import audit
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.core.vertical import Vertical
from hub.core.vertical_schema import schema_of, tables_of
from hub.gates.models import State
from hub.services import archive, store
from hub.services.errors import ArchiveInvalid, StepNotPossible
from hub.services.models import Manifest, Service, Step, Table

MOST_ROWS = 200_000
_ONE_MOMENT = "set transaction isolation level repeatable read; set local statement_timeout = '60s'"


async def take_out(
    database: Database, service: Service, vertical: Vertical
) -> tuple[Manifest, bytes]:
    """The archive of a service's data of one moment."""
    async with database.transaction(service.space, actor="export") as tx:
        await (await tx.connection()).execute(_ONE_MOMENT)
        known = await _tables(tx, vertical)
        tables = {one.name: await store.list_lines(tx, one, MOST_ROWS + 1) for one in known}
        made_at = tx.now
    for name, lines in tables.items():
        if len(lines) > MOST_ROWS:
            raise ArchiveInvalid(
                say("%(table)s is too large: ask the operator for an export.", table=name)
            )
    manifest = Manifest(
        format=archive.FORMAT,
        vertical=vertical.code,
        name=service.name,
        made_at=made_at,
        schema=schema_of(vertical),
        tables=tuple(archive.count_lines(name, lines) for name, lines in tables.items()),
    )
    return manifest, await asyncio.to_thread(archive.pack, manifest, tables)


async def note_export(tx: Tx, service: Service, manifest: Manifest, content: bytes) -> None:
    """Write down what was taken out, behind the launcher's wall."""
    sha = hashlib.sha256(content).hexdigest()
    await store.note_export(tx, service.id, manifest.rows, sha)
    await _write_down(tx, service, Step.TAKE_OUT, manifest.rows)


async def note_arrival(tx: Tx, service: Service, rows: int) -> None:
    """Write down what was taken in, behind the launcher's wall."""
    await _write_down(tx, service, Step.TAKE_IN, rows)


async def _write_down(tx: Tx, service: Service, step: Step, rows: int) -> None:
    await store.insert_event(tx, service.id, step, service.state, rows=rows)
    await audit.record(
        tx,
        action=f"service.{step.value}",
        subject=f"service:{service.id}",
        detail={"rows": rows},
    )


async def take_in(
    database: Database, service: Service, vertical: Vertical, content: bytes, actor: str
) -> int:
    """Fill an empty service from an archive, wholly or not at all; how many rows.

    Raises `ArchiveInvalid`."""
    manifest, lines = await asyncio.to_thread(archive.unpack, content)
    if manifest.vertical != vertical.code:
        raise ArchiveInvalid("This archive is of another vertical.", field="archive")
    if manifest.schema != schema_of(vertical):
        raise ArchiveInvalid("This archive is of another version.", field="archive")
    async with database.transaction(service.space, actor=actor) as tx:
        await (await tx.connection()).execute("set local statement_timeout = '60s'")
        known = await _tables(tx, vertical)
        await _check_fits(tx, known, lines)
        try:
            for table in _named_first(known):
                await store.fill_lines(tx, table, lines[table.name])
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
            raise ArchiveInvalid(
                "These rows do not fit here: they may be here already.", field="archive"
            ) from error
        await _check_equal(tx, known, manifest)
    return manifest.rows


def check_installed(vertical: Vertical | None) -> Vertical:
    """Raises `NotFound` where a service's vertical is gone."""
    if vertical is None:
        raise NotFound("This vertical is not installed any more.")
    return vertical


def check_may_arrive(service: Service) -> None:
    """Raises `StepNotPossible` where what arrives would be invented, or read only."""
    if service.state not in {State.TRIAL, State.PRODUCTION}:
        raise StepNotPossible("Data arrive in a trial or in production.")


async def _tables(tx: Tx, vertical: Vertical) -> list[Table]:
    return [
        one for one in await store.list_tables(tx, tables_of(vertical)) if "tenant" in one.columns
    ]


async def _check_fits(tx: Tx, known: Sequence[Table], lines: Mapping[str, list[str]]) -> None:
    if {one.name for one in known} != set(lines):
        raise ArchiveInvalid("This archive is of another version.", field="archive")
    for table in known:
        if await store.list_lines(tx, table, 1):
            raise ArchiveInvalid(
                "This service has data already: launch a new one.", field="archive"
            )


async def _check_equal(tx: Tx, known: Sequence[Table], manifest: Manifest) -> None:
    """What stands here now is, line by line, what was taken out."""
    found = {one.name: await store.list_lines(tx, one, MOST_ROWS + 1) for one in known}
    here = {archive.count_lines(name, lines) for name, lines in found.items()}
    if here != set(manifest.tables):
        raise ArchiveInvalid("The rows do not arrive as they left.", field="archive")


def _named_first(tables: Sequence[Table]) -> list[Table]:
    """Tables in an order in which each stands after those that it names."""
    waiting = {table.name: table for table in tables}
    ordered: list[Table] = []
    while waiting:
        free = [
            name
            for name, table in waiting.items()
            if not {link.table for link in table.links if link.table != name} & waiting.keys()
        ]
        if not free:
            raise ArchiveInvalid("These tables name each other in a circle.", field="archive")
        ordered += [waiting.pop(name) for name in free]
    return ordered
