"""Say which house is mine and prove it; add one that the registry lacks; decide about claims."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub import identity
from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from tourism.claims import forms
from tourism.claims.actions import adding, claiming, deciding, finding
from tourism.claims.errors import ClaimInvalid, CodeWrong
from tourism.claims.models import OwnClaim, State, TypedCode
from tourism.claims.policy import proof
from tourism.lodging import Kind

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/claim"
HOUSE = f"{PAGE}/houses/{{property:int}}"
CLAIM = f"{PAGE}/{{claim:uuid}}"
# Furnished lets and guest houses are not in the registry of classified lodgings: they come first.
KINDS = (
    Kind.FURNISHED,
    Kind.GUEST_HOUSE,
    Kind.HOTEL,
    Kind.CAMPSITE,
    Kind.AUBERGE,
    Kind.RESIDENCE,
    Kind.VILLAGE,
    Kind.PRL,
)
_TOLD = (400, 404, 409, 429)


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


@get(PAGE, opt=access(SIGNED_IN), include_in_schema=False)
async def show_search(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    text: FromQuery[str] = "",
) -> Response[str]:
    """Search the registry, see my claims, or add a lodging."""
    return await _show_search(request, tx, reader, caller, text=text)


async def _show_search(
    request: AnyRequest,
    tx: Tx,
    reader: Reader,
    caller: Caller,
    *,
    text: str = "",
    typed: Mapping[str, str] | None = None,
    error: HubError | None = None,
) -> Response[str]:
    assert caller.person is not None
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "claims/search.html",
        status_code=problem.status if problem else 200,
        text=text,
        found=await finding.find_houses(reader, text),
        shown=finding.SHOWN,
        claims=await finding.list_own_claims(tx, caller.person),
        kinds=[kind.value for kind in KINDS],
        typed=typed or {},
        problem=problem,
    )


@post(f"{PAGE}/houses", opt=access(SIGNED_IN), include_in_schema=False)
async def add_house(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    data: Form,
) -> Response[Any]:
    """Add a lodging that the registry does not list; a form that was sent twice adds one."""
    assert caller.person is not None
    try:
        said = await forms.read_house(reader, data)
        tenant = await adding.add_house(
            _database(request),
            reader,
            said,
            person=caller.person,
            actor=caller.actor,
            key=data.get("idempotency_key", ""),
        )
    except HubError as error:
        if error.status not in _TOLD:
            raise
        return await _show_search(request, tx, reader, caller, typed=data, error=error)
    return await _act_for(request, caller, tenant)


async def _act_for(request: AnyRequest, caller: Caller, tenant: int) -> Redirect:
    """Go on as the house."""
    token = identity.read_session(request)
    async with _database(request).transaction(actor=caller.actor) as tx:
        await identity.choose_organisation(tx, caller, token, tenant)
    return Redirect("/pro/onboarding", status_code=303)


@get(HOUSE, opt=access(SIGNED_IN), include_in_schema=False)
async def show_house(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    property: FromPath[int],
) -> Response[str]:
    """A house, and what to say to claim it."""
    return await _show_house(request, tx, reader, property, {}, None)


@post(HOUSE, opt=access(SIGNED_IN), include_in_schema=False)
async def begin_claim(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    property: FromPath[int],
    data: Form,
) -> Response[Any]:
    """Begin to claim it."""
    assert caller.person is not None
    try:
        house = await finding.find_house(reader, property)
        own = await finding.list_own_claims(tx, caller.person)
        async with _database(request).transaction(house.tenant, actor=caller.actor) as there:
            said = forms.read_begin(data, property)
            claim = await claiming.begin_claim(there, house, said, own, person=caller.person)
    except HubError as error:
        if error.status not in {400, 429}:
            raise
        return await _show_house(request, tx, reader, property, data, error)
    return Redirect(f"{PAGE}/{claim}", status_code=303)


async def _show_house(
    request: AnyRequest,
    tx: Tx,
    reader: Reader,
    property: int,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    house = await finding.find_house(reader, property)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "claims/house.html",
        status_code=problem.status if problem else 200,
        house=house,
        domain=await finding.find_proving_domain(reader, house),
        deciders=await finding.list_deciders(tx, house.id),
        typed=typed,
        problem=problem,
    )


@get(CLAIM, opt=access(SIGNED_IN), include_in_schema=False)
async def show_claim(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
) -> Response[Any]:
    """Where a claim stands, and what can prove it."""
    own = await _find_own(tx, caller, claim)
    return await _show_claim(request, tx, reader, caller, own, {}, None)


async def _find_own(tx: Tx, caller: Caller, claim: UUID) -> OwnClaim:
    assert caller.person is not None
    return await finding.find_own_claim(tx, caller.person, claim)


async def _show_claim(
    request: AnyRequest,
    tx: Tx,
    reader: Reader,
    caller: Caller,
    own: OwnClaim,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[Any]:
    problem = describe_problem(error, request.url.path) if error else None
    house = await finding.find_house(reader, own.property)
    async with _database(request).transaction(own.tenant, actor=caller.actor) as there:
        claim = await claiming.find_claim(there, own.id)
    return page(
        request,
        "claims/claim.html",
        status_code=problem.status if problem else 200,
        house=house,
        claim=claim,
        waits_for_code=claim.state is State.OPEN and proof.code_lives(claim, tx.now),
        domain=await finding.find_proving_domain(reader, house),
        deciders=await finding.list_deciders(tx, house.id),
        typed=typed,
        problem=problem,
    )


@post(f"{CLAIM}/code", opt=access(SIGNED_IN), include_in_schema=False)
async def send_code(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Send a code to an address of the house's own domain."""
    own = await _find_own(tx, caller, claim)
    assert caller.person is not None
    try:
        all_own = await finding.list_own_claims(tx, caller.person)
        async with _database(request).transaction(own.tenant, actor=caller.actor) as there:
            await claiming.send_code(
                there,
                reader,
                claim,
                data.get("local", ""),
                all_own,
                request.app.state.settings.secret_key,
                language_of(request),
            )
    except HubError as error:
        if error.status not in _TOLD:
            raise
        return await _show_claim(request, tx, reader, caller, own, data, error)
    return Redirect(f"{PAGE}/{claim}", status_code=303)


