"""Sealed columns of a service: opened as they leave, sealed anew as they arrive."""

import hashlib
import json

import pytest

from hub.core.clock import SeededIds
from hub.keys import Ring, SealBroken, place
from hub.services import opening
from hub.services.errors import ArchiveInvalid
from hub.services.models import Line, Table

TABLE = Table(
    name="note",
    columns=("tenant", "day", "rank", "told", "picture"),
    counted=(),
    files=("told", "picture"),
    key=("tenant", "day", "rank"),
    links=(),
)
SEALED = ("told",)
TOLD, PICTURE = b"\x00\xffin secret", b"RIFF"
HERE, THERE = Ring(7, {1: b"h" * 32}), Ring(9, {3: b"t" * 32})


def row_of(ring: Ring, content: bytes | None) -> Line:
    sealed = content and ring.seal(
        content, place("note", "told", ring.tenant, "2026-12-01", 4), SeededIds(1)
    )
    line = {"day": "2026-12-01", "rank": 4, "told": "of the sealed", "picture": "of the picture"}
    return Line(
        line=json.dumps(line if content else line | {"told": None}),
        mark=(str(ring.tenant), "2026-12-01", "4"),
        contents=(sealed, PICTURE),
    )


def arriving(line: str, content: bytes | None) -> str:
    """A line as the reader of an archive fills it."""
    told = None if content is None else "\\x" + content.hex()
    return json.dumps(json.loads(line) | {"told": told, "picture": "\\x" + PICTURE.hex()})


def test_what_leaves_opened_is_sealed_under_the_key_of_where_it_arrives() -> None:
    left = opening.open_lines(HERE, TABLE, SEALED, [row_of(HERE, TOLD)])[0]
    assert left.contents == (TOLD, PICTURE)
    said = json.loads(left.line)
    assert said["told"] == hashlib.sha256(TOLD).hexdigest()
    assert said["picture"] == "of the picture"
    come = opening.seal_lines(THERE, TABLE, SEALED, [arriving(left.line, TOLD)], SeededIds(2))[0]
    sealed = bytes.fromhex(json.loads(come)["told"][2:])
    assert TOLD not in sealed
    assert json.loads(come)["picture"] == "\\x" + PICTURE.hex()
    row = Line(line=come, mark=("9", "2026-12-01", "4"), contents=(sealed, PICTURE))
    again = opening.open_lines(THERE, TABLE, SEALED, [row])[0]
    assert again.contents == (TOLD, PICTURE)
    assert json.loads(again.line)["told"] == said["told"]


def test_a_row_without_a_content_stays_without_one() -> None:
    left = opening.open_lines(HERE, TABLE, SEALED, [row_of(HERE, None)])[0]
    assert left.contents == (None, PICTURE)
    come = opening.seal_lines(THERE, TABLE, SEALED, [arriving(left.line, None)], SeededIds(2))[0]
    assert json.loads(come)["told"] is None


def test_a_content_of_another_row_or_service_opens_nowhere() -> None:
    row = row_of(HERE, TOLD)
    moved = Line(line=row.line, mark=("7", "2026-12-01", "5"), contents=row.contents)
    with pytest.raises(SealBroken):
        opening.open_lines(HERE, TABLE, SEALED, [moved])
    with pytest.raises(SealBroken):
        opening.open_lines(Ring(9, {1: b"h" * 32}), TABLE, SEALED, [row])


def test_a_line_that_does_not_say_its_key_is_refused() -> None:
    with pytest.raises(ArchiveInvalid):
        opening.seal_lines(THERE, TABLE, SEALED, ['{"day": "2026-12-01", "told": null}'],
                           SeededIds(2))  # fmt: skip
