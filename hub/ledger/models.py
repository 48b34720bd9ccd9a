"""Double entry: accounts, and transfers between two of them that nobody can change."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a transfer does. A pending one waits to be posted, whole or in part, or
    voided, by another transfer; one that has a time expires by itself."""

    POSTED = "posted"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"
    REVERSAL = "reversal"


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """An account by its holder (an organisation) and its code, such as `lodging.payable`."""

    holder: int
    code: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer to post: from the debited to the credited account, integer cents above zero.

    `reference` is unique for ever: posting it again changes nothing. `settles` names the pending
    transfer that a POST or VOID ends, `reverses` the one that a REVERSAL takes back a part of.
    `shared` marks a share of the agreement: the scheme may see it, and not the lodging's revenue.
    """

    reference: str
    debit: Side
    credit: Side
    amount_cents: int
    kind: Kind = Kind.POSTED
    settles: str | None = None
    reverses: str | None = None
    shared: bool = False
    expires_at: datetime | None = None


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as it was posted."""

    id: int
    reference: str
    kind: Kind
    debit_code: str
    credit_code: str
    debit_holder: int
    credit_holder: int
    amount_cents: int
    currency: str
    shared: bool
    booked_at: datetime


class ExportedTransfer(Transfer, frozen=True, kw_only=True):
    """A transfer with its link of the chain; none for the newest, which still wait for it."""

    hash: str | None
    previous_hash: str | None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The end of the chain."""

    seq: int
    hash: bytes


class WaitingTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that waits for its link; `transfer` is its row as JSON."""

    id: int
    transfer: dict[str, object]


class LinkedTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A link with its transfer as it reads today; none when the transfer is gone."""

    seq: int
    id: int
    hash: bytes
    previous_hash: bytes
    transfer: dict[str, object] | None


class Recount(msgspec.Struct, frozen=True, kw_only=True):
    """The balances counted again: accounts, those that differ, a transfer outside of the chain."""

    accounts: int
    differing: int
    forgotten: int | None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What a daily check found; `broken_at` is the first transfer that does not match its link."""

    at: datetime
    accounts: int
    differing: int
    links: int
    head: str
    broken_at: int | None

    @property
    def well(self) -> bool:
        return self.differing == 0 and self.broken_at is None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The posted debits and credits of all accounts of one code; pending ones beside them."""

    code: str
    debit_cents: int
    credit_cents: int
    pending_debit_cents: int
    pending_credit_cents: int
