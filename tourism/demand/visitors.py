"""Who searches, as far as it takes to count a search once: a number that nobody can follow."""

import hashlib
import re
import secrets
import time
from functools import lru_cache

from litestar.types import Scope

_HOUR_S = 3600
# Those that say so themselves; a browser says what it is as well.
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|monitor|scan|headless|^$", re.IGNORECASE)
_secret: tuple[float, bytes] = (0.0, b"")


def visitor_of(scope: Scope) -> bytes | None:
    """A mark of the visitor that lasts an hour at most, in this process only: made with a secret
    that is thrown away, from the address and the browser's name. None for a robot."""
    named = (value for name, value in scope["headers"] if name == b"user-agent")
    browser = next(named, b"").decode("latin-1")
    if _is_robot(browser):
        return None
    address = scope["client"][0] if scope["client"] else ""
    return hashlib.blake2b(
        f"{address}\n{browser}".encode(), key=_secret_of_the_hour(), digest_size=12
    ).digest()


@lru_cache(maxsize=1_024)
def _is_robot(browser: str) -> bool:
    return _ROBOT.search(browser) is not None


def _secret_of_the_hour() -> bytes:
    global _secret  # noqa: PLW0603  this process' own
    now = time.monotonic()
    if not _secret[1] or now - _secret[0] > _HOUR_S:
        _secret = (now, secrets.token_bytes(32))
    return _secret[1]
