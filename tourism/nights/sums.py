"""The sums by which damage to a file of the index is found.

What stands behind `sums` and `opened` is cut into blocks, and each has the sum of its words of
eight bytes, modulo 2^64. The writer adds the difference of what it writes, so that a sum costs what
was written and not what stands beside it, and never makes good what it did not write. Before it
writes it marks the blocks as opened, after the sum it takes the mark away: a reader does not judge
an opened block, and a writer that starts after one that was killed knows which blocks may be
without their sum for no other reason. The header page has a sum of its own.
"""

import mmap
import os
import time
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

PAGE = 4096
BLOCK_BITS, WORD_BYTES = 16, 8
BLOCK = 1 << BLOCK_BITS
WORDS = BLOCK // WORD_BYTES
# What a header says of itself, far from each other: being built, when nothing has a sum yet;
# guarded; being changed.
BUILDING, GUARDED, CHANGING = 0, 0x5AFE0F0F, 0x0C4A96E5
TRIES, AGAIN_S = 5, 0.001
BLOCKS, CONFIRMED, CONFIRM_S = 64, 3, 0.02  # whose sums are looked at in a turn: 4 MB
AT_ONCE = min(4, os.cpu_count() or 1)  # threads that look through a whole file at a start

Places = Mapping[str, tuple[np.dtype, tuple[int, ...], int]]
Where = int | slice


class Damaged(ValueError):
    """A part of a file does not have its sum."""


