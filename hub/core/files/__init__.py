"""The files of a zone that are no rows: archives that people take away. In a folder of this
machine, or on a server that speaks S3."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Protocol

from hub.core.files.folder import Folder, sha256_of
from hub.core.files.models import FileBroken, FilesError, RangeUnmet, Stored
from hub.core.files.place import S3Place, read_place

__all__ = [
    "FileBroken",
    "Files",
    "FilesError",
    "Folder",
    "RangeUnmet",
    "S3Place",
    "Stored",
    "carry",
    "open_files",
    "read_place",
    "sha256_of",
]


class Files(Protocol):
    """Where the files of a zone stand. Every verb may be done again; each raises `FilesError` when
    the place does not answer, `FileBroken` when what is there is not what was put by."""

    async def put(self, name: str, path: Path, sha256: str = "") -> Stored:
        """The file at `path` goes there, whole, in the place of what had the name, and is at `path`
        no more (unless that is the place itself). Raises `FileBroken` when it has another SHA-256
        (hex) than is given."""
        ...

    async def find(self, name: str) -> Stored | None: ...

    def read(self, stored: Stored, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Its bytes from `start` to before `end`."""
        ...

    def list(self, prefix: str) -> AsyncIterator[Stored]:
        """The whole files whose names begin so, which ends with a slash."""
        ...

    async def delete(self, name: str) -> None: ...


async def carry(files: Files, name: str, path: Path) -> None:
    """What was put by at `path` while the files stood in a folder goes where they stand."""
    if await asyncio.to_thread(path.is_file) and await files.find(name) is None:
        await files.put(name, path)


def open_files(
    place: str | None, data: Path, environment: Mapping[str, str] | None = None
) -> Files:
    """The files at a place (`HUB_FILES`), or in `data` where none is named. Raises `BadSetting`."""
    if not place:
        return Folder(data)
    if "://" not in place:
        return Folder(Path(place).absolute())
    from hub.core.files.s3 import S3Files  # noqa: PLC0415  the library of S3 is only where it is

    return S3Files(read_place(place), environment)
