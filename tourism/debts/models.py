"""What is owed after a stay, what pays it, and what is given up of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

LOST = "debts.lost"  # the platform's account of what it has given up
CASH, FEES = "psp.cash", "psp.fees"


class OwedStay(msgspec.Struct, frozen=True, kw_only=True):
    """What a house owes for one of its stays."""

    booking: UUID
    reference: str
    arrival: date
    departure: date
    held: str
    cents: int
    since: datetime


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a debt: the stay, the house whose it is, and the cents."""

    tenant: int
    booking: UUID
    cents: int


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A card that pays what a house owes: its id is the charge's; `lines` are what it was begun
    for."""

    id: UUID
    lines: tuple[Line, ...]
    amount_cents: int
    begun_at: datetime
    paid_at: datetime | None

    @property
    def ordered(self) -> list[Line]:
        """The lines in the order in which stays are locked."""
        return sorted(self.lines, key=lambda one: one.booking)


class PayDebt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pay all that is owed: the method's token, and the amount that was shown."""

    payment_method: str
    amount_cents: int


class GivenUp(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder owed and need not pay any more."""

    cents: int
    at: datetime


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What a house sees of its debt: each stay, the oldest first, and what was paid of late. There
    are `more` stays than are shown and paid at once."""

    stays: tuple[OwedStay, ...]
    more: bool
    payments: tuple[Payment, ...]
    given_up: tuple[GivenUp, ...]

    @property
    def cents(self) -> int:
        return sum(stay.cents for stay in self.stays)

    @property
    def under_way(self) -> bool:
        return any(one.paid_at is None for one in self.payments)


class Standing(StrEnum):
    """Where a proposal to give a debt up stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class WriteOff(msgspec.Struct, frozen=True, kw_only=True):
    """A debt that a first person proposes to give up, with the reason, and a second one decides."""

    id: UUID
    holder: int
    name: str
    lines: tuple[Line, ...]
    amount_cents: int
    reason: str
    state: Standing
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class ProposeWriteOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Propose to give up all that a holder owes, or of more than 1,000 stays what the oldest 1,000
    come to, for exactly the amount that was shown."""

    holder: int
    amount_cents: int
    reason: str


class WriteOffDue(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a debt that was given up and that the house of its stay has not written down."""

    house: int
    write_off: UUID
    booking: UUID
    holder: int
    cents: int


class DebtGivenUp(msgspec.Struct, frozen=True, kw_only=True):
    """A platform has given up what the caller owed it."""

    write_off: UUID
    cents: int


class DebtWrittenOff(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a debt was given up: the house of its stay writes it down."""

    write_off: UUID
    booking: UUID
    holder: int
    cents: int
