"""The key pair of a school's platform: made for its first tool, sealed, changed."""

import asyncio
from uuid import UUID

import msgspec

from hub import audit, keys
from hub.core.db import Tx
from verticals.education import roster
from verticals.education.lti_tools import jose, store
from verticals.education.lti_tools.models import KEY_SHOWN, KeyRow


async def ensure_key(tx: Tx) -> KeyRow:
    """The pair that signs; made where there is none."""
    found = await store.find_key(tx)
    if found is not None:
        return found
    await store.lock_school(tx)
    if await store.find_key(tx) is None:
        await _make(tx)
    found = await store.find_key(tx)
    assert found is not None, "it is made, and nobody else may retire it meanwhile"
    return found


async def find_signing(tx: Tx) -> UUID | None:
    """Which pair signs; none before the first tool."""
    found = await store.find_key(tx)
    return None if found is None else found.id


async def rotate_key(tx: Tx, seen: UUID, *, role: str | None) -> None:
    """Another pair than the one that was `seen` signs from here on; tools can look up the one
    before for a day. Pressed twice, it is changed once. Raises `NotTheHead`."""
    roster.check_head(role)
    await store.lock_school(tx)
    if await find_signing(tx) != seen:
        return
    await store.delete_old_keys(tx, tx.now - KEY_SHOWN)
    await store.retire_key(tx)
    await _make(tx)


async def list_public(tx: Tx) -> dict[str, object]:
    """The JWK Set of the school (RFC 7517): empty where there is no tool."""
    rows = await store.list_keys(tx, tx.now - KEY_SHOWN)
    return {"keys": [msgspec.json.decode(one.public) for one in rows]}


async def sign(tx: Tx, claims: dict[str, object]) -> str:
    """A JWT of these claims, by the school."""
    row = await ensure_key(tx)
    where = keys.place("school_lti_key", "private", row.id)
    private = await keys.unseal(tx, row.private, where)
    return jose.sign(claims, private, str(row.id))


async def _make(tx: Tx) -> None:
    id = tx.uuid()
    private, public = await asyncio.to_thread(jose.make_pair, str(id))
    sealed = await keys.seal(tx, private, keys.place("school_lti_key", "private", id))
    text = msgspec.json.encode(public.as_jwk()).decode()
    if await store.insert_key(tx, id, text, sealed):
        await audit.record(tx, action="school.lti_key_made", subject=f"school-lti-key:{id}")
