"""The cookie that carries a session's secret."""

from litestar.datastructures import Cookie

from hub.core.settings import Settings
from hub.identity.policy import SESSION_LIMITS

NAME = "session"


def session_cookie(token: str, settings: Settings) -> Cookie:
    """Not for scripts, not for other sites' forms; over https only where the site is."""
    return Cookie(
        key=NAME,
        value=token,
        path="/",
        max_age=int(SESSION_LIMITS.absolute.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
    )


def ended_cookie(settings: Settings) -> Cookie:
    """Takes the cookie back."""
    return Cookie(
        key=NAME,
        value="",
        path="/",
        max_age=0,
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
    )
