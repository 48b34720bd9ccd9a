"""Build a copy: what is a person's in each table, read behind one wall after the other.

Whose walls are entered is what the slices' functions say; behind each, the rights of the
application and the wall itself hold, and a row must be the person's on top of that. The rows of one
organisation are of one moment.
"""

import asyncio
import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import msgspec

from hub.core import sheets
from hub.core.archives import PIECE_BYTES, Archive
from hub.core.db import Database, Tx
from hub.core.sheets import ArchiveFile, Column, Row
from hub.own_data import policy, store
from hub.own_data.models import TENANTS_MAX, Manifest, Organisation, Owner, State
from hub.own_data.policy import Rules

READMES = ("README.fr.md", "README.en.md")
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_PAGE_ROWS = 1_000
_TABLE_ROWS_MAX = 1_000_000
_SPOOL_BYTES = 1 << 20
Told = Callable[[int, int], Awaitable[None]]


async def build_copy(database: Database, id: UUID) -> None:
    """Build the copy and keep it. May run twice: what is ready stays as it is."""
    async with database.transaction() as tx:
        owner = await store.find_owner(tx, id)
    if owner is None:
        return

    async def note(done: int, parts: int) -> None:
        async with database.transaction() as tx:
            await store.note_progress(tx, id, done, parts)

    with tempfile.TemporaryFile() as file:
        archive = Archive(file, database.clock.now())
        await _fill(database, owner, archive, note)
        await asyncio.to_thread(archive.close)
        await _keep(database, id, file, archive.files)


async def write_folder(database: Database, owner: Owner, folder: Path) -> Manifest:
    """The same as files in a folder; a copy that it held before is replaced."""

    async def say_nothing(done: int, parts: int) -> None:
        """Progress that nobody looks at."""

    with tempfile.TemporaryDirectory() as place:
        packed = Path(place) / "copy.zip"
        with packed.open("wb") as file:
            archive = Archive(file, database.clock.now())
            manifest = await _fill(database, owner, archive, say_nothing)
            archive.close()
        for name in ("json", "csv", "schemas"):
            shutil.rmtree(folder / name, ignore_errors=True)
        shutil.unpack_archive(packed, folder, "zip")
    return manifest


class _Sheet:
    """A person's rows of one table, over all walls, until they go into the archive."""

    def __init__(self, table: str, columns: list[Column], rooms: contextlib.ExitStack) -> None:
        self.table = table
        self.columns = columns
        self.rows = 0
        self._file: IO[bytes] = rooms.enter_context(
            tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115  `rooms` closes it
        )

    def add(self, page: list[Row]) -> None:
        for row in page:
            self._file.write(msgspec.json.encode(row) + b"\n")
        self.rows += len(page)

    async def put(self, archive: Archive, words: str) -> None:
        await asyncio.to_thread(self._put, archive, words)

    def _put(self, archive: Archive, words: str) -> None:
        name, heads = self.table.replace("_", "-"), [column.name for column in self.columns]
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as sheet:
            sheet.write(sheets.write_heads(heads))
            self._file.seek(0)
            with archive.entry(f"json/{name}.json", counted=True) as entry:
                for line in self._file:
                    row: Row = msgspec.json.decode(line)
                    entry.rows_of([row])
                    sheet.write(sheets.write_lines(heads, [row]))
                entry.end_rows()
            sheet.seek(0)
            with archive.entry(f"csv/{name}.csv") as entry:
                for piece in iter(lambda: sheet.read(PIECE_BYTES), b""):
                    entry.write(piece)
        with archive.entry(f"schemas/{name}.schema.json") as entry:
            entry.write(_schema_of(name, words, self.columns))


def _schema_of(name: str, words: str, columns: list[Column]) -> bytes:
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": words,
        "type": "array",
        "items": {
            "type": "object",
            "properties": {column.name: sheets.shape_of(column, None) for column in columns},
            "required": [column.name for column in columns],
        },
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


