"""What is sealed under an organisation's data keys: AES-256-GCM.

A sealed text is one byte of form, two of the key's number (big endian), a nonce of 12 random bytes,
and the ciphertext with its tag. The organisation, the number and the context are authenticated with
it: it opens behind one wall and in one place only.
"""

import hashlib
import hmac
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core.clock import Ids
from hub.keys.errors import KeyShredded, SealBroken

KEY_BYTES = 32
FORM, _HEAD, _NONCE, _TAG = b"\x01", 3, 12, 16
OVERHEAD = _HEAD + _NONCE + _TAG


def draw(ids: Ids, size: int = KEY_BYTES) -> bytes:
    """Random bytes: a new key by default."""
    return ids.below(1 << (8 * size)).to_bytes(size, "big")


class Ring:
    """The data keys of one organisation by number, opened; the last one seals."""

    def __init__(self, tenant: int, keys: Mapping[int, bytes]) -> None:
        self.tenant = tenant
        self._keys = dict(keys)

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(self._keys))

    def seal(self, content: bytes, context: str, ids: Ids) -> bytes:
        """What only this organisation reads, in this place. Raises `KeyShredded` without a key."""
        if not self._keys:
            raise KeyShredded()
        number = max(self._keys)
        nonce = draw(ids, _NONCE)
        sealed = AESGCM(self._keys[number]).encrypt(nonce, content, self._about(number, context))
        return FORM + number.to_bytes(2, "big") + nonce + sealed

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Raises `KeyShredded` where its key is gone, and `SealBroken` for what was changed, or is
        of somebody else, or of another place."""
        if len(sealed) < OVERHEAD or sealed[:1] != FORM:
            raise SealBroken()
        number = int.from_bytes(sealed[1:_HEAD], "big")
        key = self._keys.get(number)
        if key is None:
            raise KeyShredded()
        body = sealed[_HEAD:]
        try:
            return AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], self._about(number, context))
        except InvalidTag:
            raise SealBroken() from None

    def mark(self, content: bytes, context: str) -> bytes:
        """The same 32 bytes for the same content, also after a rotation: equal ones are found, and
        none is read from it. Raises `KeyShredded` without a key."""
        if not self._keys:
            raise KeyShredded()
        key = hashlib.sha256(b"hub keys, mark:" + self._keys[min(self._keys)]).digest()
        return hmac.digest(key, f"{self.tenant}:{context}:".encode() + content, "sha256")

    def _about(self, number: int, context: str) -> bytes:
        return f"hub keys:{self.tenant}:{number}:{context}".encode()
