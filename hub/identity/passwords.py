"""Passwords: argon2id in a thread, the same work for an unknown e-mail as for a known one."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.identity import policy
from hub.identity.models import HashCost

COST = HashCost()
# The hash of a password nobody has, at the cost above: what an unknown e-mail is compared with.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$/hIdDFyDpVDHFFEkhYqxkQ$"
    "jADreLIH8dKbDsOki9v1RpEQemBKlNeq/eQ07Bz6v5A"
)


async def hash_password(password: str, cost: HashCost = COST) -> str:
    """The hash to keep; raises `PersonInvalid` for a password too short or too long."""
    policy.check_password(password)
    return await asyncio.to_thread(_hasher(cost).hash, _normal(password))


async def password_matches(password_hash: str | None, password: str) -> bool:
    """Compare, with the cost that the hash names; None, an unknown e-mail, costs as much."""
    if len(password) > policy.PASSWORD_LETTERS[-1]:
        return False  # whatever the e-mail, so this tells nothing about it
    return await asyncio.to_thread(_verify, password_hash or NOBODY, _normal(password))


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher(COST).verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _hasher(cost: HashCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )


def _normal(password: str) -> str:
    # The same letters typed on another keyboard may be other code points (NIST SP 800-63B 5.1.1.2).
    return unicodedata.normalize("NFKC", password)
