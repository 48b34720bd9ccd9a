"""Charges, refunds, calls to the service, those it pays: whoever the payment service is."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

HOSTED = "hosted"
SANDBOX = "sandbox_"  # how the sandbox's own references begin


class State(StrEnum):
    """Where a charge or a refund stands."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a hosted page needs: where the guest comes back to, in which language, and what for."""

    return_url: str
    language: str
    title: str
    email: str


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A payment asked of a guest. Its id is also the idempotency key at the payment service.

    `method` is a payment method's token, or `HOSTED` for the service's own page; `page_url` is
    where the guest goes on while it is not settled; `fee_cents` is what the service keeps of it.

    One that `keeps_card` leaves the card with the service for later (an amount of 0: that alone);
    then `customer`, `card` and `card_label` say which. Another one with a `customer` is charged to
    such a card without its holder."""

    id: UUID
    tenant: int
    subject: str
    amount_cents: int
    currency: str
    method: str
    page: Page | None
    page_url: str | None
    fee_cents: int
    state: State
    reference: str | None
    decline_code: str | None
    created_at: datetime
    settled_at: datetime | None
    keeps_card: bool = False
    customer: str | None = None
    card: str | None = None
    card_label: str | None = None


class KeptCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that its holder left with the service for a subject: whose and which, by the service's
    numbers; `label` is what its holder knows it by."""

    customer: str
    card: str
    label: str

    @property
    def is_sandbox(self) -> bool:
        return self.customer.startswith(SANDBOX)


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money that goes back to the guest. Its id is the idempotency key at the service."""

    id: UUID
    tenant: int
    charge: UUID
    subject: str
    amount_cents: int
    state: State
    reference: str | None
    created_at: datetime
    settled_at: datetime | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the payment service answered: its reference, and why it declined if it did.

    `waiting` means that nothing is decided: the guest goes on at `page_url`, or a bank is slow;
    `fee_awaited`, that it is paid and the service has not yet booked what it keeps."""

    succeeded: bool
    reference: str
    decline_code: str | None = None
    waiting: bool = False
    page_url: str | None = None
    fee_cents: int = 0
    fee_awaited: bool = False
    customer: str | None = None
    card: str | None = None
    card_label: str | None = None


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True, tag="open_account"):
    """Open the account to which an organisation's shares are moved."""

    name: str
    email: str | None
    country: str = "FR"


class MoveShare(msgspec.Struct, frozen=True, kw_only=True, tag="move_share"):
    """Move cents from the platform's balance to an account."""

    destination: str
    amount_cents: int


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, tag="take_back"):
    """Take a part of an earlier movement back."""

    transfer: str
    amount_cents: int


class ReleaseCard(msgspec.Struct, frozen=True, kw_only=True, tag="release_card"):
    """Forget a card that its holder left with us: nothing can be charged to it any more."""

    card: str


Wish = OpenAccount | MoveShare | TakeBack | ReleaseCard


class CallState(StrEnum):
    """Where a call stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Something asked of the service. Its id is the idempotency key there: it happens once.

    A refusal is final for this call: who still wants it makes another one."""

    id: UUID
    tenant: int
    subject: str
    wish: Wish
    state: CallState
    reference: str | None
    refusal: str | None
    created_at: datetime
    settled_at: datetime | None


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's account at the service: whether money can be moved to it, and what the
    service still asks for."""

    tenant: int
    account: str
    payable: bool
    submitted: bool
    due: tuple[str, ...]
    reason: str | None
    opened_at: datetime
    looked_at: datetime


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What the service says of an account."""

    id: str
    tenant: int
    payable: bool
    submitted: bool
    due: tuple[str, ...]
    reason: str | None


class PayoutLine(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer inside a payout."""

    transfer: str
    amount_cents: int


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """A line on the bank's statement: on its way, `paid`, or `failed` with a reason. `line` is the
    movement of the balance by which it left it."""

    id: str
    amount_cents: int
    state: str
    failure: str | None
    arrives_on: date
    lines: tuple[PayoutLine, ...] = ()
    line: str | None = None


class BalanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A movement of the platform's balance as the service books it: `amount_cents` into it (or out,
    below zero), less `fee_cents`. `mark` is ours: `charge:…`, `refund:…` or `call:…`."""

    id: str
    kind: str
    source: str
    mark: str | None
    amount_cents: int
    fee_cents: int
    at: datetime


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """The payout that carried a transfer to the bank."""

    payout: str
    transfer: str
    amount_cents: int
    state: str
    arrives_on: date


class PaidDay(msgspec.Struct, frozen=True, kw_only=True):
    """What a bank has received on a day."""

    day: date
    cents: int


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that the holder's bank took back, until it is decided. `fee_cents` may grow: an
    answer costs as well."""

    id: str
    charge: UUID
    amount_cents: int
    state: str
    reason: str
    opened_at: datetime
    fee_cents: int = 0

    @property
    def closed(self) -> bool:
        return self.state in {"won", "lost"}

    @property
    def withdrawn(self) -> bool:
        """Whether the bank has taken the money; a mere question takes none."""
        return not self.state.startswith("warning")

    @property
    def holds(self) -> bool:
        """Whether what was shared of the payment waits for the bank's decision."""
        return self.withdrawn and not self.closed


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What the service has told: numbers only. `marks` are ours, from when we asked."""

    id: str
    kind: str
    thing: str
    account: str | None
    marks: dict[str, str]
    created_at: datetime
    applied_at: datetime | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has waited too long for the service."""

    kind: str
    tenant: int
    id: UUID


class RefundPrepared(msgspec.Struct, frozen=True, kw_only=True):
    """A refund is to be paid, or looked at: also one that was paid where it is said to have
    failed since."""

    refund: UUID
    has_failed: bool = False


class RefundSettled(msgspec.Struct, frozen=True, kw_only=True):
    refund: UUID
    subject: str
    amount_cents: int


class RefundReturned(msgspec.Struct, frozen=True, kw_only=True):
    """A refund that was paid has come back from the guest's bank: it is due to the guest again."""

    refund: UUID
    subject: str
    amount_cents: int


class ChargeAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """The service has something to say about a charge: ask it."""

    charge: UUID
    subject: str


class ToCatchUp(msgspec.Struct, frozen=True, kw_only=True):
    """Ask what the service has told between two instants, or since one, the platform or an account
    of it."""

    account: str | None
    since: datetime
    until: datetime | None


class FeeAwaited(msgspec.Struct, frozen=True, kw_only=True):
    """A charge was settled before the service knew its cost: look again."""

    charge: UUID


class FeeTold(msgspec.Struct, frozen=True, kw_only=True):
    """What the service keeps of a charge that was settled without it; told once."""

    charge: UUID
    subject: str


class CallPrepared(msgspec.Struct, frozen=True, kw_only=True):
    call: UUID


class CallSettled(msgspec.Struct, frozen=True, kw_only=True):
    """A call is done, or refused; told once."""

    call: UUID
    subject: str


class DisputeChanged(msgspec.Struct, frozen=True, kw_only=True):
    dispute: str
    subject: str


class PayoutChanged(msgspec.Struct, frozen=True, kw_only=True):
    payout: str
    state: str


class EventHeard(msgspec.Struct, frozen=True, kw_only=True):
    event: str
