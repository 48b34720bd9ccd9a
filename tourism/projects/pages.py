"""The projects of an office, a region or a federation."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.agreements import territory_places
from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from tourism.projects import actions
from tourism.projects.errors import ProjectInvalid
from tourism.projects.models import OpenProject

PAGE = "/pro/projects"
RUNNERS = ("office", "region", "federation")
Form = URLEncodedBody[dict[str, str]]


@get(PAGE, opt=access(*RUNNERS), include_in_schema=False)
async def show_projects(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What guests may support here."""
    return await _show(request, tx, {}, None)


@post(PAGE, opt=access(*RUNNERS), include_in_schema=False)
async def open_project(request: AnyRequest, data: Form) -> Response[Any]:
    """Open one; what was typed stays when something is wrong with it."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        said = _read(data)
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await actions.open_project(tx, said)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show(request, tx, data, error)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/{{project:int}}/close", opt=access(*RUNNERS), include_in_schema=False)
async def close_project(tx: NamedDependency[Tx], project: FromPath[int]) -> Redirect:
    """No guest may choose it any more."""
    await actions.close_project(tx, project)
    return Redirect(PAGE, status_code=303)


def _read(data: Mapping[str, str]) -> OpenProject:
    text = data.get("last", "").strip()
    try:
        until = date.fromisoformat(text) + timedelta(days=1) if text else None
    except (ValueError, OverflowError):
        raise ProjectInvalid("Write a day as 2027-05-31.", field="last") from None
    return OpenProject(
        name=data.get("name", ""),
        description=data.get("description", ""),
        territory_kind=data.get("territory_kind", ""),
        territory_code=data.get("territory_code", "").strip().upper(),
        until=until,
    )


async def _show(
    request: AnyRequest, tx: Tx, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    today = local_date(tx.now, actions.ZONE)
    own = await actions.list_own(tx)
    return page(
        request,
        "projects/projects.html",
        status_code=problem.status if problem else 200,
        projects=[one for one in own if one.until is None or one.until > today],
        closed=[one for one in own if one.until is not None and one.until <= today],
        places=territory_places,
        typed=typed,
        problem=problem,
        one_day=timedelta(days=1),
    )


handlers = (show_projects, open_project, close_project)
