"""Snapshots torn at random places, each offered to a writer that has no live file beside it."""

import random
import shutil
import tempfile
from pathlib import Path

import msgspec

from hub.core.db import Session
from tourism.indexing import snapshots, store
from tourism.indexing.process import today
from tourism.indexing.writer import Today, Writer
from tourism.nights import folders
from tourism.nights.layout import PAGE, Tables

TORN_COPIES = 300
HOLDER = "drill"  # the writer in whose name the feed is kept meanwhile
TAIL = 64 * 1024
KINDS = ("cut", "zeros", "noise", "bit")


class Torn(msgspec.Struct, kw_only=True):
    """How many copies were torn, and how many of them a writer took up; and how many whole ones it
    did, of two: the first and the last that it was offered."""

    copies: int = 0
    believed: int = 0
    whole_believed: int = 0

    def is_good(self) -> bool:
        return self.copies > 0 and self.believed == 0 and self.whole_believed == 2


class Unbuilt(Exception):
    """A writer found nothing to start from."""


async def tear_often(
    session: Session, tables: Tables, pick: random.Random, copies: int, on: Today = today
) -> Torn:
    """Write a snapshot of an index, tear it in many ways, and let a writer start from each."""
    data, torn = Path(tempfile.mkdtemp(prefix="hub-torn-")), Torn()
    try:
        # In this name nothing of the feed is forgotten, or a whole one could be refused as too old.
        await store.keep_writer(session, HOLDER, tables["watermark"], asleep=False)
        path = folders.snapshot(data)
        assert snapshots.write(tables, path)
        whole = path.read_bytes()
        torn.whole_believed += await _is_believed(session, data, on)
        for _ in range(copies):
            path.write_bytes(tear(whole, pick))
            torn.copies += 1
            torn.believed += await _is_believed(session, data, on)
        path.write_bytes(whole)
        torn.whole_believed += await _is_believed(session, data, on)
    finally:
        shutil.rmtree(folders.memory_folder(data), ignore_errors=True)
        shutil.rmtree(data)
    return torn


def tear(whole: bytes, pick: random.Random) -> bytes:
    """A snapshot as a disk may leave it: cut short, without its end, or with some bytes or a bit
    that are others; anywhere, and as often in its first page and among the sums at its end."""
    size = len(whole)
    place = pick.choice((range(size), range(PAGE), range(max(size - TAIL, 0), size)))
    at, kind = pick.choice(place), pick.choice(KINDS)
    if kind == "cut":
        return whole[:at]
    if kind == "zeros":
        return _other(whole[:at] + bytes(size - at), whole)
    if kind == "bit":
        return whole[:at] + bytes((whole[at] ^ 1 << pick.randrange(8),)) + whole[at + 1 :]
    part = whole[at : at + pick.choice((1, 8, 4096))]
    return whole[:at] + bytes(byte ^ 0x5A for byte in part) + whole[at + len(part) :]


def _other(torn: bytes, whole: bytes) -> bytes:
    """One whose end was of zeros anyway is cut short instead."""
    return torn if torn != whole else torn[:-1]


async def _is_believed(session: Session, data: Path, on: Today) -> bool:
    """Whether a writer starts from the snapshot. There is no live file, before or after."""
    writer = Writer(session, data, _build_nothing, on)
    try:
        source = await writer.start()
    except Unbuilt:
        return False
    assert source == "snapshot", source
    assert writer.follower is not None
    folders.leave(data, writer.follower.tables.path)
    return True


async def _build_nothing() -> Path:
    raise Unbuilt
