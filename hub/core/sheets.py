"""The files of an archive for people and programs: JSON Schemas and sheets of rows. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

_TYPES: dict[str, dict[str, Any]] = {
    "smallint": {"type": "integer"},
    "integer": {"type": "integer"},
    "bigint": {"type": "integer"},
    "double precision": {"type": "number"},
    "numeric": {"type": "number"},
    "boolean": {"type": "boolean"},
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "timestamp with time zone": {"type": "string", "format": "date-time"},
    "jsonb": {},
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


class ArchiveFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the archive: its name, bytes and SHA-256; for tables the number of rows and the
    sum of each column of cents."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None
    sums_cents: dict[str, int] = {}


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table, with PostgreSQL's name of its type."""

    table: str
    name: str
    type: str
    nullable: bool
    words: str


def shape_of(column: Column, document: dict[str, Any] | None) -> dict[str, Any]:
    """The JSON Schema of a column, or of the document that it holds."""
    if document is not None:
        shape = dict(document)
    elif column.type.endswith("[]"):
        shape = {"type": "array", "items": _TYPES.get(column.type[:-2], {})}
    else:
        shape = dict(_TYPES.get(column.type, {}))
    if column.nullable:
        shape = {"anyOf": [shape, {"type": "null"}]} if shape else {}
    return shape | ({"description": column.words} if column.words else {})


def write_lines(heads: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Lines of a sheet for spreadsheets: semicolons, lists as JSON. JSON is the exact form: here a
    text that a spreadsheet would run as a formula begins with an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        table.writerow([_cell(_inside(row, head)) for head in heads])
    return out.getvalue().encode()


def write_heads(heads: Sequence[str]) -> bytes:
    """The first line of a sheet, with the mark by which spreadsheets read UTF-8."""
    return b"\xef\xbb\xbf" + (";".join(heads) + "\r\n").encode()


def _inside(row: Mapping[str, Any], head: str) -> Any:
    name, _, inner = head.partition(".")
    value = row.get(name)
    return value.get(inner) if inner and isinstance(value, dict) else value


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case int() | float():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()


def add_cents(sums: dict[str, int], rows: Iterable[Row]) -> None:
    """Add to the sum of each column of cents that holds plain amounts."""
    for row in rows:
        for name, value in row.items():
            if name.endswith("_cents") and isinstance(value, int):
                sums[name] = sums.get(name, 0) + value
