"""Seal and open what is an organisation's alone, change its key, and give it up for good.

The row of the key is read each time: once it is shredded no process opens anything. Its host is
asked once and the opened key kept for minutes (`gateway.kept`). The host is asked inside of the
transaction, at most three seconds a question: what is sealed cannot wait for a commit.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.clock import Ids
from hub.core.db import Reads, Tx
from hub.keys import store
from hub.keys.errors import KeyShredded, KeyStands
from hub.keys.gateway import Keys, find_host
from hub.keys.gateway.kept import Kept
from hub.keys.models import KeyRow, KeysEnded, name_at_host
from hub.keys.sealing import Ring, draw

KEPT: Kept[tuple[Keys, UUID, str]] = Kept()


async def seal(tx: Tx, content: bytes, context: str) -> bytes:
    """What only this organisation reads, and only in this place; its key is made at the first use.
    Raises `KeyShredded`, and what its host raises."""
    return (await make_ring(tx)).seal(content, context, tx.database.ids)


async def unseal(tx: Tx, sealed: bytes, context: str) -> bytes:
    """Raises `KeyShredded`, `SealBroken`, and what its host raises."""
    return (await open_ring(tx)).unseal(sealed, context)


async def open_ring(tx: Tx) -> Ring:
    """The organisation's keys, to open many things. Raises what its host raises."""
    return await find_ring(tx, _tenant(tx))


async def make_ring(tx: Tx) -> Ring:
    """The same, with a key to seal; made when there never was one. Raises `KeyShredded`."""
    ring = await open_ring(tx)
    if ring.numbers:
        return ring
    tenant = _tenant(tx)
    await store.await_turn(tx, tenant)
    rows = await store.list_keys(tx, tenant)
    if not rows:
        await _begin(tx, tenant, 1, tx.database.ids, tx.now)
        await audit.record(tx, action="keys.made", subject=f"organisation:{tenant}")
    elif not _alive(rows):
        raise KeyShredded()
    return await open_ring(tx)


async def rotate(tx: Tx) -> int:
    """Seal under a new key from here on, under a new version of the key that wraps them all; what
    was sealed still opens. Its number. Raises `KeyShredded` when there is none."""
    tenant = _tenant(tx)
    await store.await_turn(tx, tenant)
    rows = await store.list_keys(tx, tenant)
    alive = _alive(rows)
    if not alive:
        raise KeyShredded()
    host, at_host = find_host(), alive[-1].at_host
    await host.rotate(name_at_host(at_host))
    for row in alive:
        if row.at_host == at_host and row.wrapped is not None:
            wrapped = await host.rewrap(name_at_host(at_host), row.wrapped)
            await store.keep_wrapped(tx, row.number, wrapped)
    number = rows[-1].number + 1
    wrapped = await host.wrap(name_at_host(at_host), draw(tx.database.ids))
    await store.insert_key(tx, tenant, number, at_host, wrapped, tx.now)
    subject = f"organisation:{tenant}"
    await audit.record(tx, action="keys.rotated", subject=subject, detail={"number": number})
    return number


async def shred(tx: Tx) -> bool:
    """Give the organisation's keys up: nothing that they sealed is read any more, by anybody. What
    wrapped them is destroyed at the host after the commit. False when there was none."""
    tenant = _tenant(tx)
    await store.await_turn(tx, tenant)
    if not await store.destroy_keys(tx):
        return False
    await outbox.emit(tx, KeysEnded())
    await audit.record(tx, action="keys.shredded", subject=f"organisation:{tenant}")
    return True


async def end(reads: Reads, tenant: int, now: datetime) -> int:
    """The same for an organisation that is not here any more, in an administrator's transaction;
    how many keys there were. `let_go` comes after the commit."""
    await store.await_turn(reads, tenant)
    ended = await store.end_keys(reads, tenant)
    if ended:
        await store.note_ended(reads, tenant, now)
    return ended


async def open_anew(tx: Tx) -> None:
    """A new key for an organisation whose keys were destroyed, and which begins anew. Raises
    `KeyStands`."""
    tenant = _tenant(tx)
    if (await arrive(tx, tenant, tx.database.ids, tx.now)) is None:
        raise KeyStands()
    await audit.record(tx, action="keys.made", subject=f"organisation:{tenant}")


async def find_ring(reads: Reads, tenant: int) -> Ring:
    """The keys of an organisation that stand; by its own transaction, or an administrator's
    connection. Raises what its host raises."""
    rows = _alive(await store.list_keys(reads, tenant))
    return Ring(tenant, {row.number: await _unwrap(row) for row in rows})


async def arrive(reads: Reads, tenant: int, ids: Ids, now: datetime) -> Ring | None:
    """A key for an organisation that arrives or begins anew, whatever was before; None when one
    stands."""
    await store.await_turn(reads, tenant)
    rows = await store.list_keys(reads, tenant)
    if _alive(rows):
        return None
    await _begin(reads, tenant, rows[-1].number + 1 if rows else 1, ids, now)
    return await find_ring(reads, tenant)


async def let_go(tx: Tx) -> int:
    """Let the host destroy what wrapped keys that are gone; how many. Done again it changes
    nothing."""
    ended = await store.list_own_ended(tx)
    for one in ended:
        await find_host().destroy(name_at_host(one.at_host))
        await store.note_let_go(tx, one.at_host)
    return len(ended)


async def give_up(reads: Reads) -> int:
    """Let the host destroy everything that it holds for a database which is about to be dropped,
    and whose keys no other database has; how many. Raises what the host raises."""
    held = await store.list_held(reads)
    for at_host in held:
        await find_host().destroy(name_at_host(at_host))
    return len(held)


async def announce_ended(tx: Tx) -> int:
    """Wake the organisations whose keys an erasure took; how many."""
    tenants = {one.tenant for one in await store.list_ended(tx)}
    for tenant in sorted(tenants):
        await outbox.emit_for(tx, tenant, KeysEnded())
    return len(tenants)


async def _begin(reads: Reads, tenant: int, number: int, ids: Ids, now: datetime) -> None:
    """A key-encryption key of its own at the host, and the first data key under it. When the
    transaction fails the host holds one that wraps nothing."""
    host, at_host = find_host(), ids.uuid()
    await host.make(name_at_host(at_host))
    wrapped = await host.wrap(name_at_host(at_host), draw(ids))
    await store.insert_key(reads, tenant, number, at_host, wrapped, now)


async def _unwrap(row: KeyRow) -> bytes:
    assert row.wrapped is not None
    host = find_host()
    name = (host, row.at_host, row.wrapped)
    key = KEPT.find(name)
    if key is None:
        key = await host.unwrap(name_at_host(row.at_host), row.wrapped)
        KEPT.put(name, key)
    return key


def _alive(rows: Sequence[KeyRow]) -> list[KeyRow]:
    return [row for row in rows if row.wrapped is not None]


def _tenant(tx: Tx) -> int:
    assert tx.tenant is not None, "a key is an organisation's"
    return tx.tenant
