"""What an archive of another vertical becomes: as this one declares, and never less."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hub.core.vertical import Takeover, Vertical
from hub.services import turning
from hub.services.errors import ArchiveInvalid
from hub.services.models import Manifest

OLD = ("choirs/001_choirs.sql 1",)


def turn(table: str, row: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if table == "song":
        yield "tune", {"id": row["id"], "title": row["name"].upper()}
        yield "verse", {"tune": row["id"]}


TAKEOVER = Takeover(vertical="choirs", schema=OLD, turn=turn, leaves={"chair": "On est debout."})
BANDS = Vertical(code="bands", titles={}, slices=(), takes=(TAKEOVER,))


def came(vertical: str, schema: tuple[str, ...]) -> Manifest:
    made_at = datetime(2026, 12, 1, tzinfo=UTC)
    return Manifest(
        format="x", vertical=vertical, name="x", made_at=made_at, schema=schema, tables=()
    )


def test_an_archive_arrives_as_it_is_or_by_the_migration_that_is_declared_for_it() -> None:
    assert turning.find_takeover(BANDS, came("bands", ())) is None
    assert turning.find_takeover(BANDS, came("choirs", OLD)) is TAKEOVER
    for vertical, schema, says in (
        ("choirs", (*OLD, "choirs/002_more.sql 2"), "another vertical"),
        ("chess", OLD, "another vertical"),
        ("bands", OLD, "another version"),
    ):
        with pytest.raises(ArchiveInvalid, match=says):
            turning.find_takeover(BANDS, came(vertical, schema))


def test_an_earlier_version_of_its_own_is_taken_by_the_same_way() -> None:
    own = msgspec.structs.replace(TAKEOVER, vertical="bands")
    later = msgspec.structs.replace(BANDS, takes=(own,))
    assert turning.find_takeover(later, came("bands", OLD)) is own


def test_each_row_becomes_what_the_migration_says() -> None:
    lines = ['{"id": 1, "name": "Été"}', '{"id": 2, "name": "b"}']
    made = list(turning.turn(TAKEOVER, "song", lines))
    assert [name for name, _ in made] == ["tune", "verse"] * 2
    assert msgspec.json.decode(made[0][1]) == {"id": 1, "title": "ÉTÉ"}
    assert list(turning.turn(TAKEOVER, "chair", lines)) == []
    assert turning.count(made, {"tune": 0, "verse": 0}) == {"tune": 2, "verse": 2}


@pytest.mark.parametrize(
    ("table", "line", "says"),
    [
        ("hall", '{"id": 1}', "would be lost"),
        ("song", '{"id": 1}', "cannot be taken along"),
        ("song", '{"id": 1, "name": null}', "cannot be taken along"),
        ("song", "[]", "cannot be taken along"),
        ("song", "{", "cannot be taken along"),
    ],
)
def test_nothing_is_lost_in_silence(table: str, line: str, says: str) -> None:
    with pytest.raises(ArchiveInvalid, match=says):
        list(turning.turn(TAKEOVER, table, [line]))


def test_a_migration_that_names_a_table_which_is_not_here_is_refused() -> None:
    made = turning.turn(TAKEOVER, "song", ['{"id": 1, "name": "a"}'])
    with pytest.raises(ArchiveInvalid, match="no table verse"):
        turning.count(made, {"tune": 0})
