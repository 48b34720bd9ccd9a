"""Follow a course: the same pages for the school's own people and for who came by an open link."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.frame import CONTENT_SECURITY_POLICY
from hub.core.pages import AnyRequest, page
from verticals.education import roster
from verticals.education.classwork import actions as classwork
from verticals.education.classwork import policy as forms
from verticals.education.classwork.errors import NothingHere, PostInvalid
from verticals.education.classwork.pages.own import OWN, Form, do, enter_page, said
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.courses import actions as following
from verticals.education.courses import grading, policy
from verticals.education.courses.models import QUIZ, VIDEO, Record, Step
from verticals.education.courses.pages import doors
from verticals.education.courses.pages.doors import MINE, VISIT

LIST = OWN + "/cours"
STEP = "/etapes/{number:int}"


@get(LIST, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_list(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """The courses of the reader, as who follows and as who writes, and those of their children."""
    reader = await enter_page(request, tx, space)
    children = await roster.list_children(tx, reader)
    return page(
        request,
        "courses/list.html",
        space=space,
        reader=reader,
        teaches=bool(await classwork.list_places(tx, reader.id, classwork.TEACHER)),
        offered=await following.list_offered(tx, reader),
        written=await following.list_written(tx, reader),
        children=[(one, await following.list_records(tx, one.id)) for one in children],
    )


@get([MINE, VISIT], opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_course(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What a course is about, and how far one is."""
    seat = await doors.take_seat(request, tx)
    zone = await classwork.seek_zone(tx)
    return page(request, "courses/course.html", seat=seat, record=seat.record, zone=zone)


@post(MINE + "/commencer", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def begin(request: AnyRequest, space: FromPath[int], id: FromPath[UUID]) -> Redirect:
    """Begin a course."""

    async def verb(tx: Tx, reader: roster.Person, form: Form) -> None:
        del form
        await following.begin(tx, reader, id)

    await do(request, space, verb, ())
    return Redirect(f"/mon-ecole/{space}/cours/{id}/etapes/1", status_code=303)


@get(
    [MINE + STEP, VISIT + STEP],
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def show_step(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """A step: a text, a video, or a quiz with what was answered last."""
    return await _step(request, tx, {}, None)


@post(
    [MINE + STEP + "/fait", VISIT + STEP + "/fait"],
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def finish_step(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """A text is read, or a video watched."""

    async def verb(writing: Tx, record: Record, form: Form) -> None:
        watched = form.get("watched") == "yes"
        await following.finish_step(writing, record, _number(request), watched=watched)

    form, error = await doors.act(request, verb, following.REFUSALS)
    if error is not None:
        return await _step(request, tx, form, error)
    seat = await doors.take_seat(request, tx)
    next_one = _number(request) + 1
    if next_one > len(seat.content.steps):
        return Redirect(seat.base, status_code=303)
    return Redirect(f"{seat.base}/etapes/{next_one}", status_code=303)


@post(
    [MINE + STEP + "/reponses", VISIT + STEP + "/reponses"],
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def answer(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Answer a quiz."""

    async def verb(writing: Tx, record: Record, form: Form) -> None:
        key = forms.read_key(form.get("idempotency_key", ""))
        await following.answer(writing, record, _number(request), key, form)

    refusals = (*following.REFUSALS, PostInvalid)
    form, error = await doors.act(request, verb, refusals)
    if error is not None:
        return await _step(request, tx, form, error)
    seat = await doors.take_seat(request, tx)
    return Redirect(f"{seat.base}/etapes/{_number(request)}#result", status_code=303)


@get(
    [MINE + STEP + "/sous-titres.vtt", VISIT + STEP + "/sous-titres.vtt"],
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def give_captions(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[bytes]:
    """The captions of a video (WebVTT)."""
    step = following.find_step((await doors.take_seat(request, tx)).followed, _number(request))
    if not step.captions:
        raise NothingHere()
    return Response(step.captions.encode(), media_type="text/vtt; charset=utf-8")


@post(VISIT + "/effacer", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def erase(request: AnyRequest) -> Redirect:
    """Nothing stays of who came by an open link."""

    async def verb(writing: Tx, record: Record, form: Form) -> None:
        del form
        await following.erase_visit(writing, record.enrolment.id)

    await doors.act(request, verb, ())
    return Redirect("/", status_code=303)


async def _step(request: AnyRequest, tx: Tx, form: Form, error: HubError | None) -> Response[str]:
    seat, number = await doors.take_seat(request, tx), _number(request)
    step = following.find_step(seat.followed, number)
    allowed = await _is_allowed(tx, step)
    shown = page(
        request,
        "courses/step.html",
        seat=seat,
        number=number,
        step=grading.blind(step),
        allowed=allowed,
        played=allowed and policy.is_played(step.address),
        done=step.id in seat.followed.done_at,
        left=grading.tries_left(step, seat.followed),
        result=_result(step, seat.followed),
        key=str(tx.uuid()),
        **said(request, form, error),
    )
    if step.kind == VIDEO and allowed:
        media = f"; media-src 'self' https://{policy.host_of(step.address)}"
        shown.headers["content-security-policy"] = CONTENT_SECURITY_POLICY + media
    return shown


async def _is_allowed(tx: Tx, step: Step) -> bool:
    """Whether the head allows the host of a video, by now."""
    if step.kind != VIDEO:
        return False
    return policy.host_of(step.address) in (await following.find_rules(tx)).hosts


def _result(step: Step, record: Record) -> dict[str, Any] | None:
    """What was answered last, and what is said of it: nothing of what was not answered."""
    tries = record.tries_of(step.id)
    if step.kind != QUIZ or not tries:
        return None
    questions = {one.id: one for one in step.questions}
    return {
        "tried": tries[-1],
        "out_of": step.points,
        "answers": [
            {
                "question": questions[one.question].text,
                "words": grading.words_of(questions[one.question], one),
                "right": one.right,
                "points": one.points,
                "says": grading.feedback(questions[one.question], one),
            }
            for one in tries[-1].answers
        ],
    }


def _number(request: AnyRequest) -> int:
    return int(request.path_params["number"])


handlers = (
    show_list,
    show_course,
    begin,
    show_step,
    finish_step,
    answer,
    give_captions,
    erase,
)