async def _fill(database: Database, owner: Owner, archive: Archive, told: Told) -> Manifest:
    rules = policy.rules_of(database.slices)
    with contextlib.ExitStack() as rooms:
        async with database.transaction() as tx:
            functions = [proof.function for proof in rules.proofs]
            addresses = await store.list_addresses(tx, functions, owner.id)
            tenants = await store.list_tenants(
                tx, list(rules.tenants), owner.id, addresses, TENANTS_MAX
            )
            walled = await store.list_walled(tx, list(rules.about))
            of_bytes = await store.list_bytes(tx, list(rules.about))
            found = {
                name: _Sheet(name, await store.list_columns(tx, name, list(about.hides)), rooms)
                for name, about in sorted(rules.about.items())
            }
        look = _Look(database, owner, rules, addresses, found)
        await look.behind(None, [name for name in found if name not in walled])
        organisations: list[Organisation] = []
        for done, tenant in enumerate(tenants):
            await told(done, len(tenants) + 1)
            organisation = await look.behind(tenant, [name for name in found if name in walled])
            if organisation is not None:
                organisations.append(organisation)
        for name, sheet in found.items():
            if sheet.rows:
                await sheet.put(archive, rules.about[name].words)
    manifest = Manifest(
        person=owner.id,
        email=owner.email,
        taken_at=database.clock.now(),
        addresses=tuple(addresses),
        organisations=tuple(organisations),
        tables={name: sheet.rows for name, sheet in found.items()},
        left_out=rules.left_out(f"{one.of}.{one.name}" for one in of_bytes),
        files=tuple(archive.files),
    )
    await _put_words(archive, manifest)
    return manifest


class _Look:
    """Looks for one person's rows behind one wall after the other."""

    def __init__(
        self,
        database: Database,
        owner: Owner,
        rules: Rules,
        addresses: list[str],
        found: Mapping[str, _Sheet],
    ) -> None:
        self._database = database
        self._owner = owner
        self._rules = rules
        self._said = rules.said()
        self._addresses = addresses
        self._found = found

    async def behind(self, tenant: int | None, tables: list[str]) -> Organisation | None:
        """Whose wall it is, when something stands behind it."""
        before = sum(sheet.rows for sheet in self._found.values())
        async with self._database.transaction(tenant) as tx:
            await store.take_snapshot(tx)
            for table in tables:
                await self._read(tx, table)
            if tenant is None or sum(sheet.rows for sheet in self._found.values()) == before:
                return None
            return await store.find_organisation(tx, tenant)

    async def _read(self, tx: Tx, table: str) -> None:
        hides = list(self._rules.about[table].hides)
        for skip in range(0, _TABLE_ROWS_MAX, _PAGE_ROWS):
            page = await store.list_rows(
                tx,
                table,
                self._said,
                hides,
                self._owner.id,
                self._addresses,
                skip=skip,
                wanted=_PAGE_ROWS,
            )
            self._found[table].add(page)
            if len(page) < _PAGE_ROWS:
                break


async def _put_words(archive: Archive, manifest: Manifest) -> None:
    folder = resources.files("hub.own_data").joinpath("data")
    for name in READMES:
        await archive.add(name, [folder.joinpath(name).read_bytes()])
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    await archive.add(MANIFEST, [text])
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in archive.files)
    await archive.add(SUMS, [sums.encode()])


async def _keep(database: Database, id: UUID, file: IO[bytes], files: list[ArchiveFile]) -> None:
    async with database.transaction() as tx:
        if await store.lock_copy(tx, id) is not State.WAITING:
            return
        file.seek(0)
        hashed, size, number = hashlib.sha256(), 0, 0
        while piece := file.read(PIECE_BYTES):
            hashed.update(piece)
            size += len(piece)
            await store.insert_piece(tx, id, number, piece)
            number += 1
        await store.finish_copy(tx, id, size, hashed.hexdigest(), files)
