"""Invented rows of one school, for the conformance suite and for sandboxes."""

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources

from hub.core.db import Tx
from verticals.education.classwork import actions
from verticals.education.classwork.models import MarkForm, Write
from verticals.education.roster import (
    apply_upload,
    keep_upload,
    list_people,
    read_bundle,
    see_board,
    see_waiting,
)


async def fill(tx: Tx) -> None:
    """A primary school with two classes, their teachers, pupils and parents, one who has left, and
    a list that waits."""
    await _take(tx, sample())
    later = dict(sample())
    later["users.csv"] = _without(later["users.csv"], "p9")
    later["enrollments.csv"] = _without(later["enrollments.csv"], "e9")
    await _take(tx, later)
    await keep_upload(tx, await read_bundle(pack(sample())), "rentree.zip", role="owner")
    await _teach(tx)


async def _teach(tx: Tx) -> None:
    """An assignment that Léa hands in and gets back, and something to read."""
    [classroom, *_] = (await see_board(tx)).classes
    people = {one.given_name: one for one in await list_people(tx, classroom.id)}
    agnes, lea = people["Agnès"], people["Léa"]
    read = Write(kind="resource", title="Les hirondelles", body="Elles partent en septembre.")
    due = (tx.now + timedelta(days=7)).strftime("%Y-%m-%dT18:00")
    work = Write(kind="assignment", title="Rédaction", body="Racontez un voyage.", due=due,
                 out_of="20")  # fmt: skip
    task = tx.uuid()
    await actions.write_post(tx, agnes, classroom.id, tx.uuid(), read)
    await actions.write_post(tx, agnes, classroom.id, task, work)
    await actions.hand_in(tx, lea, task, "Nous sommes partis à l'aube.")
    mark = MarkForm(score="16,5", comment="Beau début.", handed_at=tx.now.isoformat())
    await actions.return_work(tx, agnes, task, lea.id, mark)


@cache
def sample() -> dict[str, str]:
    """A OneRoster 1.1 bundle of a school that does not exist, whose people are invented."""
    folder = resources.files("verticals.education").joinpath("sample")
    return {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir()}


def pack(files: Mapping[str, str | bytes]) -> bytes:
    """The files as a bundle."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


async def _take(tx: Tx, files: dict[str, str]) -> None:
    await keep_upload(tx, await read_bundle(pack(files)), "rentree.zip", role="owner")
    waiting = await see_waiting(tx)
    assert waiting is not None
    await apply_upload(tx, waiting.print, role="owner")


def _without(text: str, id: str) -> str:
    return "".join(line for line in text.splitlines(True) if not line.startswith(f"{id},"))
