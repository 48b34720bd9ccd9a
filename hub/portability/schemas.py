"""The JSON Schema of each line of an export's table (2020-12), from PostgreSQL's types."""

from collections.abc import Sequence
from typing import Any

import msgspec

from hub.core import sheets
from hub.portability.models import Table

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_BYTES = {"type": "string", "pattern": r"^\\x([0-9a-f]{2})*$"}
# What was sealed under the organisation's key: a text, bytes, or what nobody opens any more.
_OPENED = [
    {"type": "string"},
    {
        "type": "object",
        "properties": {"base64": {"type": "string", "contentEncoding": "base64"}},
        "required": ["base64"],
        "additionalProperties": False,
    },
    {
        "type": "object",
        "properties": {"sealed": _BYTES},
        "required": ["sealed"],
        "additionalProperties": False,
    },
    {"type": "null"},
]


def write_schema(kind: str, table: Table, sealed: Sequence[str] = ()) -> bytes:
    """What every line of `KIND/TABLE/*.jsonl` is. Which columns may be null is said nowhere: any
    may, and what stands in a list too."""
    shapes: dict[str, Any] = {
        column.name: _shape_of(table.name, column.name, column.type, sealed)
        for column in table.columns
        if not column.generated
    }
    schema = {
        "$schema": DRAFT,
        "title": table.name,
        "description": f"Each line of {kind}/{table.name}/*.jsonl, in the order of the key.",
        "type": "object",
        "properties": shapes,
        "required": list(shapes),
        "additionalProperties": False,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=1) + b"\n"


def _shape_of(table: str, name: str, type: str, sealed: Sequence[str]) -> dict[str, Any]:
    if name in sealed:
        return {"anyOf": _OPENED}
    if type == "bytea":
        return {"anyOf": [_BYTES, {"type": "null"}]}
    if type.endswith("[]"):
        inside = _shape_of(table, name, type.removesuffix("[]"), ())
        return {"anyOf": [{"type": "array", "items": inside}, {"type": "null"}]}
    column = sheets.Column(table=table, name=name, type=type, nullable=True, words="")
    return sheets.shape_of(column, None)
