"""An archive of a service's data: a ZIP with a manifest and one JSON line a row."""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import msgspec

from hub.services.errors import ArchiveInvalid
from hub.services.models import Manifest, TableCount

FORMAT = "usage-hub/service-1"
MOST_BYTES = 20_000_000  # of an archive that comes
MOST_UNPACKED = 200_000_000
_NAME, _EPOCH = "manifest.json", (1980, 1, 1, 0, 0, 0)
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


def count_lines(table: str, lines: Sequence[str]) -> TableCount:
    """A table's rows and their sum, whatever their order: databases sort letters differently."""
    sum = hashlib.sha256(_text(sorted(lines))).hexdigest()
    return TableCount(table=table, rows=len(lines), sha256=sum)


def pack(manifest: Manifest, tables: Mapping[str, Sequence[str]]) -> bytes:
    """The archive; the same rows give the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        _put(file, _NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        for name, lines in tables.items():
            _put(file, f"tables/{name}.jsonl", _text(lines))
    return out.getvalue()


def _put(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    about = zipfile.ZipInfo(name, _EPOCH)
    about.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(about, content)


def unpack(content: bytes) -> tuple[Manifest, dict[str, list[str]]]:
    """What an archive holds, each table checked against its sum. Raises `ArchiveInvalid`."""
    if len(content) > MOST_BYTES:
        raise ArchiveInvalid("This archive is too large.", field="archive")
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            if sum(one.file_size for one in file.infolist()) > MOST_UNPACKED:
                raise ArchiveInvalid("This archive is too large.", field="archive")
            manifest = msgspec.json.decode(file.read(_NAME), type=Manifest)
            tables = {one.table: _lines(file, one) for one in manifest.tables}
    except _BROKEN as error:
        raise ArchiveInvalid("This file is no archive of a service.", field="archive") from error
    if manifest.format != FORMAT:
        raise ArchiveInvalid("This file is no archive of a service.", field="archive")
    return manifest, tables


def _lines(file: zipfile.ZipFile, said: TableCount) -> list[str]:
    # Only this ends a line: JSON may hold U+2028 and other ends of lines in its texts.
    lines = file.read(f"tables/{said.table}.jsonl").decode().split("\n")[:-1]
    if count_lines(said.table, lines) != said:
        raise ArchiveInvalid("A file of the archive is not as it was made.", field="archive")
    return lines


def _text(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
