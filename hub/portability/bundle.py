"""The files of an export: written whole or not at all, checked before anything is believed."""

import hashlib
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import msgspec

from hub.core.sentences import say
from hub.portability.errors import BundleBroken
from hub.portability.models import Bundle, Part, Table, TableFile

ROWS_A_PART = 5_000
MANIFEST = "manifest.json"
BEFORE = "manifest.before.json"  # of the export that is brought up to date, until that is whole
SUMS = "SHA256SUMS"


class Writer:
    """Writes an export into a folder. A folder that already holds one, or a part of one, keeps the
    files that would come out the same; the manifest stands last, so a broken run has none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written = self.kept = 0
        self._files: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / MANIFEST).exists():
            (folder / MANIFEST).replace(folder / BEFORE)

    def read_before(self) -> Bundle | None:
        """The manifest of the last whole export that the folder held, if it can be read."""
        try:
            return _decode((self.folder / BEFORE).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None

    async def table(self, kind: str, table: Table, lines: AsyncIterator[str]) -> TableFile:
        """A table's lines in parts under `KIND/TABLE/`."""
        whole = hashlib.sha256()
        parts: list[Part] = []
        held: list[str] = []

        def put() -> None:
            content = "".join(line + "\n" for line in held).encode()
            whole.update(content)
            parts.append(self._part(f"{kind}/{table.name}/{len(parts) + 1:05}.jsonl", content))
            held.clear()

        async for line in lines:
            held.append(line)
            if len(held) == ROWS_A_PART:
                put()
        if held:
            put()
        return TableFile(
            table=table.name,
            columns=table.columns,
            rows=sum(part.rows for part in parts),
            sha256=whole.hexdigest(),
            parts=tuple(parts),
        )

    def schema(self, kind: str, table: str, content: bytes) -> Part:
        """What a line of a table is, under `schemas/KIND/`. Not counted: it holds no rows."""
        part, _ = self._put(f"schemas/{kind}/{table}.schema.json", content)
        return part

    def close(self, bundle: Bundle) -> None:
        """Clear away what an earlier run left, and put the sums and the manifest in their place."""
        for path in sorted(self.folder.glob("*/*/*")):
            if path.relative_to(self.folder).as_posix() not in self._files:
                path.unlink()
        parts = [part for table in (*bundle.tables, *bundle.named) for part in table.parts]
        parts += bundle.schemas
        sums = "".join(f"{part.sha256}  {part.file}\n" for part in parts)
        put_file(self.folder / SUMS, sums.encode())
        put_file(self.folder / MANIFEST, msgspec.json.format(msgspec.json.encode(bundle), indent=1))
        (self.folder / BEFORE).unlink(missing_ok=True)

    def _part(self, file: str, content: bytes) -> Part:
        part, kept = self._put(file, content)
        self.kept += kept
        self.written += not kept
        return part

    def _put(self, file: str, content: bytes) -> tuple[Part, bool]:
        """The file, and whether it was there word for word."""
        path = self.folder / file
        sha256 = hashlib.sha256(content).hexdigest()
        self._files.add(file)
        kept = path.is_file() and _sum(path) == sha256
        if not kept:
            put_file(path, content)
        return Part(file=file, rows=content.count(b"\n"), sha256=sha256), kept


def read_bundle(folder: Path) -> Bundle:
    """The manifest of an export. Raises `BundleBroken`."""
    try:
        return _decode((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise BundleBroken("There is no manifest: the export did not end.") from None
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BundleBroken(say("The manifest cannot be read: %(why)s", why=str(error))) from None


def _decode(content: bytes) -> Bundle:
    return msgspec.json.decode(content, type=Bundle)


def verify_bundle(folder: Path) -> Bundle:
    """The manifest, once every file is what it says. Raises `BundleBroken` with the first that is
    not."""
    bundle = read_bundle(folder)
    for table in (*bundle.tables, *bundle.named):
        whole = hashlib.sha256()
        for part in table.parts:
            content = _read(folder, part)
            whole.update(content)
        if whole.hexdigest() != table.sha256 or table.rows != sum(p.rows for p in table.parts):
            raise BundleBroken(
                say("The files of %(table)s are not those of the manifest.", table=table.table)
            )
    for part in bundle.schemas:
        _read(folder, part)
    return bundle


def read_parts(folder: Path, table: TableFile) -> Iterator[list[str]]:
    """The lines of a table, a part at a time, each checked. Raises `BundleBroken`."""
    for part in table.parts:
        yield _read(folder, part).decode().split("\n")[:-1]


def sum_lines(lines: Sequence[str]) -> bytes:
    """What lines weigh in a table's sum."""
    return "".join(line + "\n" for line in lines).encode()


def _read(folder: Path, part: Part) -> bytes:
    path = (folder / part.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BundleBroken(say("%(file)s lies outside of the export.", file=part.file))
    try:
        content = path.read_bytes()
    except OSError:
        raise BundleBroken(say("%(file)s is missing.", file=part.file)) from None
    if hashlib.sha256(content).hexdigest() != part.sha256 or content.count(b"\n") != part.rows:
        raise BundleBroken(say("%(file)s was changed since it was exported.", file=part.file))
    return content


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put_file(path: Path, content: bytes) -> None:
    """The file holds all of it or what it held before, also after a loss of power."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
