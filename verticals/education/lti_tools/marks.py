"""What the hub signs under its own key, so that it knows it again when it comes back: HMAC-SHA-256,
for one kind of thing of one school."""

import base64
import hashlib
import hmac

_MOST = 2_000


def make_mark(secret: bytes, kind: str, space: int, body: str) -> str:
    """The mark of a text, in 43 letters that are safe in an address."""
    key = hashlib.sha256(f"lti:{kind}:{space}:".encode() + secret).digest()
    drawn = hmac.digest(key, body.encode(), "sha256")
    return base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def is_mark(secret: bytes, kind: str, space: int, body: str, told: str) -> bool:
    """Whether it is the mark of this text."""
    return hmac.compare_digest(told.encode(), make_mark(secret, kind, space, body).encode())


def sign_text(secret: bytes, kind: str, space: int, body: str) -> str:
    """A text with its mark behind a point; `body` has none."""
    return f"{body}.{make_mark(secret, kind, space, body)}"


def read_text(secret: bytes, kind: str, space: int, signed: str) -> str | None:
    """The text of which this is the signed form; None for any other."""
    body, _, told = signed.partition(".")
    if len(signed) > _MOST or not is_mark(secret, kind, space, body, told):
        return None
    return body
