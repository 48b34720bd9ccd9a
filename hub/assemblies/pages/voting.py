"""What is done with a proposal: announce, withdraw, simulate, say, vote, give a proxy."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import simulations
from hub.assemblies import forms
from hub.assemblies.actions import proposing, voting
from hub.assemblies.doors import KINDS, Door, entered, find_door
from hub.assemblies.errors import NotOnTheRoll
from hub.assemblies.pages.editing import PAGE
from hub.assemblies.pages.showing import midnight, show
from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest

Form = URLEncodedBody[dict[str, str]]
ONE = f"{PAGE}/{{proposal:uuid}}"
Act = Callable[[Tx], Awaitable[None]]


@post(f"{ONE}/announce", opt=access("federation"), include_in_schema=False)
async def announce(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Call the members to vote."""

    async def act(tx: Tx) -> None:
        await proposing.announce(tx, proposal)

    return await _act(request, proposal, data, act)


@post(f"{ONE}/withdraw", opt=access("federation"), include_in_schema=False)
async def withdraw(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Take the proposal back."""

    async def act(tx: Tx) -> None:
        await proposing.withdraw(tx, proposal)

    return await _act(request, proposal, data, act)


@post(f"{ONE}/simulate", opt=access("federation"), include_in_schema=False)
async def simulate(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Replay the past under the proposal; the work goes on when one leaves."""

    async def act(tx: Tx) -> None:
        found = await proposing.find_proposal(tx, proposal)
        first, last = forms.read_period(data, local_date(tx.now, "Europe/Paris"))
        before, after = await proposing.find_texts(tx, found)
        await simulations.start_simulation(
            tx,
            subject=f"proposal:{proposal}",
            before=before or after,
            after=after,
            since=midnight(first),
            until=midnight(last + timedelta(days=1)),
        )

    return await _act(request, proposal, data, act)


@post(f"{ONE}/comments", opt=access(*KINDS), include_in_schema=False)
async def say(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Add to the discussion."""
    door = await find_door(request)
    author = f"{door.caller.name}, {door.caller.organisation}"

    async def act(tx: Tx) -> None:
        await proposing.say(tx, proposal, author[:200], data.get("body", ""))

    return await _act(request, proposal, data, act)


@post(f"{ONE}/ballot", opt=access("lodging", "office", "region"), include_in_schema=False)
async def cast_ballot(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Vote, for oneself or for who gave a proxy."""
    door = await find_door(request)
    by = _member(door)
    member = forms.read_member(data, "member") if data.get("member") else by

    async def act(tx: Tx) -> None:
        choice = forms.read_choice(data)
        await voting.cast_ballot(tx, proposal, member=member, by=by, choice=choice)

    return await _act_or_log(request, proposal, data, act)


@post(f"{ONE}/proxy", opt=access("lodging", "office", "region"), include_in_schema=False)
async def give_proxy(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Let another member vote in one's place, or take that back."""
    door = await find_door(request)
    giver = _member(door)

    async def act(tx: Tx) -> None:
        if data.get("back"):
            await voting.take_proxy_back(tx, proposal, giver=giver)
        else:
            holder = forms.read_member(data, "holder")
            await voting.give_proxy(tx, proposal, giver=giver, holder=holder)

    return await _act_or_log(request, proposal, data, act)


def _member(door: Door) -> int:
    if door.member is None:
        raise NotOnTheRoll()
    return door.member


async def _act(request: AnyRequest, id: UUID, data: dict[str, str], act: Act) -> Response[Any]:
    door = await find_door(request)
    try:
        async with entered(request, door) as tx:
            await act(tx)
    except HubError as error:
        return await _refused(request, door, id, data, error)
    return Redirect(f"{PAGE}/{id}", status_code=303)


async def _act_or_log(
    request: AnyRequest, id: UUID, data: dict[str, str], act: Act
) -> Response[Any]:
    door = await find_door(request)
    database: Database = request.app.state.database
    try:
        await voting.or_log(database, door.scheme, door.caller.actor, id, act)
    except HubError as error:
        return await _refused(request, door, id, data, error)
    return Redirect(f"{PAGE}/{id}", status_code=303)


async def _refused(
    request: AnyRequest, door: Door, id: UUID, data: dict[str, str], error: HubError
) -> Response[Any]:
    if error.status not in {400, 403, 409}:
        raise error
    async with entered(request, door) as tx:
        return await show(request, tx, door, id, data, error)


handlers = (announce, withdraw, simulate, say, cast_ballot, give_proxy)
