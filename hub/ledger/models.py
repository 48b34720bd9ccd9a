"""Double entry: accounts, and transfers between two of them that nobody can change."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a transfer does. A pending one waits to be posted or voided, by another transfer."""

    POSTED = "posted"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
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


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The posted debits and credits of all accounts of one code; pending ones beside them."""

    code: str
    debit_cents: int
    credit_cents: int
    pending_debit_cents: int
    pending_credit_cents: int
