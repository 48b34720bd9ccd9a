"""Organisations and members for programs."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core import web
from hub.core.caller import SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.core.errors import Forbidden
from hub.tenancy import actions
from hub.tenancy.models import AddMember, ChangeRole, Member, OpenOrganisation, Organisation


class OrganisationOpened(msgspec.Struct, frozen=True, kw_only=True):
    """The new organisation's id. Choose it with PUT /api/v1/sessions/current to act for it."""

    id: int


@post("/api/v1/organisations", opt=access(SIGNED_IN, acts=True), summary="Open an organisation")
async def open_organisation(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: JSONBody[OpenOrganisation],
) -> Response[bytes]:
    """Open an organisation and become its owner. Federations, offices, regions and operators
    are opened by the operator."""

    async def act() -> OrganisationOpened:
        id = await actions.open_organisation(
            tx, data, owner=caller.person, caller_kind=caller.organisation_kind
        )
        return OrganisationOpened(id=id)

    return await web.answer_once(tx, request, act)


@get("/api/v1/organisation", opt=access(SIGNED_IN, acts=True), summary="My organisation")
async def show_organisation(tx: NamedDependency[Tx]) -> Organisation:
    """The organisation that the caller acts for."""
    return await actions.find_organisation(tx)


@get("/api/v1/organisation/members", opt=access(SIGNED_IN, acts=True), summary="Members")
async def list_members(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> list[Member]:
    """The members of the organisation that the caller acts for, owners first."""
    _check_acts_for_somebody(caller)
    return await actions.list_members(tx)


@post(
    "/api/v1/organisation/members",
    opt=access(SIGNED_IN, acts=True, fresh=True),
    summary="Add a member",
)
async def add_member(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: JSONBody[AddMember],
) -> Response[bytes]:
    """Give somebody who has an account a role; the members afterwards. Owners and managers only."""
    _check_acts_for_somebody(caller)

    async def act() -> list[Member]:
        return await actions.add_member_by_email(
            tx, email=data.email, role=data.role, caller_role=caller.role
        )

    return await web.answer_once(tx, request, act)


@put(
    "/api/v1/organisation/members/{person:int}",
    opt=access(SIGNED_IN, acts=True, fresh=True),
    summary="Change a member's role",
)
async def change_role(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    person: FromPath[int],
    data: JSONBody[ChangeRole],
) -> Response[bytes]:
    """Give a member another role; the members afterwards. Owners and managers only, and only an
    owner makes or unmakes an owner."""
    _check_acts_for_somebody(caller)

    async def act() -> list[Member]:
        return await actions.change_role(tx, person=person, role=data.role, caller_role=caller.role)

    return await web.answer_once(tx, request, act, status=200)


@delete(
    "/api/v1/organisation/members/{person:int}",
    opt=access(SIGNED_IN, acts=True, fresh=True),
    status_code=204,
    summary="Remove a member",
)
async def remove_member(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    person: FromPath[int],
) -> Response[None]:
    """End a membership, and with it what the person's sessions may do here."""
    _check_acts_for_somebody(caller)

    async def act() -> None:
        await actions.remove_member(tx, person=person, caller_role=caller.role)

    return await web.answer_once(tx, request, act, status=204)


def _check_acts_for_somebody(caller: Caller) -> None:
    if caller.tenant is None:
        raise Forbidden("Choose an organisation first.")
