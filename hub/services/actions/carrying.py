"""A service's data leave in an archive, and arrive in another service of the same vertical, here or
in another hub: with other numbers of the wall, equal in everything else. A service of another
vertical takes them by the migration that it declares (`turning`)."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import IO

import asyncpg

from hub import audit, keys
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from hub.core.vertical import Takeover, Vertical
from hub.core.vertical_schema import schema_of, tables_of
from hub.gates.models import State
from hub.services import archive, opening, store, turning
from hub.services.errors import ArchiveInvalid, StepNotPossible
from hub.services.models import Arrival, Line, Manifest, Service, Step, Table, TableCount

_ONE_MOMENT = "set transaction isolation level repeatable read; set local statement_timeout = '9s'"
_LONGER = "set local statement_timeout = '9s'"
_FILES_AT_ONCE = 10  # rows whose photos are in memory together


async def take_out(
    database: Database, service: Service, vertical: Vertical, file: IO[bytes]
) -> Manifest:
    """Write the archive of a service's data of one moment into a file, a piece at a time."""
    writer, sealed = archive.Writer(file), opening.sealed_of(vertical)
    async with database.transaction(service.space, actor="export") as tx:
        await (await tx.connection()).execute(_ONE_MOMENT)
        for table in await _tables(tx, vertical):
            writer.begin(table.name)
            async for rows in _walk(tx, table, sealed.get(table.name, ()), whole=True):
                await asyncio.to_thread(writer.add, rows)
            await asyncio.to_thread(writer.end)
        made_at = tx.now
    manifest = Manifest(
        format=archive.FORMAT,
        vertical=vertical.code,
        name=service.name,
        made_at=made_at,
        schema=schema_of(vertical),
        tables=tuple(writer.tables),
    )
    await asyncio.to_thread(writer.close, manifest)
    return manifest


async def _walk(
    tx: Tx, table: Table, sealed: Sequence[str], *, whole: bool
) -> AsyncIterator[list[Line]]:
    """A table's rows in the order of its key, so many at a time that each statement is short; what
    is `sealed` is opened, and read for that."""
    whole = whole or bool(sealed)
    most = _FILES_AT_ONCE if whole and table.files else archive.PIECE_ROWS
    mark: tuple[str, ...] | None = None
    ring = await keys.open_ring(tx) if sealed else None
    while rows := await store.list_piece(tx, table, mark, most, whole=whole):
        if ring is not None:
            rows = await asyncio.to_thread(opening.open_lines, ring, table, sealed, rows)
        yield rows
        if len(rows) < most:
            return
        mark = rows[-1].mark


async def note_export(tx: Tx, service: Service, manifest: Manifest, file: IO[bytes]) -> None:
    """Write down what was taken out, behind the launcher's wall; the file stands at its begin."""
    sha = await asyncio.to_thread(_sum, file)
    await store.note_export(tx, service.id, manifest.rows, sha)
    await _write_down(tx, service, Step.TAKE_OUT, manifest.rows)


def _sum(file: IO[bytes]) -> str:
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]
    file.seek(0)
    return found


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
    database: Database, service: Service, vertical: Vertical, file: IO[bytes], actor: str
) -> Arrival:
    """Fill an empty service from an archive, wholly or not at all.

    Raises `ArchiveInvalid`."""
    came = await asyncio.to_thread(archive.Reader, file)
    takeover = turning.find_takeover(vertical, came.manifest)
    async with database.transaction(service.space, actor=actor) as tx:
        await (await tx.connection()).execute(_LONGER)
        known, sealed = await _tables(tx, vertical), opening.sealed_of(vertical)
        await _check_empty(tx, known)
        if takeover is None:
            _check_fits(known, came.manifest)
        wanted = await asyncio.to_thread(_count_turned, came, takeover, known)
        try:
            for table in _named_first(known):
                await _fill(tx, table, sealed.get(table.name, ()), came, takeover)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
            raise ArchiveInvalid(
                "These rows do not fit here: they may be here already.", field="archive"
            ) from error
        if wanted is None:
            await _check_equal(tx, known, sealed, came.manifest)
        else:
            await _check_whole(tx, known, sealed, wanted)
    rows = came.manifest.rows if wanted is None else wanted.total()
    return Arrival(rows=rows, turned=wanted is not None)


def _count_turned(
    came: archive.Reader, takeover: Takeover | None, known: Sequence[Table]
) -> Counter[str] | None:
    """How many rows the migration makes for each table; None without one."""
    if takeover is None:
        return None
    return turning.count(_turn(came, takeover), {one.name: one for one in known})


def _turn(came: archive.Reader, takeover: Takeover) -> Iterator[tuple[str, str]]:
    for said in came.manifest.tables:
        yield from turning.turn(takeover, said.table, came.lines(said.table))


async def _fill(
    tx: Tx,
    table: Table,
    sealed: Sequence[str],
    came: archive.Reader,
    takeover: Takeover | None,
) -> None:
    made = None if takeover is None else _turn(came, takeover)
    lines = None if made is None else (line for name, line in made if name == table.name)
    pieces = came.pieces(table, lines)
    while piece := await asyncio.to_thread(next, pieces, None):
        if sealed:
            ring = await keys.make_ring(tx)
            piece = await asyncio.to_thread(
                opening.seal_lines, ring, table, sealed, piece, tx.database.ids
            )
        await store.fill_lines(tx, table, piece)


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


def _check_fits(known: Sequence[Table], said: Manifest) -> None:
    if {one.name for one in known} != {one.table for one in said.tables}:
        raise ArchiveInvalid("This archive is of another version.", field="archive")


async def _check_empty(tx: Tx, known: Sequence[Table]) -> None:
    for table in known:
        if await store.list_piece(tx, table, None, 1):
            raise ArchiveInvalid(
                "This service has data already: launch a new one.", field="archive"
            )


async def _check_whole(
    tx: Tx,
    known: Sequence[Table],
    sealed: Mapping[str, tuple[str, ...]],
    wanted: Mapping[str, int],
) -> None:
    """As many rows stand here as the migration made."""
    for table in known:
        found = await _count(tx, table, sealed.get(table.name, ()))
        if found is None or found.rows != wanted.get(table.name, 0):
            raise ArchiveInvalid("The rows do not arrive as they left.", field="archive")


async def _check_equal(
    tx: Tx, known: Sequence[Table], sealed: Mapping[str, tuple[str, ...]], said: Manifest
) -> None:
    """What stands here now is, line by line, what was taken out."""
    for table in known:
        if await _count(tx, table, sealed.get(table.name, ())) not in said.tables:
            raise ArchiveInvalid("The rows do not arrive as they left.", field="archive")


async def _count(tx: Tx, table: Table, sealed: Sequence[str]) -> TableCount | None:
    """None where a content opens at another key than its line says."""
    here = archive.Tally(table.name)
    try:
        async for rows in _walk(tx, table, sealed, whole=False):
            for row in rows:
                here.add(row.line)
    except keys.SealBroken:
        return None
    return here.count()


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
