"""What a guest still has to pay, and what is done about it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.payments.models import KeptCard


class DueKind(StrEnum):
    """Why something is owed; a release is not: it says when the card is let go."""

    BALANCE = "balance"
    PENALTY = "penalty"
    RELEASE = "release"


class DueState(StrEnum):
    """Where it stands. `UNPAID`: the card did not pay, its holder is asked."""

    WAITING = "waiting"
    ASKED = "asked"
    UNPAID = "unpaid"
    PAID = "paid"
    DROPPED = "dropped"
    LAPSED = "lapsed"


class Step(StrEnum):
    """What is done next."""

    REMIND = "remind"
    CHARGE = "charge"
    FINISH = "finish"
    ASK = "ask"
    LAPSE = "lapse"
    RELEASE = "release"


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something owed for a stay. `letters` were written about it, `tries` charges made; `refusal`
    is why the last one failed."""

    id: UUID
    booking: UUID
    kind: DueKind
    amount_cents: int
    due_on: date
    state: DueState
    tries: int
    letters: int
    refusal: str | None
    next_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What should be owed as the stay stands."""

    kind: DueKind
    cents: int
    due_on: date


class Owing(msgspec.Struct, frozen=True, kw_only=True):
    """What its guest and its house see of a stay's payment: what was paid and what is not yet, the
    card that may be charged, and each thing that is or was owed. `lapses_at` is when an unpaid
    balance ends the stay."""

    paid_cents: int
    owed_cents: int
    card: KeptCard | None
    dues: tuple[Due, ...]
    lapses_at: datetime | None

    @property
    def open(self) -> Due | None:
        """What can be paid now."""
        found = [due for due in self.dues if due.is_open and due.kind is not DueKind.RELEASE]
        return found[0] if found else None


class DueToAct(msgspec.Struct, frozen=True, kw_only=True):
    """Something owed whose time has come, and its wall."""

    tenant: int
    due: UUID


class PayDue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pay what is owed: the method's token, and the amount that was shown."""

    payment_method: str
    amount_cents: int


class ActOnDue(msgspec.Struct, frozen=True, kw_only=True):
    due: UUID
