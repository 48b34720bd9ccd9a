"""How a page of a space is entered, and how a form of it is sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from hub.spaces.actions import keeping, letters
from hub.spaces.models import Ground, Seat

PAGE = "/spaces"
ONE = PAGE + "/{space:int}/{place:uuid}"
PRIVATE = {"cache-control": "no-store"}
Form = dict[str, str]
Door = Callable[[Tx, int, UUID, int | None], Awaitable[Seat]]
Verb = Callable[[Tx, Seat, Form], Awaitable[None]]
SHOWN_AGAIN = frozenset({400, 409, 429})  # what a page says itself
GROUNDS = tuple((ground.value, letters.GROUNDS[ground]) for ground in Ground)


async def read(request: AnyRequest, tx: Tx, space: int, place: UUID) -> Seat:
    """The caller in a space. Raises `SpaceUnknown`."""
    return await keeping.read(tx, space, place, caller_of(request).person)


async def read_form(request: AnyRequest) -> Form:
    """What was typed."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def do(
    request: AnyRequest, space: int, place: UUID, act: Verb, door: Door = keeping.read
) -> tuple[Form, HubError | None]:
    """Do what a form asks, in one transaction; what was typed, and why it was refused. Through the
    `door` comes who reads the space, if nothing else is said."""
    form, caller = await read_form(request), caller_of(request)
    database: Database = request.app.state.database
    try:
        async with database.transaction(None, actor=caller.actor) as tx:
            await act(tx, await door(tx, space, place, caller.person), form)
    except HubError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return form, error
    return form, None


def told(request: AnyRequest, form: Mapping[str, str], error: HubError | None) -> dict[str, Any]:
    """What a page says of a form that was refused: what was typed, and why."""
    problem = describe_problem(error, request.url.path) if error else None
    status = problem.status if problem else 200
    return {"typed": form, "problem": problem, "status_code": status}


def number_of(text: str) -> int:
    """A number that a form was shown with; 0 for anything else, which nothing has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def here(space: int, place: UUID, below: str = "") -> str:
    """The address of a page of a space."""
    return f"{PAGE}/{space}/{place}{below}"
