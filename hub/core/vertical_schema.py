"""Which tables and which schema a vertical brings, read from its files."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from hub.core.vertical import Vertical

_TABLE = re.compile(r"^create table (?:if not exists )?(\w+)", re.MULTILINE)


def tables_of(vertical: Vertical) -> list[str]:
    """The names of its tables."""
    return sorted(
        {
            name
            for slice in vertical.slices
            for _, text in _schema(slice.package)
            for name in _TABLE.findall(text)
        }
    )


def schema_of(vertical: Vertical) -> tuple[str, ...]:
    """Its schema files with a mark of their content: two hubs with the same fit together."""
    return tuple(
        f"{slice.package}/{name} {hashlib.sha256(text.encode()).hexdigest()[:16]}"
        for slice in vertical.slices
        for name, text in _schema(slice.package)
        if name[:1].isdigit()
    )


@cache
def _schema(package: str) -> tuple[tuple[str, str], ...]:
    folder = resources.files(package).joinpath("schema")
    return tuple(_files(folder)) if folder.is_dir() else ()


def _files(folder: Traversable) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".sql"):
            yield entry.name, entry.read_text(encoding="utf-8")
