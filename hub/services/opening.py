"""What is sealed under a service's key leaves opened, and is sealed anew where it arrives. A sealed
column is of a table whose key leaves with its rows: what the database counts anew binds nothing."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from hub.core.clock import Ids
from hub.core.vertical import Vertical
from hub.keys import Ring, place
from hub.services.errors import ArchiveInvalid
from hub.services.models import Line, Table

_Row = dict[str, msgspec.Raw]
_rows = msgspec.json.Decoder(_Row)
_values = msgspec.json.Decoder()


def sealed_of(vertical: Vertical) -> Mapping[str, tuple[str, ...]]:
    """The sealed columns of a vertical, by table."""
    return {
        table: columns
        for slice in vertical.slices
        for table, columns in slice.portability.sealed.items()
    }


def open_lines(
    ring: Ring, table: Table, columns: Sequence[str], rows: Sequence[Line]
) -> list[Line]:
    """Rows as they leave: the contents opened, and their SHA-256 in the line. Raises what
    `Ring.unseal` raises."""
    return [_open(ring, table, columns, row) for row in rows]


def seal_lines(
    ring: Ring, table: Table, columns: Sequence[str], lines: Sequence[str], ids: Ids
) -> list[str]:
    """Lines of rows with their contents, as they are put in. Raises `ArchiveInvalid` for a line
    that does not say whose content it is."""
    return [_seal(ring, table, columns, line, ids) for line in lines]


def _open(ring: Ring, table: Table, columns: Sequence[str], row: Line) -> Line:
    line, contents = _rows.decode(row.line), list(row.contents)
    for at, column in enumerate(table.files):
        content = contents[at]
        if column in columns and content is not None:
            opened = ring.unseal(content, place(table.name, column, *row.mark))
            contents[at] = opened
            line[column] = _raw(hashlib.sha256(opened).hexdigest())
    written = msgspec.json.encode(line).decode()
    return msgspec.structs.replace(row, line=written, contents=tuple(contents))


def _seal(ring: Ring, table: Table, columns: Sequence[str], line: str, ids: Ids) -> str:
    row = _rows.decode(line)
    if not {*table.key} <= row.keys() | {"tenant"}:
        raise ArchiveInvalid("This file is no archive of a service.", field="archive")
    key = [
        ring.tenant if column == "tenant" else _values.decode(row[column]) for column in table.key
    ]
    for column in columns:
        content = _values.decode(row[column])
        if content is not None:
            opened = bytes.fromhex(content.removeprefix("\\x"))
            sealed = ring.seal(opened, place(table.name, column, *key), ids)
            row[column] = _raw("\\x" + sealed.hex())
    return msgspec.json.encode(row).decode()


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(text))
