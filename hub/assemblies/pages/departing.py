"""What departs from the agreement: derogations of members, and the call to suspend it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import agreements
from hub.agreements.describe import name_role
from hub.assemblies import forms
from hub.assemblies.actions import departing, proposing
from hub.assemblies.doors import KINDS, Door, entered, find_door
from hub.assemblies.pages.editing import PAGE, agreement_of
from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.rules import Role

Form = URLEncodedBody[dict[str, str]]
DEROGATIONS = "/pro/derogations"
FORM_STATUSES = frozenset({400, 409})


@get(DEROGATIONS, opt=access(*KINDS), include_in_schema=False)
async def show_derogations(request: AnyRequest) -> Response[str]:
    """Who owes less, whom, how much, why and until when: every member may read it."""
    door = await find_door(request)
    async with entered(request, door) as tx:
        return await _show(request, tx, door, {}, None)


@post(DEROGATIONS, opt=access("federation"), include_in_schema=False)
async def grant_derogation(request: AnyRequest, data: Form) -> Response[Any]:
    """Let a member owe less for a time."""
    door = await find_door(request)
    try:
        said = forms.read_derogation(data)
        async with entered(request, door) as tx:
            versions = await agreements.list_versions(tx, door.scheme)
            _, code = await agreement_of(tx, door.scheme)
            remainder = versions[0].text.remainder if versions else Role.LODGING
            await departing.grant(tx, said, agreements.vocabularies()[code], remainder)
    except HubError as error:
        return await _refused(request, door, data, error)
    return Redirect(DEROGATIONS, status_code=303)


@post(f"{DEROGATIONS}/{{derogation:uuid}}/end", opt=access("federation"), include_in_schema=False)
async def end_derogation(
    request: AnyRequest, derogation: FromPath[UUID], data: Form
) -> Response[Any]:
    """End it before its day."""
    door = await find_door(request)
    try:
        async with entered(request, door) as tx:
            await departing.end(tx, derogation, data.get("ended_reason", ""))
    except HubError as error:
        return await _refused(request, door, {**data, "ending": str(derogation)}, error)
    return Redirect(DEROGATIONS, status_code=303)


async def _refused(
    request: AnyRequest, door: Door, data: Mapping[str, str], error: HubError
) -> Response[str]:
    if error.status not in FORM_STATUSES:
        raise error
    async with entered(request, door) as tx:
        return await _show(request, tx, door, data, error)


async def _show(
    request: AnyRequest, tx: Tx, door: Door, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    _, code = await agreement_of(tx, door.scheme)
    vocabulary = agreements.vocabularies()[code]
    language = language_of(request)
    today = local_date(tx.now, departing.ZONE)
    found = await agreements.list_derogations(tx)
    names = {party.code: name_role(vocabulary, party.code, language) for party in vocabulary.roles}
    return page(
        request,
        "assemblies/derogations.html",
        status_code=problem.status if problem else 200,
        running=[one for one in found if one.ends_on > today],
        past=[one for one in found if one.ends_on <= today],
        names=names,
        roles=[(party.code, names[party.code]) for party in vocabulary.roles[1:]],
        federation=door.member is None,
        own=door.member,
        typed=typed,
        problem=problem,
        today=today,
        one_day=timedelta(days=1),
    )


@get(f"{PAGE}/suspend", opt=access("federation"), include_in_schema=False)
async def show_suspension(request: AnyRequest) -> Response[str]:
    """Ask the members to suspend the version in force."""
    door = await find_door(request)
    async with entered(request, door) as tx:
        return await _show_suspension(request, tx, door, {}, None)


@post(f"{PAGE}/suspend", opt=access("federation"), include_in_schema=False)
async def write_suspension(request: AnyRequest, data: Form) -> Response[Any]:
    """Keep the draft of an emergency vote."""
    door = await find_door(request)
    try:
        said = forms.read_suspension(data)
        async with entered(request, door) as tx:
            agreement, _ = await agreement_of(tx, door.scheme)
            reader = request.app.state.database.reader
            made = await proposing.write_suspension(tx, reader, agreement, said)
    except HubError as error:
        if error.status not in FORM_STATUSES:
            raise
        async with entered(request, door) as tx:
            return await _show_suspension(request, tx, door, data, error)
    return Redirect(f"{PAGE}/{made}", status_code=303)


async def _show_suspension(
    request: AnyRequest, tx: Tx, door: Door, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    agreement, _ = await agreement_of(tx, door.scheme)
    base = await proposing.find_base(tx, request.app.state.database.reader, agreement)
    versions = await agreements.list_versions(tx, door.scheme)
    try:
        fallback = agreements.find_fallback(base, versions) if base else None
    except agreements.NothingToSuspend:
        fallback = None
    return page(
        request,
        "assemblies/suspend.html",
        status_code=problem.status if problem else 200,
        base=base,
        fallback=fallback,
        typed=typed,
        problem=problem,
        today=local_date(tx.now, departing.ZONE),
    )


handlers = (
    show_derogations,
    grant_derogation,
    end_derogation,
    show_suspension,
    write_suspension,
)