class Guard:
    """The sums of a mapped file. `fixed` is how many bytes of the header have a sum: what changes
    with every turn of the writer stands behind them and has none."""

    def __init__(self, memory: mmap.mmap, header: np.ndarray, fixed: int) -> None:
        self.header, self._memory, self._fixed = header, memory, fixed
        self.on = int(header["state"]) != BUILDING
        self._check_header()

    def spread(self, places: Places, sums: np.ndarray, opened: np.ndarray, begins: int) -> None:
        """Where everything stands, once it is known from the header."""
        self.sums, self.opened, self._places, self._begins = sums, opened, places, begins
        # Of each grid where it begins, how many columns it has, and its numbers as bits.
        self._grids = {
            name: (offset - begins, shape[1], np.dtype(f"u{kind.itemsize}"))
            for name, (kind, shape, offset) in places.items()
            if len(shape) == 2 and kind.fields is None
        }
        count = (len(self._memory) - begins) // WORD_BYTES
        self._words: npt.NDArray[np.uint64] = np.ndarray((count,), np.uint64, self._memory, begins)

    # Writing ------------------------------------------------------------------------------------

    def note(self, name: str, value: object) -> None:
        """Write a field of the header. Raises `Damaged` when another was written by nobody: the sum
        of the header never makes that good."""
        if not self.on:
            self.header[name] = value
            return
        if not self._has_header():
            raise Damaged("The header does not have its sum.")
        self.header["state"] = CHANGING
        self.header[name] = value
        self._add_up_header()

    @contextmanager
    def changing(self, name: str, where: Where) -> Generator[None]:
        """Write some rows of a table (whole rows of a grid) within. Not within another of the same
        table: what the inner one adds would be added twice."""
        if not self.on:
            yield
            return
        parts = self._parts(name, where)
        blocks = np.array([block for block, _, _ in parts], np.int64)
        before = self._sums_of(parts)
        self._open(blocks)
        try:
            yield
        finally:
            self._add(blocks, self._sums_of(parts) - before)
            self._close(blocks)

    def write_cells(
        self, name: str, grid: np.ndarray, rows: np.ndarray, columns: np.ndarray, new: np.ndarray
    ) -> None:
        """Write cells of a grid, each once: `new` has their numbers in the grid's own type."""
        if not self.on:
            grid[rows, columns] = new
            return
        begins, width, bits = self._grids[name]
        at = (rows * width + columns) * bits.itemsize + begins
        blocks, shift = at >> BLOCK_BITS, ((at & 7) << 3).view(np.uint64)
        differences = new.view(bits).astype(np.uint64)
        differences -= grid[rows, columns].view(bits)
        differences <<= shift
        self._open(blocks)
        grid[rows, columns] = new
        self._add(blocks, differences)
        self._close(blocks)

    def _open(self, blocks: np.ndarray) -> None:
        self.opened[blocks] = 1

    def _add(self, blocks: np.ndarray, differences: np.ndarray) -> None:
        np.add.at(self.sums, blocks, differences)

    def _close(self, blocks: np.ndarray) -> None:
        self.opened[blocks] = 0

    def _parts(self, name: str, where: Where) -> list[tuple[int, int, int]]:
        """The words of some rows, cut by block: block, first word, the one after the last."""
        kind, shape, offset = self._places[name]
        row = kind.itemsize * int(np.prod(shape[1:], dtype=np.int64))
        start, stop, _ = (
            where.indices(shape[0]) if isinstance(where, slice) else (where, where + 1, 1)
        )
        begins = offset - self._begins
        assert begins >= 0, f"{name} has no sums"
        low, high = (begins + start * row) // WORD_BYTES, -(-(begins + stop * row) // WORD_BYTES)
        if stop <= start:
            return []
        return [
            (block, max(low, block * WORDS), min(high, (block + 1) * WORDS))
            for block in range(low // WORDS, -(-high // WORDS))
        ]

    def _sums_of(self, parts: list[tuple[int, int, int]]) -> npt.NDArray[np.uint64]:
        return np.array([self._words[low:high].sum() for _, low, high in parts], np.uint64)

    # Sums of the whole --------------------------------------------------------------------------

    def seal(self) -> None:
        """Give a file that was built its sums; from here on they are kept."""
        self.sums[:] = self._add_up(0, len(self.sums))
        self.opened[:] = 0
        self._add_up_header()
        self.on = True

    def mend(self) -> None:
        """After a writer that was killed: what it had begun to write has the sum of what stands
        there. That is read again from the database anyway, for nothing of it was noted yet."""
        for block in np.flatnonzero(self.opened).tolist():
            self.sums[block] = self._add_up(block, block + 1)[0]
            self.opened[block] = 0
        if self.header["state"] == CHANGING:
            self._add_up_header()

    def find_wrong(self, first: int, count: int) -> list[int]:
        """Which of so many blocks do not have their sums, as far as nobody writes there."""
        last = min(first + count, len(self.sums))
        known, opened = self.sums[first:last].copy(), self.opened[first:last].copy()
        wrong = self._add_up(first, last) != known
        steady = (self.sums[first:last] == known) & (opened == 0) & (self.opened[first:last] == 0)
        return [first + place for place in np.flatnonzero(wrong & steady).tolist()]

    def find_damage(self, first: int, count: int) -> bool:
        """Whether, between two writings of its only writer, something of so many blocks or of the
        header is not what it wrote."""
        if self.opened[first : first + count].any() or self.find_wrong(first, count):
            return True
        return not self._has_header()

    def is_sound(self) -> bool:
        """Whether the header and every block have their sums, also beside the writer: what it
        writes meanwhile is looked at again."""
        try:
            self._check_header()
        except Damaged:
            return False
        for first in range(0, len(self.sums) if self.on else 0, BLOCKS):
            wrong = self.find_wrong(first, BLOCKS)
            for _ in range(CONFIRMED):
                if not wrong:
                    break
                time.sleep(CONFIRM_S)
                wrong = [block for block in wrong if self.find_wrong(block, 1)]
            if wrong:
                return False
            time.sleep(0.001)
        return True

    def _add_up(self, first: int, last: int) -> npt.NDArray[np.uint64]:
        found, whole = np.zeros(last - first, np.uint64), min(last, len(self._words) // WORDS)
        if whole > first:
            part = self._words[first * WORDS : whole * WORDS].reshape(-1, WORDS)
            found[: whole - first] = part.sum(axis=1, dtype=np.uint64)
        if last > whole:
            found[-1] = self._words[whole * WORDS :].sum(dtype=np.uint64)
        return found

    # The header ---------------------------------------------------------------------------------

    def _header_sum(self) -> int:
        return zlib.crc32(self._memory[: self._fixed])

    def _has_header(self) -> bool:
        return bool(self.header["state"] == GUARDED and self.header["sum"] == self._header_sum())

    def _add_up_header(self) -> None:
        self.header["sum"] = self._header_sum()
        self.header["state"] = GUARDED

    def _check_header(self) -> None:
        """Raises `Damaged`. One that is being changed is looked at again; one that was left so by
        a writer that was killed is believed as far as it goes: nobody keeps it up."""
        state = BUILDING
        for _ in range(TRIES):
            state, known = int(self.header["state"]), int(self.header["sum"])
            if state == BUILDING or (state == GUARDED and known == self._header_sum()):
                return
            if state not in {GUARDED, CHANGING}:
                break
            time.sleep(AGAIN_S)
        if state != CHANGING:
            raise Damaged("The header does not have its sum.")


def count_blocks(size: int) -> int:
    """How many blocks so many bytes have."""
    return -(-size // BLOCK)


def pages(kind: np.dtype, shape: tuple[int, ...]) -> int:
    """How many bytes a section takes: it begins on a page."""
    return -(-kind.itemsize * int(np.prod(shape)) // PAGE) * PAGE
