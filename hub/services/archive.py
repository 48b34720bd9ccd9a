"""An archive of a service's data: a ZIP with a manifest, one JSON line a row, and beside them the
files that rows hold, under their SHA-256. It is written and read a piece at a time."""

import hashlib
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import msgspec

from hub.services.errors import ArchiveInvalid
from hub.services.models import Line, Manifest, Table, TableCount

FORMAT = "usage-hub/service-2"
MOST_BYTES = 4_000_000_000  # of an archive that comes
MOST_UNPACKED, MOST_LINE = 20_000_000_000, 16_000_000
PIECE_ROWS, PIECE_BYTES = 2_000, 4_000_000
_NAME, _EPOCH = "manifest.json", (1980, 1, 1, 0, 0, 0)
_HELD = 8_000_000  # so much of a table's lines waits in memory for the files between them
_ENDINGS = {b"RIFF": ".webp", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"%PDF": ".pdf"}
# What a ZIP that was torn, encrypted or made by something else does when it is read.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    RuntimeError,
    UnicodeDecodeError,
    msgspec.MsgspecError,
)


class Tally:
    """A table's rows and their sum, whatever their order: databases sort letters differently."""

    def __init__(self, table: str) -> None:
        self.table, self.rows, self._sum = table, 0, 0

    def add(self, line: str) -> None:
        self.rows += 1
        self._sum += int.from_bytes(hashlib.sha256(line.encode()).digest())

    def count(self) -> TableCount:
        return TableCount(table=self.table, rows=self.rows, sum=f"{self._sum % 2**256:064x}")


class Writer:
    """An archive being written; the same rows give the same bytes. Its methods take time: they are
    called in a thread, one at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._lines: IO[bytes] = tempfile.SpooledTemporaryFile(_HELD)  # noqa: SIM115  see close
        self._names: set[str] = set()
        self._tally = Tally("")
        self.tables: list[TableCount] = []

    def begin(self, table: str) -> None:
        self._tally = Tally(table)
        self._lines.seek(0)
        self._lines.truncate()

    def add(self, rows: Sequence[Line]) -> None:
        for row in rows:
            self._tally.add(row.line)
            self._lines.write(row.line.encode() + b"\n")
            for content in row.contents:
                if content is not None:
                    self._put_file(content)

    def _put_file(self, content: bytes) -> None:
        name = f"files/{hashlib.sha256(content).hexdigest()}"
        if name not in self._names:
            self._names.add(name)
            ending = next((end for sign, end in _ENDINGS.items() if content.startswith(sign)), "")
            self._put(name + ending, content, packed=bool(ending))

    def end(self) -> None:
        self._lines.seek(0)
        with self._zip.open(
            _about(f"tables/{self._tally.table}.jsonl"), "w", force_zip64=True
        ) as to:
            while piece := self._lines.read(PIECE_BYTES):
                to.write(piece)
        self.tables.append(self._tally.count())

    def close(self, manifest: Manifest) -> None:
        self._put(_NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        self._zip.close()
        self._lines.close()

    def _put(self, name: str, content: bytes, *, packed: bool = False) -> None:
        about = _about(name)
        about.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        self._zip.writestr(about, content)


def _about(name: str) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo(name, _EPOCH)
    about.compress_type = zipfile.ZIP_DEFLATED
    return about


class Reader:
    """An archive that came, each table checked against its sum before anything is believed. Raises
    `ArchiveInvalid`, as do its methods, which take time: they are called in a thread."""

    def __init__(self, file: IO[bytes]) -> None:
        with _told():
            self._zip = zipfile.ZipFile(file)
            if sum(one.file_size for one in self._zip.infolist()) > MOST_UNPACKED:
                raise ArchiveInvalid("This archive is too large.", field="archive")
            self._files = {
                one.partition(".")[0].removeprefix("files/"): one
                for one in self._zip.namelist()
                if one.startswith("files/")
            }
            said = self._zip.getinfo(_NAME)
            if said.file_size > MOST_LINE:
                raise ArchiveInvalid("This archive is too large.", field="archive")
            self.manifest = msgspec.json.decode(self._zip.read(said), type=Manifest)
            if self.manifest.format != FORMAT:
                raise ArchiveInvalid("This file is no archive of a service.", field="archive")
            for table in self.manifest.tables:
                self._check(table)

    def _check(self, said: TableCount) -> None:
        found = Tally(said.table)
        for line in self.lines(said.table):
            found.add(line)
        if found.count() != said:
            raise ArchiveInvalid("A file of the archive is not as it was made.", field="archive")

    def lines(self, table: str) -> Iterator[str]:
        """The rows of a table, as they left."""
        # Only this ends a line: JSON may hold U+2028 and other ends of lines in its texts.
        with self._zip.open(f"tables/{table}.jsonl") as file:
            while line := file.readline(MOST_LINE):
                yield line.decode().removesuffix("\n")

    def pieces(self, table: Table, lines: Iterator[str] | None = None) -> Iterator[list[str]]:
        """Lines as they are put in: some rows, with their files; a table's own, or those that are
        given for it."""
        whole = any(link.table == table.name for link in table.links)  # they name each other
        piece: list[str] = []
        size = 0
        with _told():
            for line in self.lines(table.name) if lines is None else lines:
                piece.append(self._filled(table, line))
                size += len(piece[-1])
                if not whole and (len(piece) >= PIECE_ROWS or size >= PIECE_BYTES):
                    yield piece
                    piece, size = [], 0
            if piece:
                yield piece

    def _filled(self, table: Table, line: str) -> str:
        if not table.files:
            return line
        row = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        for column in table.files:
            sha = msgspec.json.decode(row[column], type=str | None)
            if sha is not None:
                row[column] = msgspec.Raw(b'"\\\\x%s"' % self._content(sha).hex().encode())
        return msgspec.json.encode(row).decode()

    def _content(self, sha: str) -> bytes:
        content = self._zip.read(self._files[sha])
        if hashlib.sha256(content).hexdigest() != sha:
            raise ArchiveInvalid("A file of the archive is not as it was made.", field="archive")
        return content


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except _BROKEN as error:
        raise ArchiveInvalid("This file is no archive of a service.", field="archive") from error
