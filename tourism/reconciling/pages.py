"""The operator's page: what the ledger, the service and the banks say, and where they differ."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import Invalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.reconciling import words
from tourism.reconciling.actions import alerting, comparing, standing

PAGE = "/pro/reconciliation"
Form = URLEncodedBody[dict[str, str]]
Write = Callable[[Tx, str, str], Awaitable[None]]


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_reconciliation(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The three figures, and each difference with its age and what to do."""
    return await _show(request, tx, {}, None)


@post(f"{PAGE}/run", opt=access("operator"), include_in_schema=False)
async def run_now(request: AnyRequest) -> Redirect:
    """Compare now, without waiting for the night."""
    await comparing.begin(request.app.state.database)
    await alerting.tell_breaks(request.app.state.database)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/note", opt=access("operator"), include_in_schema=False)
async def note_break(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """Write down what is known of an open difference."""
    return await _write(request, caller, data, standing.note_break)


@post(f"{PAGE}/explain", opt=access("operator"), include_in_schema=False)
async def explain_break(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """Say what a difference is that no comparison closes, and close it."""
    return await _write(request, caller, data, standing.explain_break)


async def _write(
    request: AnyRequest, caller: Caller, data: dict[str, str], write: Write
) -> Response[Any]:
    """Back to the page; with what was typed, and what is wrong beside it, when it is refused."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await write(tx, data.get("key", ""), data.get("note", ""))
    except Invalid as error:
        async with database.transaction(caller.tenant) as tx:
            return await _show(request, tx, data, error)
    return Redirect(PAGE, status_code=303)


async def _show(
    request: AnyRequest, tx: Tx, typed: dict[str, str], error: Invalid | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "reconciling/reconciliation.html",
        status_code=problem.status if problem else 200,
        standing=await standing.find_standing(tx),
        kinds=words.KINDS,
        to_do=words.TO_DO,
        own_kinds=words.OWN_KINDS,
        states=words.STATES,
        now=tx.now,
        typed=typed,
        problem=problem,
    )


handlers = (show_reconciliation, run_now, note_break, explain_break)
