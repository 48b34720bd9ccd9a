"""Signing in and out for programs."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from hub.core.caller import ANYBODY, SIGNED_IN, Caller, access
from hub.core.db import Tx
from hub.identity import actions, cookies, factors, sealing
from hub.identity.errors import FactorWanted, JsonOnly
from hub.identity.models import OrganisationChoice, Profile, SignIn


class SessionOpened(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in. The session's secret is in the cookie `session` only."""

    person: int
    organisation: OrganisationChoice | None
    organisations: tuple[OrganisationChoice, ...]


class ChooseOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Act for this organisation from now on."""

    organisation: int


@post("/api/v1/sessions", opt=access(ANYBODY), summary="Sign in")
async def open_session(
    request: Request[Any, Any, Any], data: JSONBody[SignIn]
) -> Response[SessionOpened]:
    """Open a session; its cookie is in the answer. 401 for a wrong e-mail or password, and when the
    code of a second factor is wanted; 429 with Retry-After after five failures in fifteen
    minutes."""
    # No Idempotency-Key: a kept reply would hold the session's secret, and signing in twice does
    # no harm. JSON only: another site's form cannot send it, so nobody is signed in unawares.
    if request.content_type[0] != "application/json":
        raise JsonOnly()
    database, host = request.app.state.database, request.client.host if request.client else None
    replaces = cookies.read_session(request)
    try:
        signed_in = await actions.sign_in(database, data, host=host, replaces=replaces)
    except FactorWanted as wanted:
        if not data.code:
            raise
        key = request.app.state.settings.secret_key
        ticket = sealing.sign_ticket(key, wanted.person, database.clock.now())
        signed_in = await factors.finish_sign_in(
            database, key, ticket, data.code, host=host, replaces=replaces
        )
    return Response(
        SessionOpened(
            person=signed_in.person,
            organisation=signed_in.organisation,
            organisations=signed_in.choices,
        ),
        cookies=[cookies.session_cookie(signed_in.token, request.app.state.settings)],
        headers={"cache-control": "no-store"},
    )


@get("/api/v1/me", opt=access(SIGNED_IN), summary="Who am I")
async def show_me(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> Profile:
    """The person who is signed in, and the organisations they may act for."""
    return await actions.describe_me(tx, caller)


@put("/api/v1/sessions/current", opt=access(SIGNED_IN), summary="Choose my organisation")
async def choose_organisation(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: JSONBody[ChooseOrganisation],
) -> OrganisationChoice:
    """Act for another of my organisations; the same choice again changes nothing."""
    token = cookies.read_session(request)
    return await actions.choose_organisation(tx, caller, token, data.organisation)


@delete("/api/v1/sessions/current", opt=access(ANYBODY), status_code=204, summary="Sign out")
async def close_session(request: Request[Any, Any, Any], tx: NamedDependency[Tx]) -> Response[None]:
    """End this session; nothing happens when it has ended already."""
    await actions.sign_out(tx, cookies.read_session(request))
    return Response(
        None,
        status_code=204,
        cookies=[cookies.ended_cookie(request.app.state.settings)],
        headers={"clear-site-data": '"storage"'},
    )
