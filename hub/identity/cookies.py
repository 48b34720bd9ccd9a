"""The cookie that carries a session's secret."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from hub.core.settings import Settings
from hub.identity.policy import SESSION_LIMITS

NAME = "session"


def read_session(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The secret that a browser brings."""
    return connection.cookies.get(connection.app.state.settings.cookie_name(NAME))


def session_cookie(token: str, settings: Settings) -> Cookie:
    """Not for scripts, not for other sites' forms; over https, and from this host, only where the
    site is on https."""
    return _cookie(settings, token, int(SESSION_LIMITS.absolute.total_seconds()))


def ended_cookie(settings: Settings) -> Cookie:
    """Takes the cookie back."""
    return _cookie(settings, "", 0)


def _cookie(settings: Settings, value: str, seconds: int) -> Cookie:
    return Cookie(
        key=settings.cookie_name(NAME),
        value=value,
        path="/",
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.encrypted,
    )
