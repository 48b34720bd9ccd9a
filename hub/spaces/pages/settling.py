"""Who is in a space, and how it is run."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.spaces import doors, policy
from hub.spaces.actions import keeping
from hub.spaces.doors import ONE, PRIVATE, Form, do, here, told
from hub.spaces.models import Role, Seat
from hub.spaces.pages.mine import settings_of

MEMBERS = f"{ONE}/members"
SETTINGS = f"{ONE}/settings"
ROLES = {Role.MEMBER.value: "Membre", Role.MODERATOR.value: "Modérateur"}
WORDS = tuple(ROLES.values())


@get(MEMBERS, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_members(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    after: FromQuery[int | None] = None,
) -> Response[str]:
    """Who is in it, the moderators first."""
    return await _members(request, tx, space, place, {}, None, after)


@post(MEMBERS, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def invite(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """Let somebody in."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        await keeping.invite(writing_tx, seat, form.get("email", ""), form.get("role", ""))

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _members(request, tx, space, place, form, error)
    return Redirect(here(space, place, "/members"), status_code=303)


@post(
    f"{MEMBERS}/{{person:int}}/{{what:str}}",
    opt=access(SIGNED_IN),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def change_member(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    person: FromPath[int],
    what: FromPath[str],
) -> Response[Any]:
    """Give another role (`role`), or let go (`end`)."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        if not 0 < person < 2**31:
            return
        if what == "role":
            await keeping.change_role(writing_tx, seat, person, form.get("role", ""))
        elif what == "end":
            await keeping.let_go(writing_tx, seat, person)

    _, error = await do(request, space, place, act)
    if error is not None:
        return await _members(request, tx, space, place, {}, error)
    return Redirect(here(space, place, "/members"), status_code=303)


async def _members(
    request: AnyRequest,
    tx: Tx,
    space: int,
    place: UUID,
    form: Form,
    error: HubError | None,
    after: int | None = None,
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    after = after if after is not None and 0 < after < 2**31 else None
    members, more = await keeping.list_members(tx, seat, after)
    return page(
        request,
        "spaces/members.html",
        seat=seat,
        members=members,
        after=members[-1].person if more else None,
        roles=ROLES,
        **told(request, form, error),
    )


@get(SETTINGS, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_settings(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[str]:
    """How it is run."""
    return await _settings(request, tx, space, place, {}, None)


@post(SETTINGS, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def settle(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], place: FromPath[UUID]
) -> Response[Any]:
    """Say otherwise how it is run."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        seen = doors.number_of(form.get("revision", ""))
        await keeping.settle(writing_tx, seat, seen, settings_of(form))

    form, error = await do(request, space, place, act)
    if error is not None:
        return await _settings(request, tx, space, place, form, error)
    return Redirect(here(space, place), status_code=303)


@post(
    f"{SETTINGS}/{{what:str}}",
    opt=access(SIGNED_IN),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def close_or_reopen(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    place: FromPath[UUID],
    what: FromPath[str],
) -> Response[Any]:
    """Close a space (`close`), or open it again (`reopen`)."""

    async def act(writing_tx: Tx, seat: Seat, form: Form) -> None:
        del form
        if what in {"close", "reopen"}:
            await keeping.close_or_reopen(writing_tx, seat, closed=what == "close")

    _, error = await do(request, space, place, act)
    if error is not None:
        return await _settings(request, tx, space, place, {}, error)
    return Redirect(here(space, place), status_code=303)


async def _settings(
    request: AnyRequest, tx: Tx, space: int, place: UUID, form: Form, error: HubError | None
) -> Response[str]:
    seat = await doors.read(request, tx, space, place)
    policy.check_moderates(seat)
    shown = form or {name: str(value) for name, value in msgspec.to_builtins(seat.space).items()}
    answer = told(request, shown, error)
    return page(request, "spaces/settings.html", seat=seat, **answer)


handlers: tuple[Any, ...] = (
    show_members,
    invite,
    change_member,
    show_settings,
    settle,
    close_or_reopen,
)
