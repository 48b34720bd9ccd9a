"""The mandate of a house: read it, sign it, print it, end it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.agreements import NoAgreement
from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError
from hub.core.i18n import LANGUAGES
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.lodging import own_house
from tourism.mandate.actions import ending, signing
from tourism.mandate.actions.wording import blocks_of, write_text
from tourism.mandate.errors import AgentUnknown, MandateMissing
from tourism.mandate.models import Draft, EndMandate, Mandate, SignMandate, State
from tourism.mandate.policy import standing

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/mandate"


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_mandate(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    copy: FromQuery[str] = "fr",
) -> Response[str]:
    """The text to sign or the one that is signed, in French or as a reading copy."""
    return await _show(request, tx, reader, caller, copy=copy)


@post(PAGE, opt=access("lodging"), include_in_schema=False)
async def sign(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    data: Form,
) -> Response[Any]:
    """Sign what was shown; what was typed is kept when something is wrong with it."""
    database: Database = request.app.state.database
    said = SignMandate(
        shown_hash=data.get("shown_hash", ""),
        name=data.get("name", ""),
        quality=data.get("quality", ""),
        read=data.get("read") == "1",
    )
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            house = await own_house(tx)
            await signing.sign_mandate(
                tx, reader, house, said, request.app.state.settings, role=caller.role
            )
    except HubError as error:
        return await _again(request, reader, caller, data, error)
    return Redirect("/pro/onboarding", status_code=303)


@post(f"{PAGE}/end", opt=access("lodging"), include_in_schema=False)
async def end(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    data: Form,
) -> Response[Any]:
    """Give notice."""
    database: Database = request.app.state.database
    said = EndMandate(
        name=data.get("end_name", ""),
        stop_now=data.get("stop") != "later",
        reason=data.get("end_reason", ""),
    )
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            house = await own_house(tx)
            await ending.give_notice(tx, house, said, role=caller.role)
    except HubError as error:
        return await _again(request, reader, caller, data, error)
    return Redirect(PAGE, status_code=303)


@get("/pro/mandates/{id:uuid}", opt=access("lodging"), include_in_schema=False)
async def show_signed(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One signed mandate with its signature, for the printer."""
    mandate = await signing.find_mandate(tx, id)
    return page(
        request,
        "mandate/signed.html",
        mandate=mandate,
        blocks=blocks_of(mandate.text),
        intact=standing.is_intact(mandate),
    )


async def _again(
    request: AnyRequest,
    reader: Reader,
    caller: Caller,
    typed: Mapping[str, str],
    error: HubError,
) -> Response[str]:
    if error.status not in {400, 409}:
        raise error
    database: Database = request.app.state.database
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        return await _show(request, tx, reader, caller, typed=typed, error=error)


async def _show(
    request: AnyRequest,
    tx: Tx,
    reader: Reader,
    caller: Caller,
    *,
    typed: Mapping[str, str] | None = None,
    error: HubError | None = None,
    copy: str = "fr",
) -> Response[str]:
    house = await own_house(tx)
    now = await signing.find_standing(tx, house)
    draft: Draft | None = None
    missing: HubError | None = None
    if now.state is not State.ACTIVE:
        try:
            draft = await signing.prepare_mandate(tx, reader, house, request.app.state.settings)
        except (AgentUnknown, MandateMissing, NoAgreement) as why:
            missing = why
    shown: Mandate | Draft | None = draft or now.mandate
    language = copy if copy in LANGUAGES else "fr"
    text = _words(shown, language)
    problem = describe_problem(error, request.url.path) if error else None
    today = local_date(tx.now, house.zone)
    return page(
        request,
        "mandate/mandate.html",
        status_code=problem.status if problem else 200,
        house=house,
        standing=now,
        draft=draft,
        missing=describe_problem(missing, request.url.path) if missing else None,
        blocks=blocks_of(text) if text else [],
        copy=language,
        languages=LANGUAGES,
        may_sign=caller.role in standing.SIGNERS,
        signer=caller.name,
        ends_on=standing.end_of_notice(today, standing.revision_in_force(today)),
        past=await signing.list_mandates(tx, house),
        typed=typed or {},
        problem=problem,
    )


def _words(shown: Mandate | Draft | None, language: str) -> str:
    if shown is None:
        return ""
    return shown.text if language == "fr" else write_text(shown.facts, language)


handlers = (show_mandate, sign, end, show_signed)
