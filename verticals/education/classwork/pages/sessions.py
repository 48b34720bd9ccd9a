"""An open page: what the browser of who followed a link carries for half a day, and nothing of the
link itself."""

from datetime import timedelta
from uuid import UUID

from litestar.datastructures import Cookie

from hub.core.errors import NotFound
from hub.core.pages import AnyRequest
from hub.core.settings import Settings
from hub.core.tokens import read_reference, sign_reference

NAME, KIND = "school", "school-page"
LIVES = timedelta(hours=12)
# For every page of a pupil, and every one that shows a link.
PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def home_of(space: int) -> str:
    """Where the pages of a school's people begin."""
    return f"/mon-ecole/{space}"


def open_page(request: AnyRequest, space: int, door: UUID) -> Cookie:
    """What lets its browser in until then: signed, for this school alone."""
    settings: Settings = request.app.state.settings
    until = int((request.app.state.database.clock.now() + LIVES).timestamp())
    token = sign_reference(settings.secret_key, f"{KIND}:{until}", space, door)
    return _cookie(settings, space, f"{until}.{token}", int(LIVES.total_seconds()))


def close_page(request: AnyRequest, space: int) -> Cookie:
    """Takes it back."""
    return _cookie(request.app.state.settings, space, "", 0)


def find_door(request: AnyRequest, space: int) -> UUID | None:
    """Which door the browser names; None when its time is over, or it has none."""
    settings: Settings = request.app.state.settings
    until, _, token = request.cookies.get(_name_of(settings, space), "").partition(".")
    now = request.app.state.database.clock.now()
    if not (until.isascii() and until.isdecimal() and len(until) < 16):
        return None
    if int(until) <= now.timestamp():
        return None
    try:
        found = read_reference(settings.secret_key, f"{KIND}:{until}", token)
    except NotFound:
        return None
    return found.id if found.tenant == space else None


def _name_of(settings: Settings, space: int) -> str:
    return settings.cookie_name(NAME, home_of(space))


def _cookie(settings: Settings, space: int, value: str, seconds: int) -> Cookie:
    return Cookie(
        key=_name_of(settings, space),
        value=value,
        path=home_of(space),
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.encrypted,
    )
