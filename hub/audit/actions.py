"""Write acts down, read them, link them into the chain, and walk the chain."""

from collections.abc import Sequence

import msgspec

from hub.audit import policy, store
from hub.audit.models import (
    AuditEntry,
    AuditLink,
    BrokenAt,
    Fault,
    LinkedEntry,
    Verification,
    Walk,
)
from hub.core.db import Database, Tx
from hub.core.errors import HubError

BATCH, NIGHTLY = 1_000, 100_000
NEWEST = 2**62


async def record(
    tx: Tx, *, action: str, subject: str, reason: str = "", detail: dict[str, object] | None = None
) -> None:
    """Write down that `tx.actor` did `action` to `subject` of the transaction's tenant.

    The entry lives and dies with the transaction of the act. `detail` must be JSON without
    personal data: names and e-mails can never be taken out again.
    """
    if tx.tenant is None:
        raise HubError("An act is recorded behind a tenant's wall.")
    await store.insert_entry(tx, action=action, subject=subject, reason=reason, detail=detail or {})


async def list_entries(tx: Tx, *, before: int = NEWEST, wanted: int = 50) -> list[AuditEntry]:
    """The tenant's newest acts with an id below `before`."""
    return await store.list_entries(tx, before=before, wanted=wanted)


async def list_entries_of_all(
    tx: Tx, *, before: int = NEWEST, wanted: int = 50
) -> list[AuditEntry]:
    """The newest acts over all tenants: for the operator only."""
    return await store.list_entries_of_all(tx, before=before, wanted=wanted)


async def link_waiting(tx: Tx, wanted: int = BATCH) -> int:
    """Link the oldest waiting entries in the order of their ids, and put each link into the own
    chain of the organisation whose act it seals; how many.

    The chain grows in the background, under an advisory lock that only linkers take: were each
    act to append its own link, every booking of the country would queue behind one chain head.
    """
    if not await store.lock_chain(tx):
        return 0
    if entries := await store.list_waiting(tx, wanted):
        head = await store.find_head(tx) or policy.GENESIS
        await store.append_links(tx, policy.link_entries(head, entries))
    return max(len(entries), await store.append_own_links(tx, wanted))


async def verify_chain(tx: Tx) -> Verification:
    """Walk the whole chain, and the own chains of all organisations with it; name the first entry
    whose content does not match its link."""
    head = policy.GENESIS
    broken_at: BrokenAt | None = None
    while broken_at is None:
        linked = await store.list_linked(tx, after=head.seq, wanted=BATCH)
        if not linked:
            _, broken_at = await _find_forgotten(tx, 0, NEWEST)
            break
        broken_at = await _find_break(tx, head, linked)
        head = linked[-1].link
    return Verification(links=head.seq, head=head.hash.hex(), broken_at=broken_at)


async def verify_lately(database: Database, most: int = NIGHTLY) -> Verification:
    """Walk what was linked since the last time, go on with the pass over the whole, `most` links in
    all, and look for `most` entries in the chain: the cost of a night does not grow with the
    chain, and a chain of a few million links is passed over whole every month. How far it came is
    written down, unless it found a break; several may walk at once."""
    async with database.transaction() as tx:
        found = await _walk_lately(tx, most)
    if found.broken_at is not None:
        return found
    async with database.transaction() as tx:
        walk = await store.find_walk(tx) or Walk()
        sought, broken_at = await _find_forgotten(tx, walk.sought, most)
        if broken_at is None:
            await store.keep_sought(tx, sought)
    return msgspec.structs.replace(found, broken_at=broken_at)


async def _walk_lately(tx: Tx, most: int) -> Verification:
    walk = await store.find_walk(tx) or Walk()
    links, broken_at = 0, await _find_cut(tx, walk)
    newest = AuditLink(seq=walk.newest_seq, entry=0, hash=walk.newest_hash, previous_hash=b"")
    if broken_at is None:
        newest, links, broken_at = await _walk(tx, newest, NEWEST, most)
    whole = AuditLink(seq=walk.whole_seq, entry=0, hash=walk.whole_hash, previous_hash=b"")
    whole_at = walk.whole_at
    if broken_at is None:
        whole, _, broken_at = await _walk(tx, whole, walk.newest_seq, most - links)
    if broken_at is None and whole.seq >= walk.newest_seq > 0:
        whole, whole_at = policy.GENESIS, tx.now
    if broken_at is None:
        kept = Walk(
            newest_seq=newest.seq, newest_hash=newest.hash, whole_seq=whole.seq,
            whole_hash=whole.hash, whole_at=whole_at,
        )  # fmt: skip
        await store.keep_walk(tx, kept)
    return Verification(links=newest.seq, head=newest.hash.hex(), broken_at=broken_at)


async def _find_cut(tx: Tx, walk: Walk) -> BrokenAt | None:
    """Whether the link that was verified last is not there as it was."""
    if not walk.newest_seq:
        return None
    there = await store.list_linked(tx, after=walk.newest_seq - 1, wanted=1)
    if there and (there[0].link.seq, there[0].link.hash) == (walk.newest_seq, walk.newest_hash):
        return None
    entry = there[0].link.entry if there else 0
    fault = Fault.LINK_CHANGED if there else Fault.LINK_GONE
    return BrokenAt(entry=entry, seq=walk.newest_seq, fault=fault)


async def _walk(
    tx: Tx, head: AuditLink, until: int, most: int
) -> tuple[AuditLink, int, BrokenAt | None]:
    """From a link to another, `most` at the most: how far, how many, and the first break."""
    done = 0
    while head.seq < until and done < most:
        wanted = min(BATCH, most - done, until - head.seq)
        linked = await store.list_linked(tx, after=head.seq, wanted=wanted)
        if not linked:
            break
        broken_at = await _find_break(tx, head, linked)
        if broken_at is not None:
            return head, done, broken_at
        head, done = linked[-1].link, done + len(linked)
    return head, done, None


async def _find_break(tx: Tx, head: AuditLink, linked: Sequence[LinkedEntry]) -> BrokenAt | None:
    """The first link that does not hold, in the hub's chain or in an organisation's own."""
    if broken_at := policy.find_break(head, linked):
        return broken_at
    own = await store.find_broken_own(tx, after=head.seq, until=linked[-1].link.seq)
    if own is None:
        return None
    return BrokenAt(entry=own.entry, seq=own.seq, fault=Fault.OWN_CHAIN_BROKEN)


async def _find_forgotten(tx: Tx, after: int, most: int) -> tuple[int, BrokenAt | None]:
    """Look for some entries in the chain: the last of them, 0 at the end of the record, and the
    first that is not there."""
    while most > 0:
        wanted = min(BATCH, most)
        found = await store.find_forgotten(tx, after=after, wanted=wanted)
        if found.forgotten is not None:
            return after, BrokenAt(entry=found.forgotten, seq=None, fault=Fault.NEVER_LINKED)
        if found.last is None:
            return 0, None
        after, most = found.last, most - wanted
    return after, None
