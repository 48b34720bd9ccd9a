"""The mark of a sheet, and which entries a search finds."""

import hashlib
from collections.abc import Sequence

import msgspec

from hub.catalogue.models import Entry, Filter
from hub.core.vertical import Vertical
from hub.territory.names import fold

RANKS = ("", "bronze", "silver", "gold")


def fingerprint_of(vertical: Vertical, schema: Sequence[str]) -> str:
    """The mark of a sheet: another word, class of data, level or table is another mark."""
    sheet = vertical.sheet
    said = [
        vertical.code,
        sorted(vertical.titles.items()),
        None if sheet is None else msgspec.to_builtins(sheet),
        vertical.data_classes,
        vertical.hosting_level,
        tuple(schema),
    ]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def fits(entry: Entry, asked: Filter) -> bool:
    """Whether an entry is looked for. Accents and capitals of words do not matter; a level that is
    none of ours is above all of them."""
    said = fold(" ".join((entry.title, entry.purpose, *entry.does)))
    return (
        all(word in said for word in fold(asked.text).split())
        and (not asked.audience or asked.audience in entry.audiences)
        and (not asked.data or asked.data in entry.data_classes)
        and (asked.level not in RANKS[1:] or _rank(entry.hosting_level) <= _rank(asked.level))
        and (not asked.validated or entry.validated_at is not None)
        and (not asked.possible or entry.possible)
    )


def _rank(level: str) -> int:
    return RANKS.index(level) if level in RANKS else len(RANKS)
