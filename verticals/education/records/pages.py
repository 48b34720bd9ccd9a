"""What somebody has of their courses: certificates, xAPI statements, everything to take along."""

import asyncio
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from hub.core.caller import ANYBODY, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.core.tokens import read_reference
from hub.core.web import caller_of
from verticals.education.classwork import actions as classwork
from verticals.education.classwork import marks, takeaway
from verticals.education.classwork.pages.own import OWN, enter_page
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.courses import actions as courses
from verticals.education.courses.pages import doors
from verticals.education.courses.pages.doors import MINE, VISIT
from verticals.education.records import actions, statements

PROOF = "/certificats/{token:str}"


@get(
    [MINE + "/certificat.pdf", VISIT + "/certificat.pdf"],
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def give_certificate(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[bytes]:
    """The certificate of a course that is done."""
    seat = await doors.take_seat(request, tx)
    facts = await actions.find_facts(tx, seat.followed)
    settings = doors.settings_of(request)
    file = await asyncio.to_thread(actions.draw, settings, seat.space, seat.followed, facts)
    name = f'attachment; filename="certificat-{facts.number}.pdf"'
    return Response(file, media_type="application/pdf", headers={"content-disposition": name})


@get(PROOF, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def verify(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    """What stands on a certificate, for whoever was shown it."""
    secret = doors.settings_of(request).secret_key
    reference = read_reference(secret, actions.CERTIFICATE, token)
    tx.enter(reference.tenant)
    facts = await actions.verify(tx, reference.id)
    day = local_date(facts.finished_at, facts.zone)
    shown = page(request, "records/proof.html", facts=facts, day=day)
    shown.headers["x-robots-tag"] = "noindex, nofollow"
    return shown


@get(
    OWN + "/cours/de/{member:uuid}/xapi",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def give_record(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    member: FromPath[UUID],
    named: FromQuery[str] = "",
    form: FromQuery[str] = "array",
) -> Response[bytes]:
    """What a pupil did in their courses, for themselves or a parent."""
    pupil = await classwork.find_child(tx, await enter_page(request, tx, space), member)
    records = await courses.list_records(tx, pupil.id)
    name = pupil.name if named == "yes" else ""
    return _as_file(actions.tell(doors.settings_of(request), space, records, name=name), form)


@get(VISIT + "/xapi", opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def give_visit(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    named: FromQuery[str] = "",
    form: FromQuery[str] = "array",
) -> Response[bytes]:
    """The same of who came by an open link."""
    seat = await doors.take_seat(request, tx)
    name = seat.followed.enrolment.name if named == "yes" else ""
    told = actions.tell(doors.settings_of(request), seat.space, [seat.followed], name=name)
    return _as_file(told, form)


@get(
    "/ecole/cours/{id:uuid}/xapi",
    opt=access("school"),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def give_course(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    id: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """What was done in a course by two hundred people, one statement a line, for the head; the
    header `link` says where the others are."""
    caller, settings = caller_of(request), doors.settings_of(request)
    records, more = await actions.list_course(tx, id, after, role=caller.role)
    told = actions.tell(settings, caller.tenant or 0, records, answers=True)
    answer = _as_file(told, "lines")
    if more is not None:
        answer.headers["link"] = f'</ecole/cours/{id}/xapi?after={more}>; rel="next"'
    return answer


@get(
    OWN + "/emporter/{member:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def take_away(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], member: FromPath[UUID]
) -> Response[bytes]:
    """What is a pupil's, works and courses, for themselves or a parent."""
    pupil = await classwork.find_child(tx, await enter_page(request, tx, space), member)
    places = await classwork.list_places(tx, pupil.id, classwork.STUDENT)
    tasks = await classwork.list_all_tasks(tx, pupil.id)
    told = await marks.list_of_member(tx, pupil.id, takeaway.MOST_MARKS)
    more = await actions.pack(tx, doors.settings_of(request), pupil.id)
    headers = {"content-disposition": 'attachment; filename="mon-ecole.zip"'}
    packed = takeaway.pack(pupil, places, tasks, told, more)
    return Response(packed, media_type="application/zip", headers=headers)


def _as_file(told: list[statements.Statement], form: str) -> Response[bytes]:
    """Statements to be kept: an array, or one a line."""
    if form == "lines":
        headers = {"content-disposition": 'attachment; filename="xapi.jsonl"'}
        return Response(statements.lines(told), media_type="application/jsonl", headers=headers)
    headers = {"content-disposition": 'attachment; filename="xapi.json"'}
    return Response(statements.array(told), media_type="application/json", headers=headers)


handlers = (give_certificate, verify, give_record, give_visit, give_course, take_away)
