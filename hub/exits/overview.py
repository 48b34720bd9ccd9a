"""Who leaves, for who runs the hub: how far each is, what does not go on, and whom duties have kept
too long, who is let go with a reason."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.exits.actions import asking, following
from hub.exits.models import LetGo, State

PAGE = "/pro/exits"
Form = URLEncodedBody[dict[str, str]]
SHOWN = frozenset({400, 409, 422})
STATES = {
    State.NOTICED.value: "Préavis donné",
    State.RETRIEVAL.value: "Service terminé, tout se prend encore",
    State.ERASING.value: "Effacement en cours",
}


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_exits(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The ways out under way, first what does not go on."""
    return await _show(request, tx, {}, None)


@post(PAGE, opt=access("operator", fresh=True), include_in_schema=False)
async def let_go(request: AnyRequest, caller: NamedDependency[Caller], data: Form) -> Response[Any]:
    """Let somebody go whom duties have kept too long."""
    database: Database = request.app.state.database
    try:
        await asking.let_go(database, caller, _read(data))
    except HubError as error:
        if error.status not in SHOWN:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show(request, tx, data, error)
    return Redirect(PAGE, status_code=303)


def _read(data: Mapping[str, str]) -> LetGo:
    version = data.get("version", "")
    try:
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            raise ValueError
        id = UUID(data.get("exit", ""))
    except ValueError:
        raise Invalid("Open the page again: the form came incomplete.") from None
    return LetGo(exit=id, version=int(version), why=data.get("why", ""))


async def _show(
    request: AnyRequest, tx: Tx, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    exits = await following.list_under_way(tx)
    answer = page(
        request,
        "exits/overview.html",
        status_code=problem.status if problem else 200,
        exits=exits,
        held=await following.list_held(tx.database, exits),
        states=STATES,
        typed=typed,
        problem=problem,
    )
    answer.headers["cache-control"] = "no-store"
    return answer


handlers: tuple[Any, ...] = (show_exits, let_go)
