"""One's own spaces: those one is in, those one may enter, and a new one."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from hub.spaces import policy
from hub.spaces.actions import keeping
from hub.spaces.doors import (
    ONE,
    PAGE,
    PRIVATE,
    SHOWN_AGAIN,
    Form,
    do,
    here,
    read_form,
    told,
)
from hub.spaces.models import Seat, Settings

NEW = f"{PAGE}/new"


@get(PAGE, opt=access(SIGNED_IN), response_headers=PRIVATE, include_in_schema=False)
async def show_mine(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The caller's spaces."""
    assert caller.person is not None
    return page(
        request,
        "spaces/mine.html",
        own=await keeping.list_own(tx, caller.person),
        others=await keeping.list_to_enter(tx, caller.person),
        opens=caller.role in policy.DECIDERS,
    )


@get(NEW, opt=access(SIGNED_IN, acts=True), response_headers=PRIVATE, include_in_schema=False)
async def show_new(request: AnyRequest) -> Response[str]:
    """The form of a new space."""
    return _new(request, {}, None)


@post(NEW, opt=access(SIGNED_IN, acts=True), response_headers=PRIVATE, include_in_schema=False)
async def open_space(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Open a space of the organisation that the caller acts for."""
    form = await read_form(request)
    database: Database = request.app.state.database
    assert caller.person is not None
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            made = await keeping.open_space(
                tx,
                policy.check_key(form.get("idempotency_key", "")),
                settings_of(form),
                person=caller.person,
                caller_role=caller.role,
            )
    except HubError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return _new(request, form, error)
    assert caller.tenant is not None
    return Redirect(here(caller.tenant, made), status_code=303)


def settings_of(form: Form) -> Settings:
    """The settings that were typed."""
    return Settings(
        name=form.get("name", ""),
        about=form.get("about", ""),
        rules=form.get("rules", ""),
        moderation=form.get("moderation", ""),
        admits=form.get("admits", ""),
    )


def _new(request: AnyRequest, form: Form, error: HubError | None) -> Response[str]:
    return page(
        request,
        "spaces/new.html",
        opens=caller_of(request).role in policy.DECIDERS,
        **told(request, form, error),
    )


@post(f"{ONE}/enter", opt=access(SIGNED_IN), include_in_schema=False)
async def enter(request: AnyRequest, space: FromPath[int], place: FromPath[UUID]) -> Redirect:
    """Enter a space by oneself."""

    async def act(tx: Tx, seat: Seat, form: Form) -> None:
        del form
        await keeping.join(tx, seat)

    _, error = await do(request, space, place, act, keeping.enter)
    if error is not None:
        raise error
    return Redirect(here(space, place), status_code=303)


@post(f"{ONE}/leave", opt=access(SIGNED_IN), include_in_schema=False)
async def leave(request: AnyRequest, space: FromPath[int], place: FromPath[UUID]) -> Redirect:
    """Be in a space no more."""

    async def act(tx: Tx, seat: Seat, form: Form) -> None:
        del form
        await keeping.leave(tx, seat)

    _, error = await do(request, space, place, act)
    if error is not None:
        raise error
    return Redirect(PAGE, status_code=303)


handlers: tuple[Any, ...] = (show_mine, show_new, open_space, enter, leave)
