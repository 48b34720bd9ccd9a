"""The secret of a link to somebody's own page: 256 bits in its address, their SHA-256 kept.

It is drawn from the key of the form that asks for it, so that a form which is sent twice shows the
same link twice.
"""

import base64
import hashlib
import hmac
from uuid import UUID


def draw_link(secret: bytes, key: UUID, member: UUID) -> str:
    """A secret in 43 letters that are safe in an address."""
    drawing = hashlib.sha256(b"school-link:" + secret).digest()
    return _letters(hmac.digest(drawing, key.bytes + member.bytes, "sha256"))


def hash_of(link: str) -> str:
    """What is kept of a secret, in 64 hexadecimal figures."""
    return hashlib.sha256(link.encode()).hexdigest()


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
