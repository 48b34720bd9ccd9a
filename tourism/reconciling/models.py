"""What the ledger, the service and the bank say of the same money, and where they differ."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class BreakKind(StrEnum):
    """How two sides differ."""

    ONLY_SERVICE = "only_service"
    ONLY_LEDGER = "only_ledger"
    AMOUNT = "amount"
    PAYOUT_UNKNOWN = "payout_unknown"
    PAYOUT_GONE = "payout_gone"
    PAYOUT_DIFFERS = "payout_differs"
    PAYOUT_LATE = "payout_late"
    PAYOUT_RETURNED = "payout_returned"
    ACCOUNT = "account"
    ACCOUNT_CLOSED = "account_closed"
    REFUND_REFUSED = "refund_refused"
    ADJUSTMENT = "adjustment"


# Both sides agree on these: no comparison closes them, a person does who says what it is.
TO_EXPLAIN = frozenset({BreakKind.PAYOUT_RETURNED, BreakKind.ADJUSTMENT})


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A difference that a comparison found. `since` is the day of the money, not of the finding."""

    key: str
    kind: BreakKind
    ours_cents: int
    theirs_cents: int
    since: datetime


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A difference on the record; closed when a later night no longer finds it, or when somebody
    has said what it is (`TO_EXPLAIN`)."""

    key: str
    kind: BreakKind
    ours_cents: int
    theirs_cents: int
    since: datetime
    found_at: datetime
    closed_at: datetime | None
    note: str
    told_at: datetime | None

    @property
    def to_explain(self) -> bool:
        return self.kind in TO_EXPLAIN

    def age_days(self, now: datetime) -> int:
        return max((now - self.since).days, 0)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What two sides hold under one key."""

    key: str
    ours: int
    theirs: int
    at: datetime


class KnownPayout(msgspec.Struct, frozen=True, kw_only=True):
    """A payout as we were told of it."""

    id: str
    cents: int
    state: str
    arrives_on: date


class OwnLine(msgspec.Struct, frozen=True, kw_only=True):
    """A movement of the platform itself at the service: `cents` into its balance, or out of it."""

    id: str
    key: str
    kind: str
    cents: int
    at: datetime


class OwnPayoutKnown(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the ledger has a payout at the bank, and whether it has it out of the balance."""

    arrived: bool
    left_balance: bool


class OwnMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform's own movements of a kind come to in a month (`2026-12`)."""

    month: str
    kind: str
    cents: int


class AccountMoves(msgspec.Struct, frozen=True, kw_only=True):
    """What we have moved to an account, and what of it went to its bank before the payouts that are
    compared one by one; nothing can be said while something is under way."""

    account: str
    cents: int
    out_cents: int
    under_way: bool


class RefusedRefund(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    cents: int
    at: datetime


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What one run compared and found."""

    at: datetime
    lines: int
    payouts: int
    breaks: int
    ledger_cents: int
    service_cents: int

    @property
    def gap_cents(self) -> int:
        return self.service_cents - self.ledger_cents


class AccountsToCompare(msgspec.Struct, frozen=True, kw_only=True):
    """A run goes on with the accounts after one: `run` is what it has found so far."""

    run: Reconciliation
    since: datetime
    after: str = ""


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder owes in all, the age of the oldest part, how often it was asked for, and when
    last."""

    holder: int
    name: str
    cents: int
    stays: int
    since: datetime
    asked_at: datetime | None
    times_asked: int

    def age_days(self, now: datetime) -> int:
        return max((now - self.since).days, 0)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands: the last run, what is open, the oldest first, what was closed of late, and the
    platform's own movements."""

    last: Reconciliation | None
    open: tuple[Break, ...]
    closed: tuple[Break, ...]
    debts: tuple[Debt, ...] = ()
    payouts: tuple[KnownPayout, ...] = ()
    months: tuple[OwnMonth, ...] = ()
