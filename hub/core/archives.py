"""A ZIP being written: every file of it counted, summed and hashed as it goes by."""

import asyncio
import contextlib
import hashlib
import zipfile
from collections.abc import Generator, Iterable
from datetime import datetime
from typing import IO

import msgspec

from hub.core.sheets import ArchiveFile, Row, add_cents

PIECE_BYTES = 1_048_576  # so much of an archive is kept, and sent, at a time


class Entry:
    """One file of an archive, open for writing."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hashed = hashlib.sha256()
        self.bytes = 0
        self.rows = 0
        self.sums_cents: dict[str, int] = {}

    def write(self, content: bytes) -> None:
        self._stream.write(content)
        self.hashed.update(content)
        self.bytes += len(content)

    def rows_of(self, page: list[Row]) -> None:
        """Some more rows of a JSON array, one a line; `end_rows` closes it."""
        lines = b",\n".join(msgspec.json.encode(row) for row in page)
        if lines:
            self.write((b",\n" if self.rows else b"[\n") + lines)
        self.count(page)

    def end_rows(self) -> None:
        self.write(b"\n]\n" if self.rows else b"[]\n")

    def count(self, rows: list[Row]) -> None:
        self.rows += len(rows)
        add_cents(self.sums_cents, rows)


class Archive:
    """The ZIP, and what was written to it so far. One file of it is open at a time."""

    def __init__(self, file: IO[bytes], at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._at = at
        self.files: list[ArchiveFile] = []

    @contextlib.contextmanager
    def entry(self, name: str, *, counted: bool = False, packed: bool = False) -> Generator[Entry]:
        """A file to write to; `counted` when it has rows, `packed` when it cannot get smaller."""
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info._compresslevel = 4  # pyright: ignore[reportAttributeAccessIssue]  no public way in 3.11
        with self._zip.open(info, "w") as stream:
            entry = Entry(stream)
            yield entry
        self.files.append(
            ArchiveFile(
                name=name,
                bytes=entry.bytes,
                sha256=entry.hashed.hexdigest(),
                rows=entry.rows if counted else None,
                sums_cents=entry.sums_cents,
            )
        )

    async def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> None:
        """A file of these pieces; packing takes time, so a thread does it."""

        def write() -> None:
            with self.entry(name, packed=packed) as entry:
                for piece in pieces:
                    entry.write(piece)

        await asyncio.to_thread(write)

    def close(self) -> None:
        self._zip.close()
