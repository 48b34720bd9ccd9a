"""The head's page of courses: what they may hold, and which there are."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from verticals.education import roster
from verticals.education.authoring import leading
from verticals.education.classwork.pages.own import said

HOME = "/ecole/cours"


@get(HOME, opt=access("school"), include_in_schema=False)
async def show_courses(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The courses of the school, and what they may hold."""
    return await _courses(request, tx, {}, None)


@post(HOME, opt=access("school"), include_in_schema=False)
async def allow(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Say what courses may hold."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    caller, database = caller_of(request), _database(request)
    opens = form.get("opens") == "yes"
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as writing:
            await leading.allow(writing, form.get("hosts", ""), opens=opens, role=caller.role)
    except leading.REFUSALS as error:
        return await _courses(request, tx, form, error)
    return Redirect(HOME, status_code=303)


@post(HOME + "/{id:uuid}/fermer", opt=access("school"), include_in_schema=False)
async def close(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Redirect:
    """Nobody begins it any more."""
    await leading.close(tx, id, role=caller_of(request).role)
    return Redirect(HOME, status_code=303)


async def _courses(
    request: AnyRequest, tx: Tx, form: dict[str, str], error: HubError | None
) -> Response[str]:
    return page(
        request,
        "authoring/school.html",
        courses=await leading.list_courses(tx),
        rules=await leading.find_rules(tx),
        may_lead=caller_of(request).role in roster.HEADS,
        **said(request, form, error),
    )


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


handlers = (show_courses, allow, close)
