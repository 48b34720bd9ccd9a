"""Signed public references: whoever holds one may see what it names, nobody can make one up.

A token carries its kind, the tenant and the id, and a truncated HMAC-SHA-256 (96 bits); so the
service knows which tenant's wall to enter before it asks the database anything.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from uuid import UUID

import msgspec

from hub.core.errors import NotFound

_SIGNATURE_BYTES = 12
# 32 bytes in the letters of an address: a signed reference, or the secret of a link.
_SECRET = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])")


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """What a token names: a row of a tenant."""

    tenant: int
    id: UUID


def sign_reference(secret: bytes, kind: str, tenant: int, id: UUID) -> str:
    """A token of 43 letters, safe in an address."""
    body = tenant.to_bytes(4, "big") + id.bytes
    return base64.urlsafe_b64encode(body + _signature(secret, kind, body)).decode().rstrip("=")


def read_reference(secret: bytes, kind: str, token: str) -> Reference:
    """The row that a token names; raises `NotFound` if it is not one of ours of that kind."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise NotFound("This address is not complete.") from None
    body, signature = raw[:20], raw[20:]
    good = len(body) == 20 and hmac.compare_digest(signature, _signature(secret, kind, body))
    if not good:
        raise NotFound("This address is not complete.")
    return Reference(tenant=int.from_bytes(body[:4], "big"), id=UUID(bytes=body[4:]))


def mask_secrets(path: str) -> str:
    """An address as it may stand in a log: nobody who reads it there can use it."""
    return _SECRET.sub("***", path)


def tenant_of(token: str) -> int | None:
    """The tenant that a token claims, before anybody has looked at its signature: enough to ask
    whether that tenant serves anybody now, and for nothing else."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    claimed = int.from_bytes(raw[:4], "big")
    return claimed if len(raw) == 20 + _SIGNATURE_BYTES and claimed < 2**31 else None


def tenant_named(parameters: Mapping[str, object]) -> int | None:
    """The tenant that an address names: by its `space`, which everybody may read, or by what its
    `token` claims."""
    space, token = parameters.get("space"), parameters.get("token")
    if isinstance(space, int):
        return space if 0 < space < 2**31 else None
    return tenant_of(token) if isinstance(token, str) else None


def _signature(secret: bytes, kind: str, body: bytes) -> bytes:
    key = hashlib.sha256(b"reference:" + kind.encode() + b":" + secret).digest()
    return hmac.digest(key, body, "sha256")[:_SIGNATURE_BYTES]
