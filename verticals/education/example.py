"""Invented rows of one school, for the conformance suite and for sandboxes."""

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from uuid import UUID

from hub.core.db import Tx
from verticals.education.authoring import actions as authoring
from verticals.education.authoring import leading
from verticals.education.authoring.models import (
    WriteChoice,
    WriteCourse,
    WriteQuestion,
    WriteStep,
)
from verticals.education.classwork import actions
from verticals.education.classwork.models import MarkForm, Write
from verticals.education.courses import actions as courses
from verticals.education.courses import grading
from verticals.education.lti_launch import PlaceLink, list_lines, name_for, place_link
from verticals.education.lti_services import Score, tell_score
from verticals.education.lti_tools import (
    SCORES,
    Access,
    Register,
    find_open_tool,
    register_tool,
)
from verticals.education.roster import (
    Person,
    apply_upload,
    keep_upload,
    list_people,
    read_bundle,
    see_board,
    see_waiting,
)

_DIFFERENCES = "propertyName,value\noneroster.version,1.2\nfile.roles,delta\n"
_ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId\nr1,active,2026-09-01T08:00:00Z,t1,primary,teacher,,,o1,\n"
)


async def fill(tx: Tx) -> None:
    """A primary school with two classes, their teachers, pupils and parents, one who has left, a
    teacher who is also told as OneRoster 1.2 does, and a list that waits."""
    await _take(tx, sample())
    later = dict(sample())
    later["users.csv"] = _without(later["users.csv"], "p9")
    later["enrollments.csv"] = _without(later["enrollments.csv"], "e9")
    await _take(tx, later)
    await _take(tx, {"manifest.csv": _DIFFERENCES, "roles.csv": _ROLES})
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
    await _equip(tx, classroom.id, agnes, lea)
    await _follow(tx, agnes, lea, classroom.id)


async def _equip(tx: Tx, classroom: UUID, teacher: Person, pupil: Person) -> None:
    """A tool, its activity in a class, and the mark that it gave."""
    tool, site = tx.uuid(), "https://exercices.example"
    typed = Register(
        name="Exercices en ligne",
        login_url=f"{site}/login",
        redirect_uris=f"{site}/launch",
        target_url=f"{site}/launch",
        deep_url=f"{site}/choose",
        keys_url=f"{site}/jwks",
    )
    await register_tool(tx, tool, typed, role="owner")
    placed = PlaceLink(tool=str(tool), title="Les fractions", out_of="20")
    await place_link(tx, teacher, classroom, tx.uuid(), placed, loopback=False)
    registered = await find_open_tool(tx, tool)
    [line] = await list_lines(tx, registered, classroom, wanted=1)
    score = Score(
        sub=await name_for(tx, registered, pupil.id),
        given=8,
        given_of=10,
        comment="Huit réponses sur dix.",
        activity="Completed",
        grading="FullyGraded",
        told_at=tx.now,
    )
    access = Access(tool=registered, scopes=(SCORES,))
    await tell_score(tx, access, classroom, line.id, score)


async def _follow(tx: Tx, agnes: Person, lea: Person, classroom: UUID) -> None:
    """A short course that Léa follows to its end."""
    await leading.allow(tx, "tube.exemple.fr", opens=True, role="owner")
    course, quiz, question = tx.uuid(), tx.uuid(), tx.uuid()
    head = WriteCourse(title="Les oiseaux qui partent", about="Pourquoi, quand et vers où.",
                       hours="0,5", classes=frozenset({classroom}))  # fmt: skip
    await authoring.begin_course(tx, agnes, course, head)
    text = WriteStep(kind="text", title="Partir", body="Les hirondelles partent en septembre.")
    await authoring.write_step(tx, agnes, course, tx.uuid(), text)
    test = WriteStep(kind="quiz", title="Et vous ?", tries="3", passing="50")
    await authoring.write_step(tx, agnes, course, quiz, test)
    choices = (WriteChoice(text="En septembre", right=True), WriteChoice(text="En mai"))
    asked = WriteQuestion(kind="single", text="Quand partent-elles ?", choices=choices)
    await authoring.write_question(tx, agnes, course, quiz, question, asked)
    await authoring.publish(tx, agnes, course)
    await courses.begin(tx, lea, course)
    _, record = await courses.find_given(tx, lea, course)
    assert record is not None
    await courses.finish_step(tx, record, 1, watched=False)
    await courses.answer(tx, record, 2, tx.uuid(), {grading.field_of(question): "a"})


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
