"""The hints of a launch: signed under the hub's own key, they come back soon. Pure.

A hint names no person: a tool that sees two, or two tools, learn nothing of who opens what. The
login hint says that a browser is the one which set out, by the door that its page names.
"""

import base64
from datetime import datetime
from uuid import UUID

import msgspec

from verticals.education.lti_launch.errors import LaunchRefused
from verticals.education.lti_launch.models import Hint
from verticals.education.lti_tools import marks

_HINT, _LOGIN = "hint", "login"


def sign_hint(secret: bytes, space: int, hint: Hint) -> str:
    """The `lti_message_hint`: what it is about, and that it is ours."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(hint)).decode().rstrip("=")
    return marks.sign_text(secret, _HINT, space, body)


def read_hint(secret: bytes, space: int, text: str, now: datetime) -> Hint:
    """Raises `LaunchRefused` for one that is not ours, of another school, or over."""
    body = marks.read_text(secret, _HINT, space, text)
    if body is None:
        raise LaunchRefused("The tool did not give back what it was sent: open the activity again.")
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    hint = msgspec.json.decode(raw, type=Hint)
    if now.timestamp() > hint.until:
        raise LaunchRefused("This took too long: open the activity again.")
    return hint


def login_hint(secret: bytes, space: int, hint: str, door: UUID) -> str:
    """What binds a signed hint to the page that set out."""
    return marks.make_mark(secret, _LOGIN, space, f"{hint}:{door}")


def check_login(secret: bytes, space: int, hint: str, door: UUID, told: str) -> None:
    """Raises `LaunchRefused` unless the same browser, with the same page open, comes back."""
    if not marks.is_mark(secret, _LOGIN, space, f"{hint}:{door}", told):
        raise LaunchRefused("Another page than yours set out: open the activity from your page.")
