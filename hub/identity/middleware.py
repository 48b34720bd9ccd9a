"""Who calls: found out once for each request that carries a session's cookie."""

from typing import Any

import asyncpg
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.core.caller import Caller
from hub.core.db import Database
from hub.core.errors import Busy
from hub.identity import actions, cookies

_MARK = f"{cookies.NAME}=".encode()
_FOR_NOBODY = ("/static/", "/health/", "/metrics")  # the same for everybody


class SessionMiddleware(ASGIMiddleware):
    """Sets `scope["caller"]` from the cookie; without one it costs a look at the headers.

    A database that does not answer is a 503, never "signed out": a person sent to the sign-in
    page by an outage would believe that their work is lost.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        asks = not scope["path"].startswith(_FOR_NOBODY)
        if asks and any(name == b"cookie" and _MARK in value for name, value in scope["headers"]):
            caller = await _find_caller(scope)
            if caller is not None:
                scope["caller"] = caller  # pyright: ignore[reportGeneralTypeIssues]  our own key
        await next_app(scope, receive, send)


async def _find_caller(scope: Scope) -> Caller | None:
    connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    token = cookies.read_session(connection)
    if not token:
        return None
    database: Database = connection.app.state.database
    try:
        return await actions.find_caller(database, token)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise Busy("The database does not answer; you are still signed in.") from error
