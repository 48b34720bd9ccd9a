"""Badges are signed with Ed25519 (JWS, RFC 7515 and 8037): anybody can verify one without us."""

import base64
import hashlib
import hmac
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.labels.models import Badge

Claims = TypeVar("Claims", bound=msgspec.Struct)


class BadgeInvalid(ValueError):
    """A badge that proves nothing, with the reason."""


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """The same key in every process of a hub, made from its secret."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"badge", "sha256"))


def sign(key: Ed25519PrivateKey, claims: msgspec.Struct) -> str:
    """The claims as a compact JWS."""
    head = msgspec.json.encode({"alg": "EdDSA", "typ": "JWT", "kid": key_id(key.public_key())})
    signed = f"{_encode(head)}.{_encode(msgspec.json.encode(claims))}"
    return f"{signed}.{_encode(key.sign(signed.encode()))}"


def open_signed(key: Ed25519PublicKey, text: str, claims: type[Claims]) -> Claims:
    """The claims that were signed with the key. Raises `BadgeInvalid`."""
    try:
        head, body, signature = text.split(".")
        key.verify(_decode(signature), f"{head}.{body}".encode())
        if msgspec.json.decode(_decode(head)).get("alg") != "EdDSA":
            raise BadgeInvalid("another algorithm")
        return msgspec.json.decode(_decode(body), type=claims)
    except (InvalidSignature, msgspec.MsgspecError, ValueError) as error:
        if isinstance(error, BadgeInvalid):
            raise
        raise BadgeInvalid("not signed by this hub") from error


def verify(key: Ed25519PublicKey, text: str, now_s: int) -> Badge:
    """The claims of a badge that holds now; ask its status too. Raises `BadgeInvalid`."""
    badge = open_signed(key, text, Badge)
    if not badge.iat <= now_s < badge.exp:
        raise BadgeInvalid("out of its time")
    return badge


def key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(_raw(key)).hexdigest()[:16]


def jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """The public key as RFC 8037 writes it."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": key_id(key),
        "x": _encode(_raw(key)),
    }


def pem(key: Ed25519PublicKey) -> bytes:
    """The public key as openssl reads it."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise BadgeInvalid("not a badge") from error
