"""JSON Web Tokens signed with RS256 (RFC 7515, 7517, 7518 3.3, 7519) and nothing else: no other
algorithm is known here, so none can be asked for by what a token says of itself."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.core.sentences import say
from verticals.education.lti_tools.errors import KeysUnread, TokenInvalid

ALGORITHM, BITS, EXPONENT = "RS256", 2048, 65_537
BITS_MOST, KEYS_MOST, TOKEN_LETTERS = 8_192, 50, 40_000
LEEWAY = timedelta(minutes=10)  # between two machines' clocks (DOMAIN 7.1)
_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
_REFUSED = say("This signed message is not complete.")


class Key(msgspec.Struct, frozen=True):
    """A public RSA key; without a `kid` it is the one key of who pasted it."""

    kid: str | None
    modulus: int
    exponent: int

    def as_jwk(self) -> dict[str, str]:
        """RFC 7517: `kty`, `n`, `e`, `alg`, `use`, and `kid` where there is one."""
        named = {} if self.kid is None else {"kid": self.kid}
        numbers = {"n": _number(self.modulus), "e": _number(self.exponent)}
        return {"kty": "RSA", "alg": ALGORITHM, "use": "sig", **named, **numbers}


def make_pair(kid: str) -> tuple[bytes, Key]:
    """A new key pair: the private one as PKCS 8 (DER), and the public one. It takes a while: not
    for the event loop."""
    private = rsa.generate_private_key(EXPONENT, BITS)
    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    numbers = private.public_key().public_numbers()
    return der, Key(kid, numbers.n, numbers.e)


def sign(claims: Mapping[str, object], private: bytes, kid: str) -> str:
    """A compact JWS of these claims."""
    head = {"alg": ALGORITHM, "typ": "JWT", "kid": kid}
    body = f"{_encode(msgspec.json.encode(head))}.{_encode(msgspec.json.encode(claims))}"
    # It was made here and comes out of a seal: its primes are not proved again, which takes long.
    key = serialization.load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return f"{body}.{_encode(key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def read_issuer(token: str) -> str:
    """Who a token says that it is of, before anybody has looked at its signature: enough to look up
    whose keys to check it with, and for nothing else. Raises `TokenInvalid`."""
    _, claims, _ = _parts(token)
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        raise TokenInvalid("It does not say who signed it (iss).")
    return issuer


def read_kid(token: str) -> str | None:
    """Which key a token says that it is signed with. Raises `TokenInvalid`, also for another
    algorithm."""
    head, _, _ = _parts(token)
    kid = head.get("kid")
    return kid if isinstance(kid, str) else None


def verify(
    token: str,
    keys: Sequence[Key],
    now: datetime,
    *,
    issuer: str,
    audiences: Sequence[str],
    lives: timedelta,
) -> dict[str, Any]:
    """The claims of a token that one of these keys signed for one of `audiences`, and that is good
    now for at most `lives` in all. Raises `TokenInvalid`, saying what is wrong."""
    _, claims, signature = _parts(token)
    kid = read_kid(token)
    key = find(keys, kid)
    if key is None:
        raise TokenInvalid("Its key (kid) is not among the keys of who sent it.")
    _check_signature(key, token.rpartition(".")[0].encode(), signature)
    if claims.get("iss") != issuer:
        raise TokenInvalid("It is not of who it should be (iss).")
    told = claims.get("aud")
    heard = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    if not any(one in audiences for one in heard if isinstance(one, str)):
        raise TokenInvalid("It is not meant for this platform (aud).")
    if claims.get("azp", issuer) not in (issuer, *audiences):
        raise TokenInvalid("It was made for another party (azp).")
    _check_times(claims, now, lives)
    return claims


def find(keys: Sequence[Key], kid: str | None) -> Key | None:
    """The key of that name; a key that was pasted without one is alone, and is meant."""
    named = next((one for one in keys if kid is not None and one.kid == kid), None)
    return named or (keys[0] if len(keys) == 1 and keys[0].kid is None else None)


def read_keys(text: str) -> tuple[Key, ...]:
    """The RSA keys that sign of a JWK Set, a JWK or a public key in PEM; other kinds are passed
    over. Raises `KeysUnread` when none is left."""
    if text.lstrip().startswith("-----BEGIN"):
        return (_read_pem(text),)
    try:
        found = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        found = None
    rows = found.get("keys", [found]) if isinstance(found, dict) else []
    rows = rows if isinstance(rows, list) else []
    keys = [key for row in rows[:KEYS_MOST] if (key := _read_jwk(row)) is not None]
    if not keys:
        raise KeysUnread("There is no RSA key of 2048 bits or more for RS256 in it.")
    return tuple(keys)


def write_keys(keys: Sequence[Key]) -> str:
    """The JWK Set of these keys."""
    return msgspec.json.encode({"keys": [one.as_jwk() for one in keys]}).decode()


def _read_pem(text: str) -> Key:
    try:
        key = serialization.load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, rsa.RSAPublicKey) or not BITS <= key.key_size <= BITS_MOST:
        raise KeysUnread("There is no RSA key of 2048 bits or more for RS256 in it.")
    numbers = key.public_numbers()
    return Key(None, numbers.n, numbers.e)


def _read_jwk(row: object) -> Key | None:
    if not isinstance(row, dict) or row.get("kty") != "RSA":
        return None
    if row.get("use", "sig") != "sig" or row.get("alg", ALGORITHM) != ALGORITHM:
        return None
    kid = row.get("kid")
    try:
        modulus, exponent = _decode_number(row.get("n")), _decode_number(row.get("e"))
    except TokenInvalid:
        return None
    good = BITS <= modulus.bit_length() <= BITS_MOST and modulus % 2 == 1
    if not good or not 3 <= exponent < 2**32 or exponent % 2 == 0:
        return None
    return Key(kid if isinstance(kid, str) and len(kid) <= 500 else None, modulus, exponent)


def _check_signature(key: Key, body: bytes, signature: bytes) -> None:
    try:
        public = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
        public.verify(signature, body, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        raise TokenInvalid("Its signature is not of its key.") from None


def _check_times(claims: Mapping[str, Any], now: datetime, lives: timedelta) -> None:
    at = now.timestamp()
    leeway, most = LEEWAY.total_seconds(), lives.total_seconds()
    issued, ends, begins = (_instant(claims.get(name)) for name in ("iat", "exp", "nbf"))
    if issued is None or issued > at + leeway:
        raise TokenInvalid("It does not say when it was signed, or says a time to come (iat).")
    if ends is None or ends <= at - leeway:
        raise TokenInvalid("Its time is over (exp): start again.")
    if ends - issued > most + leeway:
        raise TokenInvalid("It is good for too long (exp).")
    if "nbf" in claims and (begins is None or begins > at + leeway):
        raise TokenInvalid("It is not good yet (nbf).")


def _instant(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < 1e12 else None


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Head, claims and signature. Raises `TokenInvalid` for what is no JWS of RS256."""
    pieces = token.split(".") if len(token) <= TOKEN_LETTERS else []
    if len(pieces) != 3:
        raise TokenInvalid(_REFUSED)
    head, claims = _object(pieces[0]), _object(pieces[1])
    if head.get("alg") != ALGORITHM or "crit" in head:
        raise TokenInvalid("It must be signed with RS256.")
    return head, claims, _decode(pieces[2])


def _object(piece: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(_decode(piece))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TokenInvalid(_REFUSED)
    return found


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(piece: str) -> bytes:
    """Base64url without padding, and no other letters. Raises `TokenInvalid`."""
    if not _LETTERS.fullmatch(piece):
        raise TokenInvalid(_REFUSED)
    try:
        return base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
    except (ValueError, binascii.Error):
        raise TokenInvalid(_REFUSED) from None


def _number(value: int) -> str:
    return _encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _decode_number(value: object) -> int:
    if not isinstance(value, str) or len(value) > 2_000:
        raise TokenInvalid(_REFUSED)
    return int.from_bytes(_decode(value), "big")
