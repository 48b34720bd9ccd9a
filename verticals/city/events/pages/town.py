"""The town's pages: its events, one of them with who comes, and what changes it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import Conflict, HubError, Invalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import headers_of
from verticals.city import towns
from verticals.city.events import policy
from verticals.city.events.actions import publishing, registering
from verticals.city.events.errors import EventChanged, EventInvalid, EventUnknown
from verticals.city.events.models import Change, Publish
from verticals.city.towns.forms import Form, do_form, key_of

HOME = "/ville/agenda"
FIELDS = Publish.__struct_fields__
REFUSED = (Invalid, Conflict)


@get(HOME, opt=access("town"), include_in_schema=False)
async def show_own(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The town's events, the latest first."""
    town = await towns.seek_town(tx)
    events = await publishing.list_own(tx, tx.now + policy.AHEAD) if town else []
    return page(request, "events/own.html", town=town, events=events, now=tx.now)


@get(HOME + "/nouveau", opt=access("town"), include_in_schema=False)
async def show_form(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Write one."""
    return await _form(request, tx, {}, None)


@post(HOME, opt=access("town"), include_in_schema=False)
async def publish(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Show it to everybody."""
    id: list[UUID] = []

    async def act(writing: Tx, form: Form) -> bool:
        id.append(key_of(form))
        said = Publish(**{name: form.get(name, "") for name in FIELDS})
        return await publishing.publish_event(writing, id[0], said)

    form, new, error = await do_form(request, act, *REFUSED)
    if error is not None:
        return await _form(request, tx, form, error)
    headers = headers_of(replayed=not new)
    return Redirect(f"{HOME}/{id[0]}", status_code=303, headers=headers)


async def _form(request: AnyRequest, tx: Tx, typed: Form, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "events/write.html",
        status_code=problem.status if problem else 200,
        town=await towns.find_town(tx),
        typed=typed,
        problem=problem,
    )


@get(HOME + "/{id:uuid}", opt=access("town"), include_in_schema=False)
async def show_event(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One event with who comes, to print."""
    return await _event(request, tx, id, {}, None)


@post(HOME + "/{id:uuid}", opt=access("town"), include_in_schema=False)
async def change(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[Any]:
    """Other words, other room."""

    async def act(writing: Tx, form: Form) -> bool:
        rooms = {n.removeprefix("room-"): v for n, v in form.items() if n.startswith("room-")}
        texts = {name: form.get(name, "") for name in ("title", "words", "place", "closes")}
        revision = form.get("revision", "")
        if not revision.isascii() or not revision.isdecimal():
            raise EventInvalid("This form is not complete.")
        said = Change(revision=int(revision[:9]), capacities=rooms, **texts)
        await publishing.change_event(writing, id, said)
        return True

    return await _changed(request, tx, id, act)


@post(HOME + "/{id:uuid}/annuler", opt=access("town"), include_in_schema=False)
async def cancel(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[Any]:
    """It does not take place."""

    async def act(writing: Tx, form: Form) -> bool:
        return await publishing.cancel_event(writing, id, form.get("reason", ""))

    return await _changed(request, tx, id, act)


@post(HOME + "/{id:uuid}/inscrits/{registration:uuid}", opt=access("town"), include_in_schema=False)
async def take_off(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    id: FromPath[UUID],
    registration: FromPath[UUID],
) -> Response[Any]:
    """Somebody has called: they come no more."""

    async def act(writing: Tx, _: Form) -> bool:
        found = await registering.find_registration(writing, registration)
        if found.event != id:
            raise EventUnknown()
        return await registering.give_up(writing, registration)

    return await _changed(request, tx, id, act)


async def _changed(
    request: AnyRequest, tx: Tx, id: UUID, act: Callable[[Tx, Form], Awaitable[bool]]
) -> Response[Any]:
    form, new, error = await do_form(request, act, *REFUSED)
    if error is not None:
        return await _event(request, tx, id, form, error)
    return Redirect(f"{HOME}/{id}", status_code=303, headers=headers_of(replayed=not new))


async def _event(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "events/town_event.html",
        status_code=problem.status if problem else 200,
        town=await towns.find_town(tx),
        sheet=await publishing.see_event(tx, id),
        people=await publishing.list_people(tx, id),
        typed=typed,
        now=tx.now,
        changed=isinstance(error, EventChanged),
        problem=problem,
    )


handlers = (show_own, show_form, publish, show_event, change, cancel, take_off)
