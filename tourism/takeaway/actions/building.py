"""Build an archive: one snapshot of all behind the wall, written to a ZIP, kept in pieces.

Tables are read and written a page at a time, so that a large house fits into a small memory.
"""

import asyncio
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import IO
from uuid import UUID

import msgspec

from hub.core import sheets
from hub.core.archives import PIECE_BYTES, Archive, Entry
from hub.core.db import Database, Tx
from hub.core.sheets import ArchiveFile, Column, Row
from tourism import photos
from tourism.takeaway import store
from tourism.takeaway.models import Manifest, State
from tourism.takeaway.policy import contents, writing

FORMAT_VERSION = 1
READMES = ("README.fr.md", "README.en.md")
_PAGE_ROWS = 2_000
_TABLE_ROWS_MAX = 2_000_000
_CODES = tuple(
    Column(table="ledger_transfer", name=name, type="text", nullable=True, words="")
    for name in ("debit_code", "credit_code")
)


async def build_takeaway(database: Database, tenant: int, id: UUID) -> None:
    """Build the archive and keep it. May run twice: what is ready stays as it is."""
    with tempfile.TemporaryFile() as file:
        async with database.transaction(tenant) as tx:
            await store.take_snapshot(tx)
            found = await store.find_takeaway(tx, id)
            if found is None or found.state not in {State.WAITING, State.BUILDING}:
                return
            archive = Archive(file, tx.now)
            await _Builder(database, tx, id, archive).build()
            await asyncio.to_thread(archive.close)
        await _keep(database, tenant, id, file, archive.files)


class _Views:
    """What the calendars and the sheet of nights need of the tables, and no more."""

    def __init__(self) -> None:
        self.houses: list[int] = []
        self.types: list[Row] = []
        self.bookings: dict[str, Row] = {}
        self.rooms: dict[int, list[Row]] = defaultdict(list)

    def notice(self, table: str, page: list[Row]) -> None:
        match table:
            case "property":
                self.houses += [row["id"] for row in page]
            case "room_type":
                self.types += page
            case "booking":
                self.bookings |= {row["id"]: writing.slim_booking(row) for row in page}
            case "reservation":
                for row in page:
                    self.rooms[row["room_type"]].append(row)
            case _:
                pass


class _Builder:
    """One archive being built behind one wall."""

    def __init__(self, database: Database, tx: Tx, id: UUID, archive: Archive) -> None:
        self._database = database
        self._tx = tx
        self._id = id
        self._archive = archive
        self._views = _Views()

    async def build(self) -> None:
        tables = contents.tables_to_take(await store.list_tables(self._tx))
        columns: dict[str, list[Column]] = defaultdict(list)
        for column in await store.list_columns(self._tx):
            columns[column.table].append(column)
        columns["ledger_transfer"] += _CODES
        for number, table in enumerate(tables):
            await self._note(number, len(tables) + 1)
            await self._take_table(table, columns[table])
        await self._note(len(tables), len(tables) + 1)
        await self._add_nights()
        await self._add_calendars()
        await self._add_photos()
        await self._add_words()

    async def _note(self, done: int, parts: int) -> None:
        """Progress is told in a transaction of its own: the snapshot's must not end."""
        async with self._database.transaction(self._tx.tenant) as other:
            await store.note_progress(other, self._id, done, parts)

    async def _take_table(self, table: str, columns: list[Column]) -> None:
        part, heads = contents.part_of(table), writing.heads_of(table, columns)
        with tempfile.TemporaryFile() as sheet:
            sheet.write(sheets.write_heads(heads))
            with self._archive.entry(f"json/{part.file}.json", counted=True) as entry:
                for skip in range(0, _TABLE_ROWS_MAX, _PAGE_ROWS):
                    page = await self._page(table, skip)
                    self._views.notice(table, page)
                    await asyncio.to_thread(_write_page, page, entry, sheet, heads)
                    if len(page) < _PAGE_ROWS:
                        break
                entry.end_rows()
            sheet.seek(0)
            pieces = iter(lambda: sheet.read(PIECE_BYTES), b"")
            await self._archive.add(f"csv/{part.file}.csv", pieces)
        schema = writing.write_schema(table, columns)
        await self._archive.add(f"schemas/{part.file}.schema.json", [schema])

    async def _page(self, table: str, skip: int) -> list[Row]:
        rows = await store.list_rows(self._tx, table, skip, _PAGE_ROWS)
        if table == "ledger_transfer":
            codes = await store.list_account_codes(self._tx)
            for row in rows:
                row["debit_code"] = codes.get(row["debit_account"])
                row["credit_code"] = codes.get(row["credit_account"])
        return rows

    async def _add_nights(self) -> None:
        codes = {row["id"]: row["code"] for row in self._views.types}
        heads = writing.NIGHT_HEADS
        months: list[Row] = []
        for skip in range(0, _TABLE_ROWS_MAX, _PAGE_ROWS):
            page = await self._page("ari_month", skip)
            months += page
            if len(page) < _PAGE_ROWS:
                break

        def lines() -> Iterator[bytes]:
            yield sheets.write_heads(heads)
            for month in months:
                yield sheets.write_lines(heads, writing.spread_nights(month, codes))

        await self._archive.add("csv/nights.csv", lines())

    async def _add_calendars(self) -> None:
        for type in self._views.types:
            text = await asyncio.to_thread(
                writing.write_calendar,
                type["name"] or type["code"],
                self._views.rooms[type["id"]],
                self._views.bookings,
                self._tx.now,
            )
            await self._archive.add(f"ical/room-type-{type['id']}.ics", [text])

    async def _add_photos(self) -> None:
        for house in self._views.houses:
            for master in await photos.list_masters(self._tx, house):
                content = await photos.read_master(self._tx, master.photo) or b""
                await self._archive.add(f"photos/{master.photo}.webp", [content], packed=True)

    async def _add_words(self) -> None:
        folder = resources.files("tourism.takeaway").joinpath("data")
        for name in READMES:
            await self._archive.add(name, [folder.joinpath(name).read_bytes()])
        assert self._tx.tenant is not None
        manifest = Manifest(
            format="tourisminfrance-takeaway",
            format_version=FORMAT_VERSION,
            organisation=self._tx.tenant,
            taken_at=self._tx.now,
            files=tuple(self._archive.files),
            left_out=contents.LEFT_OUT,
        )
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        await self._archive.add("manifest.json", [text, b"\n"])


def _write_page(page: list[Row], entry: Entry, sheet: IO[bytes], heads: list[str]) -> None:
    entry.rows_of(page)
    sheet.write(sheets.write_lines(heads, page))


async def _keep(
    database: Database, tenant: int, id: UUID, file: IO[bytes], files: list[ArchiveFile]
) -> None:
    async with database.transaction(tenant) as tx:
        if await store.lock_takeaway(tx, id) not in {State.WAITING, State.BUILDING}:
            return
        file.seek(0)
        hashed, size, number = hashlib.sha256(), 0, 0
        while piece := file.read(PIECE_BYTES):
            hashed.update(piece)
            size += len(piece)
            await store.insert_piece(tx, id, number, piece)
            number += 1
        await store.finish_takeaway(tx, id, size, hashed.hexdigest(), files)
