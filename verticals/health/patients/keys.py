"""The practice's own key: made at its first use, used by what is sealed, given up to shred it all.
`house` is the house's key, which seals it."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.health.patients import sealing, store
from verticals.health.patients.errors import SealedUnreadable


async def find_key(tx: Tx, house: bytes, *, make: bool = False) -> bytes:
    """Raises `SealedUnreadable` when it is gone, or was sealed by another house."""
    sealed = await store.find_key(tx)
    if sealed is None and make:
        ids = tx.database.ids
        await store.insert_key(tx, sealing.seal_key(house, sealing.draw_key(ids), ids))
        sealed = await store.find_key(tx)
    if sealed is None:
        raise SealedUnreadable("The practice's key is gone.")
    return sealing.open_key(house, sealed)


async def seal(tx: Tx, house: bytes, kind: bytes, about: UUID, content: bytes) -> bytes:
    """What only this practice reads, and only as what it is of. Raises `SealedUnreadable`."""
    key = await find_key(tx, house, make=True)
    return sealing.seal_content(key, kind, about, content, tx.database.ids)


async def unseal(tx: Tx, house: bytes, kind: bytes, about: UUID, sealed: bytes) -> bytes:
    """Raises `SealedUnreadable`."""
    return sealing.open_content(await find_key(tx, house), kind, about, sealed)


async def shred(tx: Tx) -> None:
    """Give up the practice's key: nothing that it sealed can be read any more, in any copy."""
    if await store.drop_key(tx):
        await audit.record(tx, action="health.key_shredded", subject=f"organisation:{tx.tenant}")
