"""The events of a space: what comes, one event, its calendar file."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.gatherings import actions, policy
from hub.gatherings.errors import GatheringUnknown
from hub.gatherings.models import Answer, Event, Plan
from hub.spaces import Seat, Write, check_key, doors, find_zone

EVENTS = f"{doors.ONE}/events"
EVENT = f"{EVENTS}/{{id:uuid}}"
ANSWERS = {Answer.YES.value: "Je viens", Answer.MAYBE.value: "Peut-être", Answer.NO.value: "Non"}
WORDS = tuple(ANSWERS.values())


def plan_of(form: doors.Form) -> Plan:
    """Where and when, as it was typed."""
    return Plan(
        place=form.get("place", ""), begins=form.get("begins", ""), ends=form.get("ends", "")
    )


@get(EVENTS, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_events(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[str]:
    """What comes, and the form of another one."""
    return await _events(request, tx, space, place, {}, None)


@post(EVENTS, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def announce(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """Announce an event."""

    async def act(writing: Tx, seat: Seat, form: doors.Form) -> None:
        key = check_key(form.get("idempotency_key", ""))
        typed = Write(title=form.get("title", ""), body=form.get("body", ""))
        await actions.announce(writing, seat, key, typed, plan_of(form))

    form, error = await doors.do(request, space, place, act)
    if error is not None:
        return await _events(request, tx, space, place, form, error)
    return Redirect(doors.here(space, place, "/events"), status_code=303)


async def _events(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    form: doors.Form,
    error: HubError | None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    return page(
        request,
        "gatherings/gatherings.html",
        seat=seat,
        coming=await actions.list_coming(tx, seat),
        past=await actions.list_past(tx, seat),
        zone=await find_zone(tx),
        **doors.told(request, form, error),
    )


@get(EVENT, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_event(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[str]:
    """One event, and who comes."""
    return await _event(request, tx, space, place, id, {}, None)


@post(
    f"{EVENT}/{{what:str}}",
    opt=access(SIGNED_IN),
    response_headers=doors.PRIVATE,
    include_in_schema=False,
)
async def act_on_event(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
    what: FromPath[str],
) -> Response[Any]:
    """Say whether one comes (`answer`), change it (`change`), call it off (`cancel`)."""

    async def act(writing: Tx, seat: Seat, form: doors.Form) -> None:
        if what == "answer":
            await actions.answer(writing, seat, id, form.get("answer", ""))
        elif what == "change":
            seen = doors.number_of(form.get("revision", ""))
            await actions.change(writing, seat, id, seen, plan_of(form))
        elif what == "cancel":
            await actions.call_off(writing, seat, id, form.get("reason", ""))
        else:
            raise GatheringUnknown()

    form, error = await doors.do(request, space, place, act)
    if error is not None:
        return await _event(request, tx, space, place, id, {**form, "what": what}, error)
    return Redirect(doors.here(space, place, f"/events/{id}"), status_code=303)


async def _event(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    id: UUID,
    form: doors.Form,
    error: HubError | None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    event = await actions.find_event(tx, seat, id)
    comers = await actions.list_comers(tx, event)
    open_still = policy.is_open(event, tx.now) and seat.writes
    return page(
        request,
        "gatherings/gathering.html",
        seat=seat,
        event=event,
        comers=comers,
        others=await actions.count_others(tx, event, comers),
        mine=await actions.find_answer(tx, seat, event),
        answers=ANSWERS,
        open=open_still,
        decides=open_still and (event.author == seat.person or seat.moderates),
        plan=_plan(event),
        **doors.told(request, form, error),
    )


def _plan(event: Event) -> Plan:
    return Plan(
        place=event.place,
        begins=policy.wall_of(event.begins_at, event.zone),
        ends=policy.wall_of(event.ends_at, event.zone),
    )


@get(
    f"{EVENT}/calendar.ics",
    opt=access(SIGNED_IN),
    response_headers=doors.PRIVATE,
    include_in_schema=False,
)
async def give_calendar(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[str]:
    """The event for one's own calendar."""
    seat = await doors.read(request, tx, space, place)
    event = await actions.find_event(tx, seat, id)
    base = f"{request.app.state.settings.public_url}{doors.here(space, place, '/events')}"
    text = policy.write_calendar([event], base, seat.space.name)
    headers = {"content-disposition": f'attachment; filename="{id}.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


handlers: tuple[Any, ...] = (show_events, announce, show_event, act_on_event, give_calendar)
