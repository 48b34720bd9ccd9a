"""Write a course: its head and its steps; give it, and see who follows it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.i18n import LANGUAGES
from hub.core.pages import AnyRequest, page
from verticals.education.authoring import actions as writing
from verticals.education.authoring.models import WriteCourse, WriteStep
from verticals.education.classwork import policy as forms
from verticals.education.classwork.errors import NothingHere, PostInvalid
from verticals.education.classwork.pages.own import OWN, Form, Verb, do, enter_page, said
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.courses import actions as courses
from verticals.education.courses.models import (
    MULTIPLE,
    NUMERIC,
    QUIZ,
    SHORT,
    SINGLE,
    TEXT,
    VIDEO,
    Course,
    Step,
)
from verticals.education.courses.pages import doors
from verticals.education.roster import Person

NEW = OWN + "/ecrire-cours"
ONE = NEW + "/{id:uuid}"
STEP = ONE + "/etapes/{step:uuid}"
STEP_KINDS, QUESTION_KINDS = (TEXT, VIDEO, QUIZ), (SINGLE, MULTIPLE, SHORT, NUMERIC)
REFUSALS = (*writing.REFUSALS, PostInvalid)


@get(NEW, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_new(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """Begin a course."""
    return await _head(request, tx, space, None, {}, None)


@post(NEW, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def begin(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[Any]:
    """A new course."""
    made: UUID | None = None

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        nonlocal made
        made = forms.read_key(form.get("idempotency_key", ""))
        await writing.begin_course(writes, teacher, made, _course(form))

    form, error = await do(request, space, verb, REFUSALS)
    if error is not None:
        return await _head(request, tx, space, None, form, error)
    return _to(space, made)


@get(ONE, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_one(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[str]:
    """A course as it is written."""
    return await _head(request, tx, space, id, {}, None)


@post(ONE, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def write_head(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """What it is called, and for whom it is."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        await writing.write_head(writes, teacher, id, _course(form))

    form, error = await do(request, space, verb, REFUSALS)
    if error is not None:
        return await _head(request, tx, space, id, form, error)
    return _to(space, id)


