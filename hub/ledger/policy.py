"""What a list of drafts must be before it is worth asking the database: pure functions."""

import hashlib
import re
from collections.abc import Mapping, Sequence

import msgspec

from hub.ledger.errors import DraftInvalid
from hub.ledger.models import Draft, Head, Kind, LinkedTransfer, WaitingTransfer

GENESIS = Head(seq=0, hash=bytes(32))

DRAFTS_MAX = 10_000
REFERENCE_LENGTH_MAX = 200
AMOUNT_CENTS_MAX = 10**15
_CODE = re.compile(r"[a-z_]+(\.[a-z0-9_-]+)*")


def check_drafts(drafts: Sequence[Draft]) -> None:
    """Raise `DraftInvalid`, naming the reference, for a draft that could not be posted.

    A reference stands once in a list: the second of two equal drafts would be taken for a repeat
    of the first, and its cents would be lost in silence.
    """
    if len(drafts) > DRAFTS_MAX:
        raise DraftInvalid(f"At most {DRAFTS_MAX} transfers are posted at once.")
    seen: set[str] = set()
    for draft in drafts:
        if draft.reference in seen:
            raise _refuse(draft, "the reference stands twice in the list")
        seen.add(draft.reference)
        _check_draft(draft)


def _check_draft(draft: Draft) -> None:
    if not 1 <= len(draft.reference) <= REFERENCE_LENGTH_MAX:
        raise _refuse(draft, f"a reference has from 1 to {REFERENCE_LENGTH_MAX} characters")
    if not 0 < draft.amount_cents <= AMOUNT_CENTS_MAX:
        raise _refuse(draft, "an amount is above zero")
    if draft.debit == draft.credit:
        raise _refuse(draft, "it debits the account that it credits")
    for side in (draft.debit, draft.credit):
        if not _CODE.fullmatch(side.code):
            raise _refuse(draft, f"{side.code!r} is not the code of an account")
    if draft.kind is Kind.EXPIRE:
        raise _refuse(draft, "a pending transfer expires by its own time")
    if draft.expires_at is not None and draft.kind is not Kind.PENDING:
        raise _refuse(draft, "only a pending transfer expires")
    if (draft.kind in {Kind.POST, Kind.VOID}) != (draft.settles is not None):
        raise _refuse(draft, "post and void, and they alone, settle a pending transfer")
    if (draft.kind is Kind.REVERSAL) != (draft.reverses is not None):
        raise _refuse(draft, "a reversal, and it alone, reverses a transfer")


def seal(transfer: Mapping[str, object], previous_hash: bytes) -> bytes:
    """The hash of the link of a transfer (its row as JSON: keys sorted, no spaces)."""
    return hashlib.sha256(previous_hash + msgspec.json.encode(transfer, order="sorted")).digest()


def link(head: Head, waiting: Sequence[WaitingTransfer]) -> list[LinkedTransfer]:
    """The links of transfers, in the order given, after the head of the chain."""
    links: list[LinkedTransfer] = []
    for one in waiting:
        hash = seal(one.transfer, head.hash)
        links.append(
            LinkedTransfer(
                seq=head.seq + 1,
                id=one.id,
                hash=hash,
                previous_hash=head.hash,
                transfer=one.transfer,
            )
        )
        head = Head(seq=head.seq + 1, hash=hash)
    return links


def head_of(link: LinkedTransfer) -> Head:
    return Head(seq=link.seq, hash=link.hash)


def find_break(head: Head, linked: Sequence[LinkedTransfer]) -> int | None:
    """The first transfer of `linked`, which follow `head`, that does not match its link."""
    for one in linked:
        whole = one.seq == head.seq + 1 and one.previous_hash == head.hash
        if not whole or one.transfer is None or seal(one.transfer, head.hash) != one.hash:
            return one.id
        head = Head(seq=one.seq, hash=one.hash)
    return None


def _refuse(draft: Draft, fault: str) -> DraftInvalid:
    return DraftInvalid(f"{draft.reference}: {fault}.", reference=draft.reference)
