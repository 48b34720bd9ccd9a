"""What is kept of second factors: sealed secrets, hashes of recovery codes, tickets of sign-ins.
Each has a key of its own, derived from the house's secret key."""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp.totp import TOTP

from hub.core.clock import Ids
from hub.identity import policy
from hub.identity.models import Shown

_SECRET_BYTES, _NONCE_BYTES, _SIGNATURE_BYTES = 20, 12, 32


def draw_secret(ids: Ids) -> bytes:
    """A new secret of 160 bits, as RFC 4226 asks."""
    return ids.below(1 << (8 * _SECRET_BYTES)).to_bytes(_SECRET_BYTES, "big")


def seal(key: bytes, person: int, secret: bytes, ids: Ids) -> bytes:
    """Readable with our key only, and only as this person's."""
    nonce = ids.below(1 << (8 * _NONCE_BYTES)).to_bytes(_NONCE_BYTES, "big")
    return nonce + AESGCM(_key(key, b"seal")).encrypt(nonce, secret, b"%d" % person)


def unseal(key: bytes, person: int, sealed: bytes) -> bytes | None:
    """The secret; None when the house's key is not that of its sealing any more."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(_key(key, b"seal")).decrypt(nonce, rest, b"%d" % person)
    except InvalidTag:
        return None


def show(secret: bytes, email: str, issuer: str) -> Shown:
    """For the person's telephone, which lists it under the issuer's name."""
    otp = TOTP(_letters(secret))
    grouped = " ".join(otp.secret[n : n + 4] for n in range(0, len(otp.secret), 4))
    return Shown(letters=grouped, address=otp.provisioning_uri(name=email, issuer_name=issuer))


def find_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The half minute, of those that may be typed now, whose code this is."""
    otp, found = TOTP(_letters(secret)), None
    for step in policy.steps_of(now):  # all of them, whichever is right: it takes the same time
        if hmac.compare_digest(otp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def code_at(secret: bytes, step: int) -> str:
    """The code of a half minute."""
    return TOTP(_letters(secret)).generate_otp(step)


def recovery_hash(key: bytes, person: int, code: str) -> bytes:
    """What is kept of a recovery code; nobody can try codes without our key."""
    return hmac.digest(_key(key, b"recovery"), f"{person}:{code}".encode(), "sha256")


def sign_ticket(key: bytes, person: int, now: datetime) -> str:
    """Says that this person has just typed the right password."""
    until = int((now + policy.TICKET_LIVES).timestamp())
    body = person.to_bytes(4, "big") + until.to_bytes(6, "big")
    signature = hmac.digest(_key(key, b"ticket"), body, "sha256")
    return base64.urlsafe_b64encode(body + signature).decode().rstrip("=")


def read_ticket(key: bytes, ticket: str, now: datetime) -> int | None:
    """Whom a ticket speaks of; None when its time is over, or it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
    except (ValueError, binascii.Error):
        return None
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, hmac.digest(_key(key, b"ticket"), body, "sha256")):
        return None
    until = datetime.fromtimestamp(int.from_bytes(body[4:], "big"), UTC)
    return int.from_bytes(body[:4], "big") if now < until else None


def _letters(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


def _key(key: bytes, purpose: bytes) -> bytes:
    return hashlib.sha256(b"second factor: " + purpose + b":" + key).digest()
