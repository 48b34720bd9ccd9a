"""The questions of a space: asked, answered, counted."""

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
from hub.polls import actions, policy
from hub.polls.models import Ask
from hub.spaces import Seat, State, Write, check_key, doors, find_zone, first_state

POLLS = f"{doors.ONE}/polls"
POLL = f"{POLLS}/{{id:uuid}}"
# What the three answers of a proposal are called.
ANSWERS = {"yes": "Pour", "no": "Contre", "abstain": "Abstention"}
WORDS = tuple(ANSWERS.values())


@get(POLLS, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_polls(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[str]:
    """What is asked, and the form of another question."""
    return await _polls(request, tx, space, place, {}, None)


@post(POLLS, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def ask(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """Ask something, or propose it."""

    async def act(writing: Tx, seat: Seat, form: doors.Form) -> None:
        key = check_key(form.get("idempotency_key", ""))
        typed = Write(title=form.get("title", ""), body=form.get("body", ""))
        asked = Ask(
            kind=form.get("kind", ""),
            choices=form.get("choices", ""),
            closes=form.get("closes", ""),
            secret=form.get("secret") == "1",
        )
        await actions.ask(writing, seat, key, typed, asked)

    form, error = await doors.do(request, space, place, act)
    if error is not None:
        return await _polls(request, tx, space, place, form, error)
    return Redirect(doors.here(space, place, "/polls"), status_code=303)


async def _polls(
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
        "polls/polls.html",
        seat=seat,
        polls=await actions.list_polls(tx, seat),
        waits=first_state(seat) is State.WAITING,
        now=tx.now,
        zone=await find_zone(tx),
        **doors.told(request, form, error),
    )


@get(POLL, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def show_poll(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[str]:
    """One question: to be answered, or what it gave."""
    return await _poll(request, tx, space, place, id, {}, None)


@post(POLL, opt=access(SIGNED_IN), response_headers=doors.PRIVATE, include_in_schema=False)
async def vote(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    id: FromPath[UUID],
) -> Response[Any]:
    """Vote."""

    async def act(writing: Tx, seat: Seat, form: doors.Form) -> None:
        await actions.vote(writing, seat, id, form.get("choice", ""))

    form, error = await doors.do(request, space, place, act)
    if error is not None:
        return await _poll(request, tx, space, place, id, form, error)
    return Redirect(doors.here(space, place, f"/polls/{id}"), status_code=303)


async def _poll(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    id: UUID,
    form: doors.Form,
    error: HubError | None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    poll = await actions.find_poll(tx, seat, id)
    return page(
        request,
        "polls/poll.html",
        seat=seat,
        poll=poll,
        open=policy.is_open(poll, tx.now),
        votes=seat.writes and policy.may_vote(poll, await actions.find_since(tx, seat)),
        own=await actions.find_own(tx, seat, poll),
        result=await actions.count(tx, poll),
        answers=ANSWERS,
        zone=await find_zone(tx),
        **doors.told(request, form, error),
    )


handlers: tuple[Any, ...] = (show_polls, ask, show_poll, vote)
