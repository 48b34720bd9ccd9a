"""What is sealed: matricules and documents under the practice's own key, and that key under the
house's.

A practice's key is 32 random bytes. Whoever deletes it has made all of them unreadable. Nothing
that a move to another hub may change (a tenant's number) is part of a seal.
"""

import hashlib
import hmac
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core.clock import Ids
from verticals.health.patients.errors import SealedUnreadable
from verticals.health.patients.models import Ins

KEY_BYTES, _NONCE_BYTES = 32, 12
_KEY = b"health key"


def draw_key(ids: Ids) -> bytes:
    """A new key."""
    return _draw(ids, KEY_BYTES)


def seal_key(house: bytes, key: bytes, ids: Ids) -> bytes:
    """A practice's key as it is kept."""
    return _seal(_derived(house, _KEY), key, _KEY, ids)


def open_key(house: bytes, sealed: bytes) -> bytes:
    """Raises `SealedUnreadable` where it was sealed by another house."""
    return _open(_derived(house, _KEY), sealed, _KEY)


def mark_key(key: bytes) -> bytes:
    """By what a key is known; the key is not read from it."""
    return _derived(key, b"known")


def seal_content(key: bytes, kind: bytes, about: UUID, content: bytes, ids: Ids) -> bytes:
    """Readable with the practice's key only, and only as what it is of."""
    return _seal(_derived(key, b"content"), content, kind + b":" + about.bytes, ids)


def open_content(key: bytes, kind: bytes, about: UUID, sealed: bytes) -> bytes:
    """Raises `SealedUnreadable`."""
    return _open(_derived(key, b"content"), sealed, kind + b":" + about.bytes)


def seal_ins(key: bytes, patient: UUID, ins: Ins, ids: Ids) -> bytes:
    """Readable with the practice's key only, and only as this patient's."""
    return _seal(_derived(key, b"ins"), f"{ins.oid}:{ins.matricule}".encode(), patient.bytes, ids)


def open_ins(key: bytes, patient: UUID, sealed: bytes) -> Ins:
    """Raises `SealedUnreadable`."""
    oid, _, matricule = _open(_derived(key, b"ins"), sealed, patient.bytes).decode().partition(":")
    return Ins(matricule=matricule, oid=oid)


def mark_ins(key: bytes, ins: Ins) -> bytes:
    """The same for the same matricule: equal ones are found, and none is read from it."""
    return hmac.digest(_derived(key, b"mark"), ins.matricule.encode(), "sha256")


def _seal(key: bytes, content: bytes, about: bytes, ids: Ids) -> bytes:
    nonce = _draw(ids, _NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about)


def _open(key: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
    except InvalidTag:
        raise SealedUnreadable(
            "They were sealed by another hub: bring the practice's key."
        ) from None


def _draw(ids: Ids, size: int) -> bytes:
    return ids.below(1 << (8 * size)).to_bytes(size, "big")


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hashlib.sha256(b"health: " + purpose + b":" + key).digest()
