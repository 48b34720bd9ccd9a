"""The register of members and the statute, for the federation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from hub.members import actions, forms
from hub.members.models import Statute

PAGE = "/pro/members"
Form = URLEncodedBody[dict[str, str]]


@get(PAGE, opt=access("federation"), include_in_schema=False)
async def show_members(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The members by college, and how the federation decides."""
    return await _show(request, tx, {}, None)


@post(PAGE, opt=access("federation"), include_in_schema=False)
async def enrol_member(request: AnyRequest, data: Form) -> Response[Any]:
    """An organisation becomes a member."""

    async def act(tx: Tx) -> None:
        await actions.enrol_by_name(
            tx,
            request.app.state.database.reader,
            name=data.get("name", ""),
            college=data.get("college", ""),
            since=forms.read_day(data.get("since", "")),
        )

    return await _act(request, data, act)


@post(f"{PAGE}/statute", opt=access("federation"), include_in_schema=False)
async def write_statute(request: AnyRequest, data: Form) -> Response[Any]:
    """The statute changes, from the next vote on."""

    async def act(tx: Tx) -> None:
        await actions.write_statute(tx, forms.read_statute(data))

    return await _act(request, data, act)


@post(f"{PAGE}/{{enrolment:uuid}}/end", opt=access("federation"), include_in_schema=False)
async def end_enrolment(tx: NamedDependency[Tx], enrolment: FromPath[UUID]) -> Redirect:
    """A member leaves."""
    await actions.end_enrolment(tx, enrolment)
    return Redirect(PAGE, status_code=303)


async def _act(request: AnyRequest, data: Mapping[str, str], act: Any) -> Response[Any]:
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await act(tx)
    except HubError as error:
        if error.status not in {400, 409}:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show(request, tx, data, error)
    return Redirect(PAGE, status_code=303)


async def _show(
    request: AnyRequest, tx: Tx, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    statute: Statute | None = None
    try:
        statute = (await actions.find_statute(tx)).document
    except HubError:
        statute = None
    return page(
        request,
        "members/members.html",
        status_code=problem.status if problem else 200,
        statute=statute,
        members=await actions.list_enrolments(tx),
        counts={one.college: one.members for one in await actions.count_enrolments(tx)},
        figures=forms.show_statute(statute, typed),
        typed=typed,
        today=local_date(tx.now, actions.ZONE),
        problem=problem,
    )


handlers = (show_members, enrol_member, write_statute, end_enrolment)
