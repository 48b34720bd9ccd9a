"""Around the pages of a service's people: what they may do now, and the services beside it."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.core.caller import ANONYMOUS, Caller
from hub.core.db import Database
from hub.core.errors import Busy
from hub.core.pages import language_of
from hub.core.vertical import Vertical
from hub.services.actions import guarding
from hub.services.models import Community
from hub.services.policy.steps import LAUNCHERS

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class CommunityMiddleware(ASGIMiddleware):
    """Sets `scope["surroundings"]`. It costs one statement, and only people who act for an
    organisation of a kind that launches services or works in them."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, verticals: Sequence[Vertical]) -> None:
        self._verticals = {one.code: one for one in verticals}
        examples = [one.example for one in verticals if one.example]
        self._kinds = {one.organisation_kind for one in examples} | set(LAUNCHERS)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        caller: Caller = scope.get("caller", ANONYMOUS)  # pyright: ignore[reportAssignmentType]  set by the identity middleware
        if caller.person is not None and caller.organisation_kind in self._kinds:
            await self._surround(scope, caller, caller.person)
        await next_app(scope, receive, send)

    async def _surround(self, scope: Scope, caller: Caller, person: int) -> None:
        database: Database = scope["app"].state.database
        try:
            found = await guarding.find_community(database, person, caller.tenant)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise Busy("The database does not answer; you are still signed in.") from error
        language = language_of(Request(scope))
        scope["surroundings"] = guarding.surround(  # pyright: ignore[reportGeneralTypeIssues]  our own key
            found, self._verticals, caller.tenant, language
        )
        current = next((one for one in found if one.space == caller.tenant), None)
        if current is not None and self._is_of(scope, current):
            await guarding.guard(database, current, writes=scope["method"] not in READING)

    def _is_of(self, scope: Scope, service: Community) -> bool:
        """Whether what is asked for is the service's own, and not the hub's."""
        vertical = self._verticals.get(service.vertical)
        handler: Any = scope.get("route_handler")
        module = f"{getattr(getattr(handler, 'fn', None), '__module__', '')}."
        return vertical is not None and any(
            module.startswith(f"{slice.package}.") for slice in vertical.slices
        )
