"""My stays: the address is proven once, then every stay under it is there."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.clock import local_date
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.tokens import read_reference
from tourism.quoting.doors import settings_of
from tourism.stays.actions import finding
from tourism.stays.actions.letters import PROOF
from tourism.stays.views import view_stay

PAGE = "/mes-sejours"


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


@get(PAGE, opt=access(SIGNED_IN), include_in_schema=False)
async def show_stays(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[str]:
    """All of them, or how the address is proven."""
    return await _show(request, caller, None)


@post(f"{PAGE}/lettre", opt=access(SIGNED_IN), include_in_schema=False)
async def ask_proof(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Have the letter sent."""
    try:
        async with _database(request).transaction(actor=caller.actor) as tx:
            await finding.ask_proof(tx, caller, language_of(request))
    except HubError as error:
        if error.status != 429:
            raise
        return await _show(request, caller, error)
    return Redirect(PAGE, status_code=303)


@get(f"{PAGE}/preuve/{{token:str}}", opt=access(SIGNED_IN), include_in_schema=False)
async def show_proof(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str]
) -> Response[str]:
    """The letter's link: a button, so that no program that looks at letters proves anything."""
    read_reference(settings_of(request).secret_key, PROOF, token)
    return page(request, "stays/proof.html", token=token, email=caller.email, problem=None)


@post(f"{PAGE}/preuve/{{token:str}}", opt=access(SIGNED_IN), include_in_schema=False)
async def prove(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str]
) -> Response[Any]:
    """The address is proven."""
    named = read_reference(settings_of(request).secret_key, PROOF, token)
    try:
        async with _database(request).transaction(actor=caller.actor) as tx:
            await finding.prove(tx, caller, named.tenant, named.id)
    except HubError as error:
        if error.status != 409:
            raise
        problem = describe_problem(error, request.url.path)
        return page(
            request,
            "stays/proof.html",
            status_code=problem.status,
            token=token,
            email=caller.email,
            problem=problem,
        )
    return Redirect(PAGE, status_code=303)


async def _show(request: AnyRequest, caller: Caller, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    async with _database(request).transaction(actor=caller.actor) as tx:
        known = await finding.find_email(tx, caller)
        stays = await finding.list_stays(tx, caller)
        today = local_date(tx.now, "Europe/Paris")
    lines = [view_stay(settings_of(request), stay) for stay in stays]
    return page(
        request,
        "stays/stays.html",
        status_code=problem.status if problem else 200,
        email=caller.email,
        known=known,
        coming=[line for line in reversed(lines) if line.departure >= today],
        past=[line for line in lines if line.departure < today],
        problem=problem,
    )


handlers = (show_stays, ask_proof, show_proof, prove)
