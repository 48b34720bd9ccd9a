"""Around every page: who is held changes nothing, and who has to leave is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
from babel import dates
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.core.caller import ANONYMOUS, Caller
from hub.core.db import Database
from hub.core.errors import Busy
from hub.core.pages import NOWHERE, PARIS, Surroundings, language_of
from hub.withdrawals.actions import choosing
from hub.withdrawals.errors import HeldStill
from hub.withdrawals.letters import OURS
from hub.withdrawals.models import Leaving, State

READING = frozenset({"GET", "HEAD", "OPTIONS"})
FAILED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
ASKED_EVERY = timedelta(seconds=10)
# Signing in and out, one's own account, and the way out itself go on.
OPEN = ("hub.withdrawals.", "hub.exits.", "hub.identity.", "hub.own_data.")
NOTICES = {
    State.TOLD: "L'agrément de %(title)s est retiré : choisissez avant le %(day)s où vont vos "
    "données.",
    State.COPIED: "Vos données sont arrivées là où vous l'avez choisi : regardez et acceptez.",
    State.HELD: "L'agrément de %(title)s est retiré et le délai est passé : vos données se lisent, "
    "et ne changent plus. Vous pouvez encore choisir où elles vont.",
    State.ACCEPTED: "Vos données partent : elles se lisent encore, et ne changent plus.",
}


class LeavingMiddleware(ASGIMiddleware):
    """Costs nothing while nobody leaves: each process asks every ten seconds whether anybody does.
    Then it is one statement for whoever acts for an organisation. Who comes by a link is not
    stopped: a call for help is heard as long as it is heard here."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        caller: Caller = scope.get("caller", ANONYMOUS)  # pyright: ignore[reportAssignmentType]  set by the identity middleware
        organisation = caller.tenant
        if organisation is not None and await _is_anybody(scope):
            leaving = await _ask(scope, organisation)
            if leaving is not None:
                _guard(scope, leaving)
        await next_app(scope, receive, send)


async def _is_anybody(scope: Scope) -> bool:
    """Whether anybody leaves, as this process knew it some seconds ago."""
    database, state = _database(scope), scope["app"].state
    now = database.clock.now()
    asked_at, anybody = state.get("leaving", (datetime.min.replace(tzinfo=UTC), False))
    if not asked_at <= now < asked_at + ASKED_EVERY:
        try:
            anybody = await choosing.is_anybody_leaving(database)
        except FAILED as error:
            raise Busy("The database does not answer; you are still signed in.") from error
        state["leaving"] = now, anybody
    return anybody


def _database(scope: Scope) -> Database:
    return scope["app"].state.database


async def _ask(scope: Scope, organisation: int) -> Leaving | None:
    try:
        return await choosing.find_leaving(_database(scope), organisation)
    except FAILED as error:
        raise Busy("The database does not answer; you are still signed in.") from error


def _guard(scope: Scope, leaving: Leaving) -> None:
    """Raises `HeldStill`."""
    request: Request[Any, Any, Any] = Request(scope)
    handler: Any = scope.get("route_handler")
    module = f"{getattr(getattr(handler, 'fn', None), '__module__', '')}."
    if leaving.held and request.method not in READING and not module.startswith(OPEN):
        raise HeldStill("Everything can still be read and taken away.")
    notice = NOTICES.get(leaving.state) if leaving.state else None
    if notice is not None and leaving.choose_by is not None:
        around: Surroundings = scope.get("surroundings", NOWHERE)  # pyright: ignore[reportAssignmentType]  our own key
        local, language = leaving.choose_by.astimezone(PARIS), language_of(request)
        day = dates.format_date(local, "long", locale=language)
        scope["surroundings"] = msgspec.structs.replace(  # pyright: ignore[reportGeneralTypeIssues]  our own key
            around,
            notice=notice,
            notice_page=OURS,
            filled={"title": leaving.title or "", "day": day},
        )
