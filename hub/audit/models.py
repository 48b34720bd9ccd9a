"""The record of who did what, and the chain that seals it."""

from datetime import datetime
from enum import StrEnum

import msgspec


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `actor` is `person:<id>`, `guest` or `system`; `subject` names what was touched
    (`booking:<uuid>`); `detail` holds ids and figures, no personal data: entries are for ever.
    """

    id: int
    tenant: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    detail: dict[str, object]


class AuditLink(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the chain: SHA-256 over the previous hash and the entry's canonical JSON."""

    seq: int
    entry: int
    hash: bytes
    previous_hash: bytes


class LinkedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A link with what its entry says today; None when the entry is gone."""

    link: AuditLink
    entry: AuditEntry | None


class OwnLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link of an organisation's own chain: `hash` is SHA-256 over the own hash before and `link`,
    the hash of the hub's link number `seq`, which seals `entry` after `previous`. The hub's link
    and the entry are as they read today; None when they are gone.
    """

    number: int
    seq: int
    hash: bytes
    link: bytes | None
    previous: bytes | None
    entry: AuditEntry | None


class OwnBreak(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the hub that is not in its organisation's own chain as it must be."""

    seq: int
    entry: int


class Fault(StrEnum):
    """Why a chain does not hold."""

    ENTRY_CHANGED = "entry-changed"
    ENTRY_GONE = "entry-gone"
    LINK_GONE = "link-gone"
    LINK_CHANGED = "link-changed"
    NEVER_LINKED = "never-linked"
    OWN_CHAIN_BROKEN = "own-chain-broken"


class BrokenAt(msgspec.Struct, frozen=True, kw_only=True):
    """The first place where the chain does not hold; `seq` is None for an entry never linked."""

    entry: int
    seq: int | None
    fault: Fault


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """How far a chain was verified: its newest verified link, where the pass over the whole stands,
    when one came to its end last, and the last entry that was looked for in the chain."""

    newest_seq: int = 0
    newest_hash: bytes = bytes(32)
    whole_seq: int = 0
    whole_hash: bytes = bytes(32)
    whole_at: datetime | None = None
    sought: int = 0


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Some entries that were looked for in the chain: the last of them (None when there is none),
    and the first that is not there."""

    last: int | None = None
    forgotten: int | None = None


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What a walk along the chain found. `head` is the last link's hash in hexadecimal: publish
    it elsewhere, because only a copy outside can show that the chain's end was cut off.
    """

    links: int
    head: str
    broken_at: BrokenAt | None
