"""The token of a tool that calls: signed under the hub's own key, for one school, an hour. Pure."""

from datetime import datetime
from uuid import UUID

from verticals.education.lti_tools import marks
from verticals.education.lti_tools.errors import BearerRefused
from verticals.education.lti_tools.models import SCOPES

_KIND = "access"


def sign_access(secret: bytes, space: int, tool: UUID, scopes: tuple[str, ...], until: int) -> str:
    """The access token of a tool, for some scopes until a second (Unix time)."""
    numbers = "".join(str(SCOPES.index(one)) for one in scopes)
    return marks.sign_text(secret, _KIND, space, f"{tool.hex}-{numbers}-{until}")


def read_access(
    secret: bytes, space: int, token: str, now: datetime
) -> tuple[UUID, tuple[str, ...]]:
    """The tool and the scopes of a token. Raises `BearerRefused`."""
    body = marks.read_text(secret, _KIND, space, token)
    if body is None:
        raise BearerRefused("This token is not one of ours.")
    tool, numbers, until = body.split("-")
    if now.timestamp() > int(until):
        raise BearerRefused("This token is over: ask for another one.")
    return UUID(tool), tuple(SCOPES[int(one)] for one in numbers)
