"""The same backups at a server that speaks S3, or in another folder, so that they outlast the disk.

copies/NAME/0001.tar.gz …  the files of a whole copy: one stream, cut in pieces
copies/NAME/copy.json      what the copy is, and its pieces; it comes last: without it there is none
wal/SEGMENT.gz             every change since; the one that is being written ends with `.partial.gz`

What is dropped there is chosen from what is there: an empty folder here drops nothing.
"""

import asyncio
import gzip
import os
import shutil
import tarfile
import tempfile
from collections.abc import AsyncIterator, Collection, Coroutine, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import msgspec

from hub.backups import policy
from hub.backups.models import BackupError, Copy
from hub.backups.taking import list_copies, open_folder, write_copy
from hub.core.files import Files, FilesError, open_files

PIECE_BYTES = 256_000_000  # so much of the machine's disk is wanted while a copy is sent
PACKED, LEVEL = ".gz", 1
COPIES, WAL, ABOUT = "copies/", "wal/", "copy.json"
# The credentials of backups, where they are not those of the other files.
OWN = tuple(f"HUB_BACKUPS_{of}" for of in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"))
SCRATCH = ".backup-pieces-"
T = TypeVar("T")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A whole copy that stands there, and the names of its pieces in their order."""

    copy: Copy
    pieces: tuple[str, ...]


class Elsewhere:
    """Backups at a place of files that nobody else writes to. `scratch` holds a piece at a time.
    All verbs raise `FilesError` where the place does not answer, and may be done again."""

    def __init__(self, files: Files, scratch: Path) -> None:
        self.files, self.scratch = files, scratch

    async def send(self, folder: Path, keep: int) -> int:
        """Bring what is whole in a folder of backups and not there yet; then drop what none of the
        newest so many copies needs. How many files were sent."""
        copies, there = list_copies(folder), await self._names(COPIES)
        sent = 0
        for name, copy in copies.items():
            if f"{COPIES}{name}/{ABOUT}" not in there:
                sent += await self._send_copy(folder / "copies" / name, copy)
        there = await self._names(WAL)
        for path in sorted((folder / "wal").iterdir()):
            name = f"{WAL}{path.name}{PACKED}"
            if policy.is_change(path.name) and (
                path.name.endswith(policy.PARTIAL) or name not in there
            ):
                sent += await self._send_change(name, path)
        await self._drop(keep, copies.keys())
        return sent

    async def _send_change(self, name: str, path: Path) -> int:
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:  # it is finished, and has its name, since it was listed
            return 0
        await self._put(name, await asyncio.to_thread(_packed, content))
        return 1

    async def _send_copy(self, place: Path, copy: Copy) -> int:
        pieces = _Pieces(self, f"{COPIES}{place.name}/", asyncio.get_running_loop())
        try:
            await asyncio.to_thread(_pack, place / "data", pieces)
        finally:
            pieces.close()
        kept = Kept(copy=copy, pieces=tuple(pieces.names))
        await self._put(f"{COPIES}{place.name}/{ABOUT}", msgspec.json.encode(kept))
        return len(kept.pieces) + 1

    async def _put(self, name: str, content: bytes) -> None:
        with tempfile.NamedTemporaryFile(dir=self.scratch, delete=False) as file:
            await asyncio.to_thread(file.write, content)
        await self.put_file(name, Path(file.name))

    async def put_file(self, name: str, path: Path) -> None:
        """What is at `path` goes there, and is here no more, whatever happens."""
        try:
            await self.files.put(name, path)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def list_copies(self) -> dict[str, Kept]:
        """The whole copies that stand there, by name."""
        found: dict[str, Kept] = {}
        for name in await self._names(COPIES):
            if name.endswith(f"/{ABOUT}"):
                content = await self._read(name)
                found[name.split("/")[1]] = msgspec.json.decode(content, type=Kept)
        return found

    async def _drop(self, keep: int, being_sent: Collection[str]) -> None:
        kept = await self.list_copies()
        copies = {name: one.copy for name, one in kept.items()}
        old = policy.list_droppable_copies(copies, keep)
        names = await self._names(COPIES)
        for name in sorted(names, key=lambda one: not one.endswith(ABOUT)):  # no longer whole first
            copy = name.split("/")[1]
            if copy in old or (copy not in copies and copy not in being_sent):
                await self.files.delete(name)
        left = [copy for name, copy in copies.items() if name not in old]
        wal = {name.removeprefix(WAL).removesuffix(PACKED) for name in await self._names(WAL)}
        over = {one for one in wal if one.removesuffix(policy.PARTIAL) in wal - {one}}
        for name in sorted(over.union(policy.list_droppable_segments(left, wal))):
            await self.files.delete(f"{WAL}{name}{PACKED}")

    async def fetch(self, folder: Path, until: datetime | None) -> None:
        """Bring the copy from which an instant can be reached, and every change after it, into an
        empty folder. Raises `BackupError` where there is none, or a gap."""
        kept = await self.list_copies()
        name = policy.choose_copy({name: one.copy for name, one in kept.items()}, until)
        wal = {name.removeprefix(WAL).removesuffix(PACKED) for name in await self._names(WAL)}
        chosen = policy.list_segments(kept[name].copy.first_segment, wal)
        half = open_folder(folder) / "copies" / f"{name}.new"
        half.mkdir(0o700)
        await asyncio.to_thread(_unpack, self._stream(kept[name].pieces), half)
        for one in (*chosen, *(one for one in wal if one.endswith(policy.HISTORY))):
            content = gzip.decompress(await self._read(f"{WAL}{one}{PACKED}"))
            await asyncio.to_thread((folder / "wal" / one).write_bytes, content)
        write_copy(half, kept[name].copy)
        half.rename(folder / "copies" / name)

    def _stream(self, pieces: tuple[str, ...]) -> "_Stream":
        async def read() -> AsyncIterator[bytes]:
            for name in pieces:
                found = await self.files.find(name)
                if found is None:
                    raise BackupError(f"A piece of the copy is not there: {name}.")
                async for part in self.files.read(found):
                    yield part

        return _Stream(read(), asyncio.get_running_loop())

    async def _read(self, name: str) -> bytes:
        found = await self.files.find(name)
        if found is None:
            raise FilesError(f"{name} is not there any more.")
        return b"".join([part async for part in self.files.read(found)])

    async def _names(self, prefix: str) -> set[str]:
        return {one.name async for one in self.files.list(prefix)}


class _Pieces:
    """Takes a stream, written in a thread, and sends it piece by piece."""

    def __init__(self, there: Elsewhere, prefix: str, loop: asyncio.AbstractEventLoop) -> None:
        self._there, self._prefix, self._loop = there, prefix, loop
        self._file: IO[bytes] | None = None
        self.names: list[str] = []

    def write(self, content: bytes) -> int:
        if self._file is None:
            self._file = tempfile.NamedTemporaryFile(dir=self._there.scratch, delete=False)  # noqa: SIM115  see end
        self._file.write(content)
        if self._file.tell() >= PIECE_BYTES:
            self.end()
        return len(content)

    def end(self) -> None:
        """What is held goes."""
        if self._file is None:
            return
        file, self._file = self._file, None
        file.close()
        name = f"{self._prefix}{len(self.names) + 1:04}.tar.gz"
        _wait(self._there.put_file(name, Path(file.name)), self._loop)
        self.names.append(name)

    def close(self) -> None:
        """What was not sent is not kept."""
        if self._file is not None:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)


class _Stream:
    """Gives, in a thread, what comes piece by piece."""

    def __init__(self, parts: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._parts, self._loop = parts, loop
        self._held, self._at = b"", 0

    def read(self, size: int) -> bytes:
        while len(self._held) - self._at < size:
            part = _wait(_next(self._parts), self._loop)
            if not part:
                break
            self._held, self._at = self._held[self._at :] + part, 0
        given = self._held[self._at : self._at + size]
        self._at += len(given)
        return given


async def _next(parts: AsyncIterator[bytes]) -> bytes:
    return await anext(parts, b"")


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)


def _wait(work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


def _pack(data: Path, pieces: _Pieces) -> None:
    out = cast("IO[bytes]", pieces)
    with (
        gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        tar.add(data, "data")
    pieces.end()


def _unpack(stream: _Stream, place: Path) -> None:
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|gz") as packed:
        packed.extractall(place, filter="data")


def open_place(place: str, data: Path, environment: Mapping[str, str] | None = None) -> Files:
    """The files of backups at a place, with credentials of their own where there are any, so that
    whoever serves pages holds none that could delete them. Raises `BadSetting`."""
    env = dict(os.environ if environment is None else environment)
    if OWN[0] in env:
        names = {name: f"AWS_{name.removeprefix('HUB_BACKUPS_')}" for name in OWN}
        for name, known in names.items():
            env.pop(known, None)
            if name in env:
                env[known] = env[name]
    return open_files(place, data, env)


def was_sent_to(folder: Path) -> bool:
    """Whether the copies of a folder were sent there, packed: those of one that is followed into
    are no pieces."""
    return any((folder / COPIES).glob("*/*.tar.gz"))


@contextmanager
def scratch_of(data: Path) -> Generator[Path]:
    """A folder for pieces, gone at the end, as is that of a run which was killed."""
    data.mkdir(0o700, parents=True, exist_ok=True)
    for left in data.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    place = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=data))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
