"""Around the pages of a service's people: what they may do now, and the services beside it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import asyncpg
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hub.core.caller import ANONYMOUS, Caller
from hub.core.db import Database
from hub.core.errors import Busy
from hub.core.pages import language_of
from hub.core.tokens import tenant_named
from hub.core.vertical import Vertical
from hub.services.actions import guarding
from hub.services.models import Community
from hub.services.policy.steps import LAUNCHERS

READING = frozenset({"GET", "HEAD", "OPTIONS"})
REPLAYED = b"idempotency-replayed"
Counted = tuple[Community, date]


class CommunityMiddleware(ASGIMiddleware):
    """Sets `scope["surroundings"]`, and holds a service's own pages to its state. It costs one
    statement, and only people who act for an organisation of a kind that launches services or works
    in them, and those who come to a service by a signed link or its public address."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, verticals: Sequence[Vertical]) -> None:
        self._verticals = {one.code: one for one in verticals}
        examples = [one.example for one in verticals if one.example]
        self._kinds = {one.organisation_kind for one in examples} | set(LAUNCHERS)
        self._launched = [one for one in verticals if one.example]
        self._vertical_of: dict[str, Vertical | None] = {}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        vertical = self._find_vertical(scope)
        linked = _linked_to(scope) if vertical is not None else None
        caller: Caller = scope.get("caller", ANONYMOUS)  # pyright: ignore[reportAssignmentType]  set by the identity middleware
        if linked is not None or (
            caller.person is not None and caller.organisation_kind in self._kinds
        ):
            counted = await self._surround(scope, caller, linked, vertical)
            if counted is not None:
                database: Database = scope["app"].state.database
                await _count(database, counted, next_app, scope, receive, send)
                return
        await next_app(scope, receive, send)

    async def _surround(
        self, scope: Scope, caller: Caller, linked: int | None, vertical: Vertical | None
    ) -> Counted | None:
        """The service of which this request is counted as a write."""
        database: Database = scope["app"].state.database
        acting = caller.tenant if linked is None else linked
        try:
            found = await _find(database, caller, linked)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise Busy("The database does not answer; you are still signed in.") from error
        request: Request[Any, Any, Any] = Request(scope)
        language = language_of(request)
        scope["surroundings"] = guarding.surround(  # pyright: ignore[reportGeneralTypeIssues]  our own key
            found, self._verticals, acting, language, belongs=linked is None
        )
        current = next((one for one in found if one.space == acting), None)
        if current is None or vertical is None or vertical.code != current.vertical:
            return None
        day = await guarding.guard(database, current, writes=_writes(request))
        return None if day is None else (current, day)

    def _find_vertical(self, scope: Scope) -> Vertical | None:
        """The launched vertical that is asked for; none for the hub's own pages."""
        handler: Any = scope.get("route_handler")
        module = f"{getattr(getattr(handler, 'fn', None), '__module__', '')}."
        if module not in self._vertical_of:
            self._vertical_of[module] = next(
                (
                    one
                    for one in self._launched
                    if any(module.startswith(f"{slice.package}.") for slice in one.slices)
                ),
                None,
            )
        return self._vertical_of[module]


async def _count(
    database: Database,
    counted: Counted,
    next_app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Answer a write that was counted before; it is not when nothing new was written."""
    written = False

    async def send_noting(message: Message) -> None:
        nonlocal written
        if message["type"] == "http.response.start":
            replayed = any(name.lower() == REPLAYED for name, _ in message["headers"])
            written = message["status"] < 400 and not replayed
        await send(message)

    try:
        await next_app(scope, receive, send_noting)
    finally:
        if not written:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await guarding.give_back(database, *counted)


def _writes(request: Request[Any, Any, Any]) -> bool:
    handler: Any = request.scope.get("route_handler")
    return request.method not in READING and handler.opt.get("writes", True)


def _linked_to(scope: Scope) -> int | None:
    """The organisation that a signed link leads to, or that a public address names."""
    return tenant_named(scope.get("path_params", {}))


async def _find(database: Database, caller: Caller, linked: int | None) -> list[Community]:
    """Where a link leads to, or what the caller belongs to."""
    if linked is not None:
        found = await guarding.find_of_space(database, linked)
        return [] if found is None else [found]
    assert caller.person is not None
    return await guarding.find_community(database, caller.person, caller.tenant)
