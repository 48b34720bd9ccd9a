"""Files of a zone in a folder of this machine."""

import asyncio
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from hub.core.archives import PIECE_BYTES
from hub.core.files.models import FileBroken, FilesError, Stored, check_name, check_prefix

FRESH = ".fresh"  # the end of a name that is not there yet; no name of a file begins with a point


class Folder:
    """Each file under its name; it is there whole or not at all, also after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, name: str, path: Path, sha256: str = "") -> Stored:
        check_name(name)
        return await asyncio.to_thread(self._put, name, path, sha256)

    def _put(self, name: str, path: Path, sha256: str) -> Stored:
        if sha256 and sha256_of(path) != sha256:
            raise FileBroken(f"{path} is not what was to be put by as {name}.")
        target = self.root / name
        try:
            target.parent.mkdir(0o700, parents=True, exist_ok=True)
            _sync(path)
            if not (target.exists() and target.samefile(path)):
                _replace(path, target)
            _sync(target.parent)
        except OSError as error:
            raise FilesError(f"{name} cannot be put into {self.root}: {error}.") from error
        found = self._find(name)
        assert found is not None
        return found

    async def find(self, name: str) -> Stored | None:
        return await asyncio.to_thread(self._find, check_name(name))

    def _find(self, name: str) -> Stored | None:
        try:
            found = (self.root / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        etag = f"{found.st_size:x}-{found.st_mtime_ns:x}-{found.st_ino:x}"
        return Stored(name=name, size=found.st_size, etag=etag)

    async def read(
        self, stored: Stored, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        left = (stored.size if end is None else end) - start
        try:
            file = await asyncio.to_thread((self.root / check_name(stored.name)).open, "rb")
        except OSError as error:
            raise FilesError(f"{stored.name} cannot be read: {error}.") from error
        with file:
            file.seek(start)
            while left > 0:
                piece = await asyncio.to_thread(file.read, min(PIECE_BYTES, left))
                if not piece:
                    raise FileBroken(f"{stored.name} is shorter than it was.")
                left -= len(piece)
                yield piece

    async def list(self, prefix: str) -> AsyncIterator[Stored]:
        check_prefix(prefix)
        for name in await asyncio.to_thread(self._names, prefix):
            if found := self._find(name):
                yield found

    def _names(self, prefix: str) -> tuple[str, ...]:
        found: tuple[str, ...] = ()
        for place, folders, files in os.walk(self.root / prefix):
            folders[:] = [one for one in folders if not one.startswith(".")]
            inside = Path(place).relative_to(self.root).as_posix()
            found += tuple(f"{inside}/{one}" for one in files if not one.startswith("."))
        return tuple(sorted(found))

    async def delete(self, name: str) -> None:
        path = self.root / check_name(name)
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise FilesError(f"{name} cannot be deleted: {error}.") from error


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(path: Path, target: Path) -> None:
    """In one act; from another disk by way of a file beside the target."""
    try:
        os.replace(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        fresh = target.with_name(f".{target.name}{FRESH}")
        shutil.copyfile(path, fresh)
        _sync(fresh)
        os.replace(fresh, target)
        path.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
