"""Write the questions of a quiz."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from verticals.education.authoring import actions as writing
from verticals.education.authoring.models import WriteChoice, WriteQuestion
from verticals.education.authoring.pages.writing import QUESTION_KINDS, REFUSALS, STEP
from verticals.education.classwork.errors import NothingHere
from verticals.education.classwork.pages.own import Form, do, enter_page, said
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.courses.models import CHOICES_MOST, Question
from verticals.education.roster import Person

QUESTION = STEP + "/questions/{question:uuid}"


@get(QUESTION, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_question(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
    question: FromPath[UUID],
    kind: FromQuery[str] = "",
) -> Response[str]:
    """A question to write."""
    return await _question(request, tx, (space, id, step), question, {"kind": kind}, None)


@post(QUESTION, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def write_question(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
    question: FromPath[UUID],
) -> Response[Any]:
    """A question, new or another way."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        await writing.write_question(writes, teacher, id, step, question, _typed_question(form))

    form, error = await do(request, space, verb, REFUSALS)
    if error is not None:
        return await _question(request, tx, (space, id, step), question, form, error)
    return Redirect(f"/mon-ecole/{space}/ecrire-cours/{id}/etapes/{step}", status_code=303)


@post(QUESTION + "/retirer", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def drop_question(
    request: AnyRequest,
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
    question: FromPath[UUID],
) -> Redirect:
    """A question less."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        del form
        await writing.drop_question(writes, teacher, id, step, question)

    await do(request, space, verb, ())
    return Redirect(f"/mon-ecole/{space}/ecrire-cours/{id}/etapes/{step}", status_code=303)


def _typed_question(form: Form) -> WriteQuestion:
    names = set(WriteQuestion.__struct_fields__) - {"choices"}
    choices = tuple(
        WriteChoice(
            text=form.get(f"choice_{number}", ""),
            right=form.get(f"right_{number}") == "yes" or form.get("right") == str(number),
            says=form.get(f"says_{number}", ""),
        )
        for number in range(1, CHOICES_MOST + 1)
    )
    return WriteQuestion(choices=choices, **{name: form.get(name, "") for name in names})


async def _question(
    request: AnyRequest,
    tx: Tx,
    place: tuple[int, UUID, UUID],
    key: UUID,
    form: Form,
    error: HubError | None,
) -> Response[str]:
    space, id, step = place
    course = await writing.find_own(tx, await enter_page(request, tx, space), id)
    quiz = writing.find_quiz(course, step)
    found = writing.find_question(quiz, key)
    kind = found.kind if found else form.get("kind", "")
    if kind not in QUESTION_KINDS:
        raise NothingHere()
    shown = said(request, form, error)
    if error is None:
        shown["typed"] = _typed_of_question(found)
    return page(
        request,
        "authoring/write_question.html",
        space=space,
        course=course,
        quiz=quiz,
        kind=kind,
        id=key,
        there=found is not None,
        numbers=range(1, CHOICES_MOST + 1),
        **shown,
    )


def _typed_of_question(found: Question | None) -> Form:
    """A question as its form has it."""
    if found is None:
        return {"points": "1"}
    typed = {
        name: str(getattr(found, name))
        for name in ("text", "points", "value", "tolerance", "says_right", "says_wrong")
    }
    typed["accepted"] = "\n".join(found.accepted)
    for number, one in enumerate(found.choices, 1):
        typed |= {f"choice_{number}": one.text, f"says_{number}": one.says}
        if one.right:
            typed |= {f"right_{number}": "yes", "right": str(number)}
    return typed


handlers = (show_question, write_question, drop_question)
