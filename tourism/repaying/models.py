"""What an organisation owes, stay by stay, and the transfers that pay it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

BANK = "bank.current"  # the platform's own account at its bank


class OwedShare(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller owes for a stay, and since when."""

    booking: UUID
    reference: str
    house: str
    arrival: date
    departure: date
    held: str
    cents: int
    since: datetime

    def age_days(self, now: datetime) -> int:
        return max((now - self.since).days, 0)


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """To whom how much is owed. Without an IBAN it has not said where transfers go."""

    platform: int
    name: str
    iban: str | None
    cents: int


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that has paid debts: the day it was received, and the bank's reference. One that
    was taken back, and `why`, counts no more."""

    id: UUID
    holder: int
    name: str
    amount_cents: int
    received_on: date
    reference: str
    noted_at: datetime
    taken_back_at: datetime | None
    why: str


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller owes in all and to whom, its oldest stays, and what it has paid by transfer.
    There are `more` stays than are shown. `reference` is what a transfer says."""

    stays: tuple[OwedShare, ...]
    more: bool
    payees: tuple[Payee, ...]
    reference: str
    received: tuple[Received, ...]

    @property
    def cents(self) -> int:
        return sum(payee.cents for payee in self.payees)


class AgedDebt(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder owes a platform: for up to 30, 60 and 90 days, and longer. `noted_cents` of it
    were received and are being written down."""

    holder: int
    name: str
    kind: str
    cents: int
    stays: int
    since: datetime
    month_cents: int
    two_months_cents: int
    three_months_cents: int
    older_cents: int
    noted_cents: int
    asked_at: datetime | None

    @property
    def open_cents(self) -> int:
        return max(self.cents - self.noted_cents, 0)

    def age_days(self, now: datetime) -> int:
        return max((now - self.since).days, 0)


class RepaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """A stay that a transfer pays, the house whose it is, and what its holder owes in all."""

    house: int
    booking: UUID
    cents: int
    owed_cents: int


class PartDue(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a transfer that was noted, or taken back, and that no house has written down."""

    house: int
    received: UUID
    booking: UUID
    holder: int
    cents: int
    is_back: bool


class NoteReceived(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A transfer was received: of whom, how much, on which day, and the bank's own reference."""

    holder: int
    amount_cents: int
    received_on: date
    reference: str


class DebtRepaid(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer pays a part of a debt: the house of its stay writes it down."""

    received: UUID
    booking: UUID
    holder: int
    cents: int


class TransferReceived(msgspec.Struct, frozen=True, kw_only=True):
    """A platform has received what the caller owed, or a part."""

    received: UUID


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A noted transfer counts no more, and why: the bank took it back, or it was a mistake."""

    why: str


class RepaymentTakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a transfer counts no more: the house of its stay writes it down."""

    received: UUID
    booking: UUID
    holder: int
    cents: int


class TransferTakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer of the caller's counts no more: what it paid is owed again."""

    received: UUID
