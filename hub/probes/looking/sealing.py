"""Whether each organisation has a key of its own, and what a shredded key leaves (SEC-02): with two
invented organisations, in transactions that never commit, and in the sealed columns that stand."""

import base64
import binascii
from collections.abc import Iterator

from hub import keys
from hub.core.db import Tx
from hub.keys import KeyShredded, KeyUnknown, Ring, SealBroken
from hub.probes import store
from hub.probes.looking.isolation import TENANTS_MOST
from hub.probes.world import World
from hub.trust import Found

UNSEALED = "Des données à sceller se lisent en clair : %(names)s."
OPEN = "Ce qui est scellé se lit dans la base, ou ne se rouvre pas."
SHARED = "La clé d'une organisation ouvre ce qui est à une autre."
LASTING = "Après la destruction d'une clé, ce qu'elle a scellé se lit encore."
WELL = "Scellé sous une clé par organisation, et perdu avec elle ; tables scellées : %(tables)s."
SENTENCES = (UNSEALED, OPEN, SHARED, LASTING, WELL)
# No organisation has such a number.
_OWN, _OTHER = -1, -2
_SECRET = "Née à Mende, groupe O négatif".encode()
_WHERE = keys.place("probe", "content", 1)


async def look_at_keys(world: World) -> Found:
    """A key of its own makes the second level; one that is lost with what it sealed the highest."""
    bare = await _list_unsealed(world)
    if bare:
        return Found(rank=0, says=UNSEALED, filled={"names": ", ".join(bare[:5])})
    own, other = (Tx(world.database, tenant, "probe") for tenant in (_OWN, _OTHER))
    held: list[str] = []
    try:
        found = await _try_keys(own, other, held)
    finally:
        await own.close(keep=False)
        await other.close(keep=False)
        for name in held:
            await keys.find_host().destroy(name)
    if found is not None:
        return found
    tables = sum(len(one.portability.sealed) for one in world.database.slices)
    return Found(rank=3, says=WELL, filled={"tables": tables})


async def _try_keys(own: Tx, other: Tx, held: list[str]) -> Found | None:
    """The first fault; `held` are the names at the host that this has made."""
    sealed = await keys.seal(own, _SECRET, _WHERE)
    foreign = await keys.seal(other, _SECRET, _WHERE)
    kept, others = await store.list_wrapped(own), await store.list_wrapped(other)
    held += [keys.name_at_host(one.at_host) for one in (*kept, *others)]
    readable = _SECRET in sealed or any(
        _opens(Ring(_OWN, {one.number: key}), sealed)
        for one in kept
        for key in _keys_in(one.wrapped)
    )
    if readable or await keys.unseal(own, sealed, _WHERE) != _SECRET:
        return Found(rank=0, says=OPEN)
    rings = await keys.open_ring(own), await keys.open_ring(other)
    named = [(keys.name_at_host(others[0].at_host), one.wrapped) for one in kept]
    if _opens(rings[1], sealed) or _opens(rings[0], foreign) or await _unwraps(named, sealed):
        return Found(rank=1, says=SHARED)
    await keys.shred(own)
    named = [(keys.name_at_host(one.at_host), one.wrapped) for one in kept]
    still = _opens(await keys.open_ring(own), sealed)
    await keys.let_go(own)
    if still or await _unwraps(named, sealed) or not _opens(rings[1], foreign):
        return Found(rank=2, says=LASTING)
    return None


def _opens(ring: Ring, sealed: bytes) -> bool:
    try:
        return ring.unseal(sealed, _WHERE) == _SECRET
    except (KeyShredded, SealBroken):
        return False


async def _unwraps(named: list[tuple[str, str]], sealed: bytes) -> bool:
    """Whether the host gives the key that opens this, for any of these texts under these names."""
    for name, wrapped in named:
        try:
            key = await keys.find_host().unwrap(name, wrapped)
        except KeyUnknown:
            continue
        if any(_opens(Ring(tenant, {1: key}), sealed) for tenant in (_OWN, _OTHER)):
            return True
    return False


def _keys_in(wrapped: str) -> Iterator[bytes]:
    """Whatever of a wrapped text may be the key itself."""
    yield from (wrapped.encode()[at : at + 32] for at in range(max(0, len(wrapped) - 31)))
    for text in wrapped.split(":"):
        try:
            plain = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            continue
        yield from (plain[at : at + 32] for at in range(max(0, len(plain) - 31)))


async def _list_unsealed(world: World) -> list[str]:
    """The sealed columns in which something stands that is not sealed, of some organisations."""
    columns = [
        (table, column)
        for one in world.database.slices
        for table, names in one.portability.sealed.items()
        for column in names
    ]
    found: set[str] = set()
    for tenant in await store.list_tenants(world.database.reader, TENANTS_MOST):
        async with world.database.transaction(tenant) as tx:
            con = await tx.connection()
            for table, column in columns:
                bare = (
                    f'select 1 from "{table}" where "{column}" is not null'  # noqa: S608  names of the manifests
                    f' and substr("{column}", 1, 1) <> $1 limit 1'
                )
                if await con.fetchval(bare, keys.FORM) is not None:
                    found.add(f"{table}.{column}")
    return sorted(found)
