"""Levels for programs: everybody reads, the operator decides."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub import probes, service_levels, trust
from hub.approvals.models import Label
from hub.core import web
from hub.core.caller import ANYBODY, Caller, access
from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.pages import language_of
from hub.labels import actions, contracts
from hub.labels.models import ServiceLine, ServiceView
from hub.labels.stepping import Decide, make_step
from hub.service_levels.models import AnnounceWork, Incident, ReportIncident, Work
from hub.trust.models import AddEvidence, ChangeClause, Evidence, RegisterService, Service

AnyRequest = Request[Any, Any, Any]
PUBLIC = "/api/v1/trust/services"
OPERATOR = "/api/v1/operator/services"
TAGS = ["Trust"]


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Where the approval stands after it."""

    state: str
    version: int
    level: str | None


@get(PUBLIC, opt=access(ANYBODY), tags=TAGS, summary="Services and their levels")
async def list_services(tx: NamedDependency[Tx]) -> list[ServiceLine]:
    """Every service with the level that holds now."""
    return await actions.list_services(tx)


@get(f"{PUBLIC}/{{code:str}}", opt=access(ANYBODY), tags=TAGS, summary="A service's level, and why")
async def see_service(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> ServiceView:
    """The level with everything that it is made of, in the caller's language."""
    return await actions.find_service(tx, code, language_of(request) or SOURCE)


@get(
    f"{PUBLIC}/{{code:str}}/contract", opt=access(ANYBODY), tags=TAGS, summary="A service's clauses"
)
async def see_contract(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> contracts.Contract:
    """The clauses in force in plain words; the hash is the same in every language."""
    return await contracts.find_contract(tx, code, language_of(request))


@post(OPERATOR, opt=access("operator", fresh=True), tags=TAGS, summary="Register a service")
async def register_service(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[RegisterService]
) -> Response[bytes]:
    """Open a service's file."""

    async def act() -> Service:
        return await trust.register_service(tx, data)

    return await web.answer_once(tx, request, act)


@post(
    f"{OPERATOR}/{{code:str}}/evidence",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Add a document",
)
async def add_evidence(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    code: FromPath[str],
    data: JSONBody[AddEvidence],
) -> Response[bytes]:
    """Put a document into the file; the page says whether it counts."""

    async def act() -> Evidence:
        return await trust.add_evidence(tx, code, data)

    return await web.answer_once(tx, request, act)


@post(
    "/api/v1/operator/evidence/{evidence:uuid}/confirmation",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Confirm a document's number",
)
async def confirm_evidence(
    request: AnyRequest, tx: NamedDependency[Tx], evidence: FromPath[UUID]
) -> Response[bytes]:
    """Its number was found in its issuer's own register."""

    async def act() -> Evidence:
        return await trust.confirm_evidence(tx, evidence)

    return await web.answer_once(tx, request, act)


@put(
    f"{OPERATOR}/{{code:str}}/clauses",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Set a clause",
)
async def change_clause(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    code: FromPath[str],
    data: JSONBody[ChangeClause],
) -> Response[bytes]:
    """Choose the option of a clause of the service's contract, or take the clause out."""

    async def act() -> ServiceLine:
        await trust.change_clause(tx, code, data)
        return next(one for one in await actions.list_services(tx) if one.code == code)

    return await web.answer_once(tx, request, act, status=200)


@post(
    f"{OPERATOR}/{{code:str}}/approval",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Decide on an approval",
)
async def decide(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    code: FromPath[str],
    data: JSONBody[Decide],
) -> Response[bytes]:
    """One step: submit, open_review, propose, confirm (by a second person), refuse, warn, lift,
    suspend, resume, withdraw."""

    async def act() -> Decided:
        return _decided(await make_step(tx, code, data, caller.role))

    return await web.answer_once(tx, request, act)


def _decided(label: Label) -> Decided:
    assert label.approval is not None
    level = label.standing.referential.name(label.rank)
    return Decided(state=label.approval.state.value, version=label.approval.version, level=level)


@post(
    f"{OPERATOR}/{{code:str}}/measurements",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Measure a service now",
)
async def measure_now(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> Response[bytes]:
    """The worker runs every probe; the findings stand on the service's page."""

    async def act() -> None:
        await probes.ask_probes(tx, code)

    return await web.answer_once(tx, request, act, status=202)


@post(
    f"{OPERATOR}/{{code:str}}/incidents",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Report an incident",
)
async def report_incident(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    code: FromPath[str],
    data: JSONBody[ReportIncident],
) -> Response[bytes]:
    """It is public as it is reported."""

    async def act() -> Incident:
        return await service_levels.report_incident(tx, code, data)

    return await web.answer_once(tx, request, act)


@post(
    f"{OPERATOR}/{{code:str}}/works",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Announce planned work",
)
async def announce_work(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    code: FromPath[str],
    data: JSONBody[AnnounceWork],
) -> Response[bytes]:
    """Its minutes do not count when it is announced 72 hours before."""

    async def act() -> list[Work]:
        return list(await service_levels.announce_work(tx, code, data))

    return await web.answer_once(tx, request, act)


handlers = (
    list_services,
    see_service,
    see_contract,
    register_service,
    add_evidence,
    confirm_evidence,
    change_clause,
    decide,
    measure_now,
    report_incident,
    announce_work,
)
