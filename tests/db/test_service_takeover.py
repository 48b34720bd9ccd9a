"""A service takes the place of another one: its data come along by a migration that is declared."""

import json
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import msgspec
import pytest

from hub.core.vertical import Takeover, Vertical
from hub.services import archive
from hub.services.actions import carrying
from hub.services.errors import ArchiveInvalid
from tests.db.test_services import SENIORS, Region, elsewhere, region, take_in, take_out

__all__ = ["elsewhere", "region"]

OF_ELDERS: dict[str, Any] = {"vertical": "elders", "schema": ["elders/001_elders.sql 0"]}


def of_another(file: BytesIO) -> BytesIO:
    """The archive as another vertical would have written it: people in a table of another name,
    under another word."""
    out = BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(out, "w") as after:
        said = json.loads(before.read("manifest.json"))
        for one in said["tables"]:
            lines = before.read(f"tables/{one['table']}.jsonl").decode().split("\n")[:-1]
            if one["table"] == "senior":
                one["table"] = "elder"
                lines = [rename(line, "name", "called") for line in lines]
            tally = archive.Tally(one["table"])
            for line in lines:
                tally.add(line)
            one["sum"] = tally.count().sum
            after.writestr(f"tables/{one['table']}.jsonl", "".join(f"{line}\n" for line in lines))
        after.writestr("manifest.json", json.dumps({**said, **OF_ELDERS}))
    return out


def rename(line: str, old: str, new: str) -> str:
    return json.dumps({new if name == old else name: v for name, v in json.loads(line).items()})


def from_elders(turn: Callable[..., Any], **leaves: str) -> Vertical:
    takeover = Takeover(
        vertical="elders", schema=tuple(OF_ELDERS["schema"]), turn=turn, leaves=leaves
    )
    return msgspec.structs.replace(SENIORS, takes=(takeover,))


def turn(table: str, row: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if table != "elder":
        return [(table, dict(row))]
    return [("senior", {"name" if name == "called" else name: row[name] for name in row})]


async def test_a_service_that_replaces_another_takes_its_data_along_by_the_declared_migration(
    region: Region, elsewhere: Region
) -> None:
    here = await region.launch(1)
    counts = await region.count(here.space)
    manifest, file = await take_out(region, here)
    other = of_another(file)
    there = await elsewhere.launch(5, trial=True)
    with pytest.raises(ArchiveInvalid, match="another vertical"):
        await take_in(elsewhere, there, other)
    came = await carrying.take_in(elsewhere.database, there, from_elders(turn), other, "system")
    assert (came.rows, came.turned) == (manifest.rows, True)
    assert await elsewhere.count(there.space) == counts
    again, _ = await take_out(elsewhere, there)
    assert again.tables == manifest.tables  # row by row what it was before the other had it


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda table, row: [], "would be lost"),
        (lambda table, row: [("elder", row)], "no table elder"),
        (lambda table, row: [("senior", {"id": row["nowhere"]})], "cannot be taken along"),
        (lambda table, row: turn(table, row) * 2, "do not fit"),
    ],
)
async def test_a_migration_that_loses_or_invents_rows_changes_nothing(
    region: Region, elsewhere: Region, wrong: Callable[..., Any], says: str
) -> None:
    here = await region.launch(1)
    _, file = await take_out(region, here)
    there = await elsewhere.launch(5, trial=True)
    with pytest.raises(ArchiveInvalid, match=says):
        await carrying.take_in(
            elsewhere.database, there, from_elders(wrong), of_another(file), "system"
        )
    assert set((await elsewhere.count(there.space)).values()) == {0}
