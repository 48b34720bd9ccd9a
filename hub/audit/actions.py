"""Write acts down, read them, link them into the chain, and walk the chain."""

from hub.audit import policy, store
from hub.audit.models import AuditEntry, BrokenAt, Fault, Verification
from hub.core.db import Tx
from hub.core.errors import HubError

BATCH = 1_000
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
    """Link the oldest waiting entries in the order of their ids; how many.

    The chain grows in the background, under an advisory lock that only linkers take: were each
    act to append its own link, every booking of the country would queue behind one chain head.
    """
    if not await store.lock_chain(tx):
        return 0
    entries = await store.list_waiting(tx, wanted)
    if not entries:
        return 0
    head = await store.find_head(tx) or policy.GENESIS
    await store.append_links(tx, policy.link_entries(head, entries))
    return len(entries)


async def verify_chain(tx: Tx) -> Verification:
    """Walk the whole chain and name the first entry whose content does not match its link."""
    head = policy.GENESIS
    broken_at: BrokenAt | None = None
    while broken_at is None:
        linked = await store.list_linked(tx, after=head.seq, wanted=BATCH)
        if not linked:
            broken_at = await _find_forgotten(tx)
            break
        broken_at = policy.find_break(head, linked)
        head = linked[-1].link
    return Verification(links=head.seq, head=head.hash.hex(), broken_at=broken_at)


async def _find_forgotten(tx: Tx) -> BrokenAt | None:
    entry = await store.find_forgotten(tx)
    if entry is None:
        return None
    return BrokenAt(entry=entry, seq=None, fault=Fault.NEVER_LINKED)
