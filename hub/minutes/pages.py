"""The minutes of a counted vote: on the screen, as a file, and signed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.assemblies import views
from hub.assemblies.actions import proposing
from hub.assemblies.doors import KINDS, Door, entered, find_door
from hub.assemblies.pages.editing import PAGE, write_in
from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.minutes import actions
from hub.minutes.models import SignMinutes

Form = URLEncodedBody[dict[str, str]]
MINUTES = f"{PAGE}/{{proposal:uuid}}/minutes"


@get(MINUTES, opt=access(*KINDS), include_in_schema=False)
async def show_minutes(request: AnyRequest, proposal: FromPath[UUID]) -> Response[str]:
    """The minutes of a counted vote, for the printer."""
    door = await find_door(request)
    async with entered(request, door) as tx:
        return await show_signing(request, tx, door, proposal, {}, None)


async def show_signing(
    request: AnyRequest,
    tx: Tx,
    door: Door,
    id: UUID,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    """The minutes with their signature, or the form to sign them."""
    problem = describe_problem(error, request.url.path) if error else None
    found = await proposing.find_proposal(tx, id)
    return page(
        request,
        "minutes/minutes.html",
        status_code=problem.status if problem else 200,
        proposal=found,
        text=await write_in(tx, (await proposing.find_texts(tx, found))[1], request),
        as_percent=views.as_percent,
        signature=await actions.find_signature(tx, id),
        final=found.state in actions.FINAL,
        may_sign=door.member is None and door.caller.role in actions.SIGNERS,
        signer=door.caller.name,
        typed=typed,
        problem=problem,
    )


@get(f"{MINUTES}.pdf", opt=access(*KINDS), include_in_schema=False)
async def download_minutes(request: AnyRequest, proposal: FromPath[UUID]) -> Response[bytes]:
    """The signed file itself; before, a draft."""
    door = await find_door(request)
    async with entered(request, door) as tx:
        found = await proposing.find_proposal(tx, proposal)
        document = await actions.find_document(tx, proposal, language_of(request))
    name = f"proces-verbal-{found.number}.pdf"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(document, media_type="application/pdf", headers=headers)


@post(MINUTES, opt=access("federation"), include_in_schema=False)
async def sign_minutes(request: AnyRequest, proposal: FromPath[UUID], data: Form) -> Response[Any]:
    """Sign what was shown; what was typed is kept when something is wrong with it."""
    door = await find_door(request)
    said = SignMinutes(
        shown_hash=data.get("shown_hash", ""),
        name=data.get("name", ""),
        quality=data.get("quality", ""),
        read=data.get("read") == "1",
    )
    try:
        async with entered(request, door) as tx:
            await actions.sign(tx, proposal, said, role=door.caller.role)
    except HubError as error:
        if error.status not in {400, 409}:
            raise
        async with entered(request, door) as tx:
            return await show_signing(request, tx, door, proposal, data, error)
    return Redirect(f"{PAGE}/{proposal}/minutes", status_code=303)


handlers = (show_minutes, download_minutes, sign_minutes)