@post(ONE + "/publier", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def publish(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Give it as it is written."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        del form
        await writing.publish(writes, teacher, id)

    return await _or_head(request, tx, space, id, verb)


@post(ONE + "/fermer", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def close(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Nobody begins it any more."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        del form
        await writing.close(writes, teacher, id)

    return await _or_head(request, tx, space, id, verb)


@get(STEP, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_step(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
    kind: FromQuery[str] = "",
) -> Response[str]:
    """A step to write."""
    return await _step(request, tx, (space, id, step), {"kind": kind}, None)


@post(STEP, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def write_step(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
) -> Response[Any]:
    """A step, new or another way."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        names = WriteStep.__struct_fields__
        typed = WriteStep(**{name: form.get(name, "") for name in names})
        await writing.write_step(writes, teacher, id, step, typed)

    form, error = await do(request, space, verb, REFUSALS)
    if error is not None:
        return await _step(request, tx, (space, id, step), form, error)
    if form.get("kind") == QUIZ:
        return Redirect(f"/mon-ecole/{space}/ecrire-cours/{id}/etapes/{step}", status_code=303)
    return _to(space, id)


@post(STEP + "/place", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def place_step(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
) -> Response[Any]:
    """A step before or after others."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        number = form.get("number", "")
        good = number.isascii() and number.isdecimal() and len(number) < 4
        await writing.place_step(writes, teacher, id, step, int(number) if good else 1)

    return await _or_head(request, tx, space, id, verb)


@post(STEP + "/retirer", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def drop_step(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    step: FromPath[UUID],
) -> Response[Any]:
    """A step less."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        del form
        await writing.drop_step(writes, teacher, id, step)

    return await _or_head(request, tx, space, id, verb)


@get(ONE + "/eleves", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_learners(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """Who follows it, and how far they are."""
    return await _learners(request, tx, (space, id), after, {}, None)


@post(
    ONE + "/eleves/{enrolment:uuid}/essais",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def give_tries(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    enrolment: FromPath[UUID],
) -> Response[Any]:
    """More tries in each quiz."""

    async def verb(writes: Tx, teacher: Person, form: Form) -> None:
        await writing.give_tries(writes, teacher, id, enrolment, form.get("tries", ""))

    form, error = await do(request, space, verb, REFUSALS)
    if error is not None:
        return await _learners(request, tx, (space, id), None, form, error)
    return Redirect(f"/mon-ecole/{space}/ecrire-cours/{id}/eleves", status_code=303)


def _to(space: int, id: UUID | None) -> Redirect:
    return Redirect(f"/mon-ecole/{space}/ecrire-cours/{id}", status_code=303)


async def _or_head(request: AnyRequest, tx: Tx, space: int, id: UUID, verb: Verb) -> Response[Any]:
    """Do it, or show why not above the course."""
    _, error = await do(request, space, verb, REFUSALS)
    return _to(space, id) if error is None else await _head(request, tx, space, id, {}, error)


def _course(form: Form) -> WriteCourse:
    ticked = [name.removeprefix("class-") for name in form if name.startswith("class-")]
    return WriteCourse(
        title=form.get("title", ""),
        about=form.get("about", ""),
        language=form.get("language", ""),
        hours=form.get("hours", ""),
        opened=form.get("opened") == "yes",
        classes=frozenset(forms.read_key(one) for one in ticked),
    )


async def _head(
    request: AnyRequest, tx: Tx, space: int, id: UUID | None, form: Form, error: HubError | None
) -> Response[str]:
    teacher = await enter_page(request, tx, space)
    course = None if id is None else await writing.find_own(tx, teacher, id)
    shown = said(request, form, error)
    if course is not None and not form:
        shown["typed"] = _typed_of(course, [] if id is None else await courses.list_kept(tx, id))
    opened = course is not None and course.version > 0 and course.opened
    link = doors.link_of(request, doors.COURSE, space, course.id) if course and opened else ""
    return page(
        request,
        "authoring/write.html",
        space=space,
        course=course,
        classes=await writing.list_classes(tx, teacher),
        rules=await courses.find_rules(tx),
        changed=course is not None and await writing.has_changed(tx, course),
        link=f"{doors.settings_of(request).public_url}/cours-ouverts/{link}" if link else "",
        languages=LANGUAGES,
        keys={kind: str(tx.uuid()) for kind in ("course", *STEP_KINDS)},
        **shown,
    )


def _typed_of(course: Course, classes: list[UUID]) -> Form:
    ticked = {f"class-{one}": "yes" for one in classes}
    return {**writing.typed_of(course.draft), "opened": "yes" if course.opened else "", **ticked}


async def _step(
    request: AnyRequest,
    tx: Tx,
    place: tuple[int, UUID, UUID],
    form: Form,
    error: HubError | None,
) -> Response[str]:
    space, id, key = place
    course = await writing.find_own(tx, await enter_page(request, tx, space), id)
    found = course.draft.step(key)
    step = found or Step(id=key, kind=form.get("kind", ""), title="", passing=60)
    if step.kind not in STEP_KINDS:
        raise NothingHere()
    shown = said(request, form, error)
    if error is None:
        names = WriteStep.__struct_fields__
        shown["typed"] = {name: str(getattr(step, name)) for name in names}
    return page(
        request,
        "authoring/write_step.html",
        space=space,
        course=course,
        step=step,
        there=found is not None,
        rules=await courses.find_rules(tx),
        keys={kind: str(tx.uuid()) for kind in QUESTION_KINDS},
        **shown,
    )


async def _learners(
    request: AnyRequest,
    tx: Tx,
    place: tuple[int, UUID],
    after: UUID | None,
    form: Form,
    error: HubError | None,
) -> Response[str]:
    space, id = place
    teacher = await enter_page(request, tx, space)
    course = await writing.find_own(tx, teacher, id)
    learners, more = await writing.list_learners(tx, teacher, id, after)
    return page(
        request,
        "authoring/learners.html",
        space=space,
        course=course,
        learners=learners,
        more=more,
        **said(request, form, error),
    )


handlers = (
    show_new,
    begin,
    show_one,
    write_head,
    publish,
    close,
    show_step,
    write_step,
    place_step,
    drop_step,
    show_learners,
    give_tries,
)