@post(f"{CLAIM}/proof", opt=access(SIGNED_IN), include_in_schema=False)
async def type_code(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Type the code: the house is mine, or a decision is asked for."""
    own = await _find_own(tx, caller, claim)
    secret = request.app.state.settings.secret_key
    try:
        # The try is counted whatever comes of it: what is wrong is told after the commit.
        async with _database(request).transaction(own.tenant, actor=caller.actor) as there:
            outcome = await claiming.type_code(there, claim, data.get("code", ""), secret)
        if outcome is TypedCode.WRONG:
            raise CodeWrong("Compare it with the letter and type it again.", field="code")
        if outcome is TypedCode.EXPIRED:
            raise ClaimInvalid(
                "This code is worth nothing any more: ask for another.", field="code"
            )
    except HubError as error:
        if error.status not in _TOLD:
            raise
        return await _show_claim(request, tx, reader, caller, own, data, error)
    if outcome is TypedCode.GRANTED:
        return await _act_for(request, caller, own.tenant)
    return Redirect(f"{PAGE}/{claim}", status_code=303)


@post(f"{CLAIM}/office", opt=access(SIGNED_IN), include_in_schema=False)
async def ask_office(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Ask whoever decides about this house."""
    own = await _find_own(tx, caller, claim)
    try:
        async with _database(request).transaction(own.tenant, actor=caller.actor) as there:
            await claiming.ask_office(there, claim, forms.read_statement(data))
    except HubError as error:
        if error.status not in _TOLD:
            raise
        return await _show_claim(request, tx, reader, caller, own, data, error)
    return Redirect(f"{PAGE}/{claim}", status_code=303)


@post(f"{CLAIM}/withdraw", opt=access(SIGNED_IN), include_in_schema=False)
async def withdraw_claim(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
) -> Redirect:
    """Give it up."""
    own = await _find_own(tx, caller, claim)
    async with _database(request).transaction(own.tenant, actor=caller.actor) as there:
        await claiming.withdraw_claim(there, claim)
    return Redirect(PAGE, status_code=303)


@post(f"{CLAIM}/enter", opt=access(SIGNED_IN), include_in_schema=False)
async def enter_house(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
) -> Redirect:
    """Act for the house that a claim gave me."""
    return await _act_for(request, caller, (await _find_own(tx, caller, claim)).tenant)


@get("/pro/claims", opt=access("office", "operator"), include_in_schema=False)
async def list_claims(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The claims that wait for us."""
    return await _list_claims(request, tx, None, {}, None)


@post("/pro/claims/{claim:uuid}", opt=access("office", "operator"), include_in_schema=False)
async def decide_claim(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    claim: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    """Confirm or refuse, with a reason."""
    try:
        said = forms.read_decision(data)
        await deciding.decide_claim(_database(request), caller.tenant, caller.actor, claim, said)
    except HubError as error:
        if error.status != 400:
            raise
        return await _list_claims(request, tx, claim, data, error)
    return Redirect("/pro/claims", status_code=303)


async def _list_claims(
    request: AnyRequest,
    tx: Tx,
    wrong: UUID | None,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "claims/decide.html",
        status_code=problem.status if problem else 200,
        claims=await deciding.list_claims(tx),
        wrong=wrong,
        typed=typed,
        problem=problem,
    )


handlers = (
    show_search,
    add_house,
    show_house,
    begin_claim,
    show_claim,
    send_code,
    type_code,
    ask_office,
    withdraw_claim,
    enter_house,
    list_claims,
    decide_claim,
)
