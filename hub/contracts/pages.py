"""The contracts of an organisation: read, signed, taken away."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.contracts import actions
from hub.contracts.models import KINDS, SignContract
from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/contracts"


@get(PAGE, opt=access(*KINDS), include_in_schema=False)
async def show_contracts(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Every service with where its contract stands."""
    lines = await actions.list_lines(tx, language_of(request))
    return page(request, "contracts/contracts.html", lines=lines)


@get(f"{PAGE}/{{service:str}}", opt=access(*KINDS), include_in_schema=False)
async def show_contract(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    service: FromPath[str],
) -> Response[str]:
    """The clauses in plain words, and the form to sign them."""
    return await _show(request, tx, caller, service, {}, None)


async def _show(
    request: AnyRequest,
    tx: Tx,
    caller: Caller,
    service: str,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "contracts/contract.html",
        status_code=problem.status if problem else 200,
        shown=await actions.show(tx, service, language_of(request)),
        may_sign=caller.role in actions.SIGNERS,
        signer=caller.name,
        typed=typed,
        problem=problem,
    )


@post(f"{PAGE}/{{service:str}}", opt=access(*KINDS), include_in_schema=False)
async def sign_contract(
    request: AnyRequest, caller: NamedDependency[Caller], service: FromPath[str], data: Form
) -> Response[Any]:
    """Sign what was shown; what was typed is kept when something is wrong with it."""
    said = SignContract(
        shown_sha256=data.get("shown_sha256", ""),
        name=data.get("name", ""),
        quality=data.get("quality", ""),
        read=data.get("read") == "1",
    )
    database, language = request.app.state.database, language_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await actions.sign(tx, service, said, role=caller.role, language=language)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show(request, tx, caller, service, data, error)
    return Redirect(f"{PAGE}/{service}", status_code=303)


@get(f"{PAGE}/signed/{{contract:uuid}}/pdf", opt=access(*KINDS), include_in_schema=False)
async def download_paper(tx: NamedDependency[Tx], contract: FromPath[UUID]) -> Response[bytes]:
    """The paper as it was signed."""
    document = await actions.find_document(tx, contract)
    headers = {"content-disposition": f'attachment; filename="contract-{contract}.pdf"'}
    return Response(document, media_type="application/pdf", headers=headers)


@get(f"{PAGE}/signed/{{contract:uuid}}/json", opt=access(*KINDS), include_in_schema=False)
async def download_data(
    request: AnyRequest, tx: NamedDependency[Tx], contract: FromPath[UUID]
) -> Response[bytes]:
    """The same for machines, sealed."""
    found = await actions.find_data(tx, contract, request.app.state.settings)
    headers = {"content-disposition": f'attachment; filename="contract-{contract}.json"'}
    text = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
    return Response(text, media_type="application/json", headers=headers)


handlers = (show_contracts, show_contract, sign_contract, download_paper, download_data)
