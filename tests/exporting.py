"""What an organisation that exports everything needs in tests: the pass of an administrator, and a
reader of the JSON Schemas that lie in an export."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from hub import portability
from hub.app import compose
from hub.core.db import Database, open_session
from hub.core.files import open_files
from hub.core.settings import Settings
from hub.exports.performing import Exporter
from hub.portability.bundle import read_parts

_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
_FORMATS: dict[str, Callable[[str], object]] = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
}
_KNOWN = {
    "$schema", "title", "description", "type", "format", "pattern", "items", "anyOf", "properties",
    "required", "additionalProperties", "contentEncoding",
}  # fmt: skip


async def perform_exports(database: Database, settings: Settings) -> dict[str, int]:
    """One pass of `hub exports`."""
    assert settings.database_url
    session = await open_session(settings.database_url)
    try:
        files = open_files(settings.files, settings.data)
        return await Exporter(database, session, settings.data, compose().slices, files).run()
    finally:
        await session.close()


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value is what a JSON Schema says, for the words that exports use."""
    assert schema.keys() <= _KNOWN, schema
    if "anyOf" in schema and not any(fits(one, value) for one in schema["anyOf"]):
        return False
    if "type" in schema and not _is_a(schema["type"], value):
        return False
    match value:
        case str():
            return _is_written(schema, value)
        case list():
            return all(fits(schema.get("items", {}), one) for one in value)
        case dict():
            return _has_all(schema, value)
        case _:
            return True


def _is_a(type: str, value: Any) -> bool:
    if isinstance(value, bool) and type != "boolean":
        return False
    return isinstance(value, _TYPES[type])


def _is_written(schema: dict[str, Any], value: str) -> bool:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    try:
        _FORMATS.get(schema.get("format", ""), str)(value)
    except ValueError:
        return False
    return True


def _has_all(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    shapes = schema.get("properties", {})
    if schema.get("additionalProperties") is False and not value.keys() <= shapes.keys():
        return False
    inside = all(fits(shapes.get(name, {}), one) for name, one in value.items())
    return inside and value.keys() >= set(schema.get("required", ()))


def misfits_of(folder: Path) -> Iterator[str]:
    """Where rows of an export are not what the schema of their table says."""
    made = portability.verify_bundle(folder)
    for kind, tables in (("tables", made.tables), ("named", made.named)):
        for table in (one for one in tables if one.rows):
            path = folder / f"schemas/{kind}/{table.table}.schema.json"
            schema = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
            for line in (line for lines in read_parts(folder, table) for line in lines):
                row = msgspec.json.decode(line, type=dict[str, Any])
                if not fits(schema, row):
                    shapes = schema["properties"]
                    wrong = {
                        name: value
                        for name, value in row.items()
                        if name not in shapes or not fits(shapes[name], value)
                    }
                    yield f"{kind}/{table.table}: {wrong}"[:300]
