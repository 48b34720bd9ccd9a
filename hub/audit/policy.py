"""How entries are sealed, and where a chain breaks."""

import hashlib
from collections.abc import Sequence

import msgspec

from hub.audit.models import AuditEntry, AuditLink, BrokenAt, Fault, LinkedEntry

GENESIS = AuditLink(seq=0, entry=0, hash=bytes(32), previous_hash=b"")


def canonical(entry: AuditEntry) -> bytes:
    """The one JSON text of an entry: keys sorted at every depth, no spaces, instants in UTC."""
    return msgspec.json.encode(entry, order="sorted")


def seal(entry: AuditEntry, previous_hash: bytes) -> bytes:
    """The hash of the link that seals `entry` after the link with `previous_hash`."""
    return hashlib.sha256(previous_hash + canonical(entry)).digest()


def chain_own(link: bytes, previous_hash: bytes) -> bytes:
    """The hash of an organisation's own link over the hub's link that seals its act."""
    return hashlib.sha256(previous_hash + link).digest()


def link_entries(head: AuditLink, entries: Sequence[AuditEntry]) -> list[AuditLink]:
    """The links that seal `entries`, in the order given, after the `head` of the chain."""
    links: list[AuditLink] = []
    for entry in entries:
        head = AuditLink(
            seq=head.seq + 1,
            entry=entry.id,
            hash=seal(entry, head.hash),
            previous_hash=head.hash,
        )
        links.append(head)
    return links


def find_break(head: AuditLink, linked: Sequence[LinkedEntry]) -> BrokenAt | None:
    """The first of `linked`, which follow `head`, that does not hold; None when all do."""
    for each in linked:
        fault = _fault(head, each)
        if fault is not None:
            return BrokenAt(entry=each.link.entry, seq=each.link.seq, fault=fault)
        head = each.link
    return None


def _fault(head: AuditLink, each: LinkedEntry) -> Fault | None:
    if each.link.seq != head.seq + 1:
        return Fault.LINK_GONE
    if each.link.previous_hash != head.hash:
        return Fault.LINK_CHANGED
    if each.entry is None:
        return Fault.ENTRY_GONE
    if seal(each.entry, head.hash) != each.link.hash:
        return Fault.ENTRY_CHANGED
    return None
