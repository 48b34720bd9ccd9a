"""The head's pages of tools: which there are, what is told to each, and how one is registered."""

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
from hub.core.problems import describe_problem
from hub.core.settings import Settings
from hub.core.web import caller_of
from verticals.education import roster
from verticals.education.lti_tools.actions import keys, tools
from verticals.education.lti_tools.errors import ToolInvalid
from verticals.education.lti_tools.models import Addresses, Register

HOME, ONE = "/ecole/outils", "/ecole/outils/{id:uuid}"
FIELDS = Register.__struct_fields__
Form = dict[str, str]


@get(HOME, opt=access("school"), include_in_schema=False)
async def show_tools(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The tools of the school; the head registers more."""
    return await _tools(request, tx, {}, None)


@post(HOME, opt=access("school"), include_in_schema=False)
async def register_tool(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Register one."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    typed = Register(**{name: form.get(name, "") for name in FIELDS})
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    caller = caller_of(request)
    try:
        id = _key(form)
        async with database.transaction(caller.tenant, actor=caller.actor) as writing:
            await tools.register_tool(
                writing, id, typed, role=caller.role, loopback=settings.allow_loopback
            )
    except tools.REFUSALS as error:
        return await _tools(request, tx, form, error)
    return Redirect(f"{HOME}/{id}", status_code=303)


@get(ONE, opt=access("school"), include_in_schema=False)
async def show_tool(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One tool, and what its makers have to know of the school."""
    settings: Settings = request.app.state.settings
    assert tx.tenant is not None
    return page(
        request,
        "lti_tools/tool.html",
        tool=await tools.find_tool(tx, id),
        at=Addresses(site=settings.public_url, space=tx.tenant),
        may_lead=caller_of(request).role in roster.HEADS,
    )


@post(ONE + "/fermer", opt=access("school"), include_in_schema=False)
async def close_tool(request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]) -> Redirect:
    """Nobody opens it any more."""
    await tools.close_tool(tx, id, role=caller_of(request).role)
    return Redirect(HOME, status_code=303)


@post(HOME + "/cle", opt=access("school"), include_in_schema=False)
async def rotate_key(request: AnyRequest, tx: NamedDependency[Tx]) -> Redirect:
    """Another key than the one that was seen signs from here on."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    await keys.rotate_key(tx, _key(form, "seen"), role=caller_of(request).role)
    return Redirect(HOME, status_code=303)


def _key(form: Form, field: str = "idempotency_key") -> UUID:
    try:
        return UUID(form.get(field, ""))
    except ValueError:
        raise ToolInvalid("This form is not complete.") from None


async def _tools(request: AnyRequest, tx: Tx, form: Form, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "lti_tools/tools.html",
        status_code=problem.status if problem else 200,
        tools=await tools.list_tools(tx),
        signing=await keys.find_signing(tx),
        may_lead=caller_of(request).role in roster.HEADS,
        typed=form,
        problem=problem,
    )


handlers = (show_tools, register_tool, show_tool, close_tool, rotate_key)
