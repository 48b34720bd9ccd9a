"""The snapshot on the disk: a copy with the sum of every piece, believed only when all are right.

It is copied a few rows at a time between the writer's batches, so it is not of one moment. That is
enough: whatever changed since its watermark is read again from the database when it is started
from, and a change is never applied as a difference.
"""

import errno
import os
import struct
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tourism.nights import layout
from tourism.nights.layout import PAGE, Capacity, Tables
from tourism.nights.sums import AT_ONCE

PIECE = 1024 * 1024
FOOT = struct.Struct("<8sII")
FOOT_MAGIC = b"HUBSUMS1"


class SnapshotTorn(Exception):
    """A snapshot that is not whole: it is thrown away."""


def pieces(size: int) -> Iterator[tuple[int, int]]:
    """The parts of a file behind its header page: offset and length."""
    for offset in range(PAGE, size, PIECE):
        yield offset, min(PIECE, size - offset)


class Copying:
    """A snapshot that is being written. The tables (all but the grids) are copied at once, with the
    watermark that they then have; the grids follow piece by piece."""

    def __init__(self, tables: Tables, path: Path) -> None:
        self.generation = tables["generation"]
        self.first_day = tables["first_day"]
        self._tables, self._path = tables, path
        self._half = path.with_suffix(".new")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._half.open("wb")
        self._head = bytes(tables.map[:PAGE])
        self._file.write(self._head)
        self._sums: list[int] = []
        self._rest = pieces(len(tables.map))
        grids = tables.capacity.places()["overlay_price"][2]
        self._copy_until(grids)

    def _copy_until(self, end: int) -> None:
        for offset, length in self._rest:
            self._copy(offset, length)
            if offset + length >= end:
                return

    def _copy(self, offset: int, length: int) -> None:
        piece = self._tables.map[offset : offset + length]
        self._sums.append(zlib.crc32(piece))
        self._file.write(piece)

    def go_on(self, count: int) -> bool:
        """Copy some pieces more; True when the snapshot is finished."""
        copied = self.copy_on(count)
        if copied:
            self.finish()
        return copied

    def copy_on(self, count: int) -> bool:
        """Copy some pieces more; True when all are copied, and `finish` is left to do."""
        for _ in range(count):
            piece = next(self._rest, None)
            if piece is None:
                return True
            self._copy(*piece)
        return False

    def finish(self) -> bool:
        """Look at all sums of the file, wait until the disk has the copy, and put it in its place.
        False when a part of the file is damaged: nobody knows since when, and none is left."""
        if not self._tables.guard.is_sound():
            self.give_up()
            self._path.unlink(missing_ok=True)
            return False
        sums = struct.pack(f"<{len(self._sums)}I", *self._sums)
        self._file.write(sums)
        whole = zlib.crc32(sums, zlib.crc32(self._head))
        self._file.write(FOOT.pack(FOOT_MAGIC, len(self._sums), whole))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._half.rename(self._path)
        return True

    def give_up(self) -> None:
        self._file.close()
        self._half.unlink(missing_ok=True)


def write(tables: Tables, path: Path) -> bool:
    """A whole snapshot at once; False when the file is damaged, as `Copying.finish` says."""
    copying = Copying(tables, path)
    while not copying.copy_on(64):
        pass
    return copying.finish()


def load(path: Path, into: Path) -> Tables:
    """The snapshot as a new live file. Raises `SnapshotTorn`, or `FileNotFoundError`."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(PAGE)
        expected, sums = _read_sums(file.fileno(), head, size)
        half = into.with_suffix(".half")
        try:
            with half.open("wb") as copy:
                copy.write(head)
                copy.flush()
                _copy_pieces(file.fileno(), copy.fileno(), expected, sums)
            half.rename(into)
        finally:
            half.unlink(missing_ok=True)
    tables = Tables(into, write=True)
    # What was answered from the file that it was copied from is of another generation: how often
    # something was written is counted from the copy on, and would come to the same numbers again.
    tables.header["generation"] = time.time_ns()
    tables.guard.seal()  # it was not copied at one moment; its pieces are right
    return tables


def _copy_pieces(source: int, target: int, expected: int, sums: list[int]) -> None:
    """What stands behind the header, a few pieces at once. Raises `SnapshotTorn`."""

    def copy(place: tuple[int, int], known: int) -> None:
        offset, length = place
        piece = os.pread(source, length, offset)
        if zlib.crc32(piece) != known:
            raise SnapshotTorn("a piece does not have its sum")
        if os.pwrite(target, piece, offset) != len(piece):
            raise OSError(errno.ENOSPC, "There is no room for the index.")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(copy, pieces(expected), sums):
            pass


def _read_sums(descriptor: int, head: bytes, size: int) -> tuple[int, list[int]]:
    """The size of the file within, and the sums of its pieces."""
    if size < PAGE + FOOT.size:
        raise SnapshotTorn("it is cut short")
    magic, count, whole = FOOT.unpack(os.pread(descriptor, FOOT.size, size - FOOT.size))
    expected = size - FOOT.size - 4 * count
    if magic != FOOT_MAGIC or expected < PAGE or count != sum(1 for _ in pieces(expected)):
        raise SnapshotTorn("it has no foot")
    sums = os.pread(descriptor, 4 * count, expected)
    if zlib.crc32(sums, zlib.crc32(head)) != whole:
        raise SnapshotTorn("its header or its sums are wrong")
    if _size_of(head) != expected:
        raise SnapshotTorn("its header is of another file")
    return expected, list(struct.unpack(f"<{count}I", sums))


def _size_of(head: bytes) -> int:
    import numpy as np  # noqa: PLC0415

    header = np.frombuffer(head[: layout.HEADER.itemsize], layout.HEADER)[0]
    if header["magic"] != layout.MAGIC or header["version"] != layout.VERSION:
        raise SnapshotTorn("it is of another version")
    return Capacity(**{name: int(header[f"{name}_max"]) for name in layout.COUNTED}).size
