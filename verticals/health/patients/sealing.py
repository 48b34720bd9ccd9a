"""What is sealed under the practice's own key (`hub.keys`), each column in its row, and how equal
matricules are found.

Whoever destroys the key has made all of it unreadable. A matricule is found by a keyed hash, under
a secret of the practice's own that is sealed itself: it goes along where the practice goes, and is
gone with the key.
"""

import hmac
from uuid import UUID

from hub import keys
from hub.core.db import Tx
from hub.keys import KeyShredded, Ring, SealBroken, place
from verticals.health.patients import store
from verticals.health.patients.errors import SealedUnreadable
from verticals.health.patients.models import Ins

SECRET_BYTES = 32


async def seal(tx: Tx, content: bytes, where: str) -> bytes:
    """What only this practice reads, and only in this place. Raises `SealedUnreadable` once its key
    is destroyed."""
    try:
        return await keys.seal(tx, content, where)
    except KeyShredded:
        raise SealedUnreadable("The practice's key is gone.") from None


class Opener:
    """The practice's keys, looked up once to open many things."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    def unseal(self, sealed: bytes, where: str) -> bytes:
        """Raises `SealedUnreadable`."""
        try:
            return self._ring.unseal(sealed, where)
        except (KeyShredded, SealBroken):
            raise SealedUnreadable("The practice's key is gone.") from None

    def try_unseal(self, sealed: bytes, where: str) -> str | None:
        """The same as text, for a page that has more to show; None where it cannot be read here."""
        try:
            return self.unseal(sealed, where).decode()
        except SealedUnreadable:
            return None

    def open_ins(self, patient: UUID, sealed: bytes) -> Ins:
        """Raises `SealedUnreadable`."""
        oid, _, matricule = self.unseal(sealed, _of(patient)).decode().partition(":")
        return Ins(matricule=matricule, oid=oid)


async def find_opener(tx: Tx) -> Opener:
    """Raises what the host of keys raises."""
    return Opener(await keys.open_ring(tx))


async def unseal(tx: Tx, sealed: bytes, where: str) -> bytes:
    """One thing. Raises `SealedUnreadable`."""
    return (await find_opener(tx)).unseal(sealed, where)


async def seal_ins(tx: Tx, patient: UUID, ins: Ins) -> bytes:
    """Readable as this patient's only. Raises `SealedUnreadable`."""
    return await seal(tx, f"{ins.oid}:{ins.matricule}".encode(), _of(patient))


async def open_ins(tx: Tx, patient: UUID, sealed: bytes) -> Ins:
    """Raises `SealedUnreadable`."""
    return (await find_opener(tx)).open_ins(patient, sealed)


async def mark_ins(tx: Tx, ins: Ins) -> bytes:
    """The same for the same matricule: equal ones are found, and none is read from it. Raises
    `SealedUnreadable`."""
    return hmac.digest(await _find_secret(tx), ins.matricule.encode(), "sha256")


async def _find_secret(tx: Tx) -> bytes:
    where = place("health_mark", "sealed", tx.tenant)
    sealed = await store.find_secret(tx)
    if sealed is None:
        drawn = tx.database.ids.below(1 << (8 * SECRET_BYTES)).to_bytes(SECRET_BYTES, "big")
        await store.insert_secret(tx, await seal(tx, drawn, where))
        sealed = await store.find_secret(tx)
        assert sealed is not None
    return await unseal(tx, sealed, where)


def _of(patient: UUID) -> str:
    return place("health_patient", "ins_sealed", patient)
