"""Every write is idempotent: the first reply to a caller's key is kept and given again.

The key's scope is the caller; the fingerprint of the request is compared, so that the same key
with another body is refused. The reply is kept in the transaction that did the work.

Where nobody needs to be signed in all share one scope, and the first answer to a key may hold the
address of a stay: there, only keys that nobody comes upon by chance or by trying are taken.
"""

import hashlib
from collections.abc import Awaitable, Callable

import msgspec

from hub.core.db import Reads, Tx
from hub.core.errors import Busy, Invalid, Unprocessable
from hub.core.sql import load_queries

q = load_queries(__name__)
ANYBODYS = "guest"  # the scope of whoever is not signed in, and of who need not be
SHARED_LETTERS, _DIFFERENT = 22, 6


class KeyMissing(Invalid):
    """An Idempotency-Key header is needed"""

    code = "idempotency-key-missing"


class KeyGuessable(Invalid):
    """This Idempotency-Key could be guessed"""

    code = "idempotency-key-guessable"


class KeyReused(Unprocessable):
    """This Idempotency-Key was used for another request"""

    code = "idempotency-key-reused"


class KeptReply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply as it was first sent."""

    fingerprint: bytes
    status: int | None
    body: bytes | None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What to answer: status, JSON body, and whether it is given again."""

    status: int
    body: bytes
    replayed: bool = False


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """Whose key a write comes under, and what makes it the same request."""

    scope: str
    key: str
    fingerprint: bytes


def replay(once: Once, kept: KeptReply) -> Reply:
    """The kept reply again. Raises `KeyReused` when the key came with another request."""
    if kept.status is None or kept.body is None:
        raise Busy("The first request with this key is still under way.")
    if kept.fingerprint != once.fingerprint:
        raise KeyReused("Send the same request as before, or a new key.")
    return Reply(status=kept.status, body=kept.body, replayed=True)


def fingerprint_of(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests the same: method, path and body."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).digest()


async def once(
    tx: Tx,
    *,
    scope: str,
    key: str,
    fingerprint: bytes,
    status: int,
    act: Callable[[], Awaitable[object]],
    shared: bool = False,
) -> Reply:
    """Do `act` and keep its reply under the key, or give the kept reply again, whatever keys are
    asked for by then. Of a scope that strangers share, a new key must be one that nobody guesses.

    Raises `KeyReused` when the key came with another request, `Busy` when the first one is
    still under way after the lock timeout, `KeyMissing`, `KeyGuessable`.
    """
    check_key(key)
    first = await tx.run(q.claim_reply, scope=scope, key=key, fingerprint=fingerprint, now=tx.now)
    if not first:
        return await _kept(tx, Once(scope=scope, key=key, fingerprint=fingerprint))
    if shared:
        check_shared_key(key)
    body = msgspec.json.encode(await act())
    await tx.run(q.keep_reply, scope=scope, key=key, status=status, body=body)
    return Reply(status=status, body=body)


async def find_first(reads: Reads, once: Once) -> Reply | None:
    """The first reply to a key, if there is one. Raises `KeyReused`, `Busy`."""
    kept = await reads.one(KeptReply, q.find_reply, scope=once.scope, key=once.key)
    return None if kept is None else replay(once, kept)


async def keep_first(tx: Tx, once: Once, reply: Reply) -> Reply:
    """Keep the reply to work that took several transactions, before anybody is answered. The one to
    answer: a rival with the same key may have been first."""
    first = await tx.run(
        q.keep_first_reply,
        scope=once.scope,
        key=once.key,
        fingerprint=once.fingerprint,
        status=reply.status,
        body=reply.body,
        now=tx.now,
    )
    return reply if first else await _kept(tx, once)


async def _kept(tx: Tx, once: Once) -> Reply:
    kept = await find_first(tx, once)
    if kept is None:
        raise Busy("The first request with this key is still under way.")
    return kept


def check_shared_key(key: str) -> None:
    """Raise `KeyMissing` or `KeyGuessable` unless a key is one that nobody else has: as long as 128
    bits in base64, which a UUID exceeds, and not one character over and over."""
    check_key(key)
    if len(key) < SHARED_LETTERS or len(set(key)) < _DIFFERENT:
        raise KeyGuessable("Give a random UUID here, or at least 22 random characters.")


def check_key(key: str) -> None:
    """Raise `KeyMissing` for a write without a good key."""
    if not key or len(key) > 255:
        raise KeyMissing("Give 1 to 255 characters, such as a UUID, new for each new request.")
