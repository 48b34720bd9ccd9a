"""The secret of a session: 32 random bytes in the cookie, only their SHA-256 in the database."""

import base64
import binascii
import hashlib

from hub.core.clock import Ids

_BYTES = 32


def draw_token(ids: Ids) -> str:
    """A new secret, in 43 letters that are safe in a cookie."""
    raw = ids.below(1 << (8 * _BYTES)).to_bytes(_BYTES, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token_hash(token: str) -> bytes | None:
    """What is stored of a secret; None for letters that cannot be one."""
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return hashlib.sha256(raw).digest() if len(raw) == _BYTES else None
