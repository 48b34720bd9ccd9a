"""Contracts, for programs: which there are, sign one, take it away."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub import service_levels
from hub.contracts import actions
from hub.contracts.models import KINDS, Document, Line, SignContract
from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.pages import language_of
from hub.core.web import answer_once
from hub.service_levels.models import Month

LIST = "/api/v1/contracts"
MONTHS = "/api/v1/service-months"


@get(LIST, opt=access(*KINDS), tags=["Trust"], summary="My contracts")
async def list_contracts(request: Request[Any, Any, Any], tx: NamedDependency[Tx]) -> list[Line]:
    """Every service with where its contract stands; the clauses are at
    `/api/v1/trust/services/{code}/contract`."""
    return await actions.list_lines(tx, language_of(request))


@post(f"{LIST}/{{service:str}}", opt=access(*KINDS), tags=["Trust"], summary="Sign a contract")
async def sign_contract(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    service: FromPath[str],
    data: JSONBody[SignContract],
) -> Response[Any]:
    """Sign the clauses whose hash is named; signing the same again gives back what is there."""
    language = language_of(request)
    return await answer_once(
        tx,
        request,
        lambda: actions.sign(tx, service, data, role=caller.role, language=language),
    )


@get(f"{LIST}/{{contract:uuid}}", opt=access(*KINDS), tags=["Trust"], summary="A signed contract")
async def find_contract(
    request: Request[Any, Any, Any], tx: NamedDependency[Tx], contract: FromPath[UUID]
) -> Document:
    """The clauses as they were signed, who signed them, and this hub's seal."""
    return await actions.find_data(tx, contract, request.app.state.settings)


@get(
    f"{LIST}/{{contract:uuid}}/pdf",
    opt=access(*KINDS),
    tags=["Trust"],
    summary="The same on paper",
    media_type="application/pdf",
)
async def find_paper(tx: NamedDependency[Tx], contract: FromPath[UUID]) -> Response[bytes]:
    """The very bytes that were signed."""
    return Response(await actions.find_document(tx, contract), media_type="application/pdf")


@get(MONTHS, opt=access(*KINDS), tags=["Trust"], summary="My months")
async def list_months(tx: NamedDependency[Tx]) -> list[Month]:
    """The closed months of each service: what was measured, what was promised, and the credit note
    that a missed promise gave."""
    return await service_levels.list_months(tx)


handlers = (list_months, list_contracts, sign_contract, find_contract, find_paper)
