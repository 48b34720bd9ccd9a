"""The practice's own key: made at its first use, used by what is sealed, given up to shred it all.
`house` is the house's key, which seals it."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.health.patients import sealing, store
from verticals.health.patients.errors import SealedUnreadable


async def find_key(tx: Tx, house: bytes, *, make: bool = False) -> bytes:
    """Raises `SealedUnreadable` when it is given up, or was sealed by another house. No other one
    is ever made after it: what was to be forgotten would come again under the new one."""
    sealed = await store.find_key(tx)
    if sealed is None and make:
        ids = tx.database.ids
        key = sealing.draw_key(ids)
        await store.insert_key(tx, sealing.seal_key(house, key, ids), sealing.mark_key(key))
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


async def try_unseal(tx: Tx, house: bytes, kind: bytes, about: UUID, sealed: bytes) -> str | None:
    """The same as text, for a page that has more to show; None where it cannot be read here."""
    try:
        return (await unseal(tx, house, kind, about, sealed)).decode()
    except SealedUnreadable:
        return None


async def give_key(tx: Tx, house: bytes) -> bytes:
    """The practice's key in clear, for another hub where the practice lives from now on. Raises
    `SealedUnreadable`."""
    key = await find_key(tx, house)
    await audit.record(tx, action="health.key_given", subject=f"organisation:{tx.tenant}")
    return key


async def take_key(tx: Tx, house: bytes, key: bytes) -> None:
    """Seal a key that was handed over under this house's. Raises `SealedUnreadable` for one that is
    not this practice's."""
    right = len(key) == sealing.KEY_BYTES
    sealed = sealing.seal_key(house, key, tx.database.ids)
    if not right or not await store.keep_key(tx, sealed, sealing.mark_key(key)):
        raise SealedUnreadable("This key is not this practice's.")
    await audit.record(tx, action="health.key_taken", subject=f"organisation:{tx.tenant}")


async def shred(tx: Tx) -> None:
    """Give up the practice's key for good: nothing that it sealed can be read any more, in any
    copy, and nothing new is sealed."""
    if await store.drop_key(tx):
        await audit.record(tx, action="health.key_shredded", subject=f"organisation:{tx.tenant}")
