"""What is owed to whom for a stay, and how it moves."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

Parts = dict[str, int]  # cents by the ledger's account code
CLEARED = "debt"  # how a movement names itself that pays a debt beside the service's account


class MoveState(StrEnum):
    """Where a movement stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class Held(StrEnum):
    """Why something is still due."""

    NOTHING = ""
    NOT_PAYABLE = "not_payable"
    UNDER_WAY = "under_way"
    REFUSED = "refused"
    DISPUTED = "disputed"
    SANDBOX = "sandbox"
    UNPAID = "unpaid"
    OWES = "owes"
    HOUSE_OWES = "house_owes"


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says that a holder has earned with a stay, by account."""

    holder: int
    parts: Parts

    @property
    def cents(self) -> int:
        return sum(self.parts.values())


class Net(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a movement that pays what its holder owes for another stay."""

    booking: UUID
    cents: int


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder has received beyond what it has earned with a stay."""

    booking: UUID
    cents: int


class ShareMove(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of a holder's share of a stay: to its account, or (negative parts) back from it.
    Its id is the call's. `reverses` is the movement that a way back takes from."""

    id: UUID
    holder: int
    parts: Parts
    reverses: UUID | None
    state: MoveState
    reference: str | None
    refusal: str | None
    asked_at: datetime
    nets: tuple[Net, ...] = ()

    @property
    def cents(self) -> int:
        return sum(self.parts.values())

    @property
    def is_beside(self) -> bool:
        """Whether it never was on the holder's account at the service: nothing can go back out of
        it."""
        return (self.reference or "").startswith(f"{CLEARED}:")

    @property
    def sent_cents(self) -> int:
        """What the service moves of it: the rest pays older debts."""
        return self.cents - sum(net.cents for net in self.nets)


class MoveStays(msgspec.Struct, frozen=True, kw_only=True):
    """The stay of a movement, and those whose debts it pays."""

    booking: UUID
    owing: tuple[UUID, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask next for a holder: `parts` to its account, or back out of `reverses`."""

    holder: int
    parts: Parts
    reverses: ShareMove | None = None


class StayShare(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a statement: a stay, and where a holder's share of it stands. `detail` says how the
    guest's payment was divided, by the words of the ledger; `kept_cents` of what was moved have
    paid its debts for other stays (below zero: were paid by them). `psp_cents` is what the payment
    service has kept of the whole stay: the platform's cost, so that it lowers no share."""

    booking: UUID
    holder: int
    reference: str
    house: str
    arrival: date
    departure: date
    detail: Parts
    earned_cents: int
    moved_cents: int
    held: Held
    due_since: datetime | None
    transfers: tuple[str, ...]
    kept_cents: int = 0
    psp_cents: int = 0

    @property
    def gross_cents(self) -> int:
        """What of the guest's payments was shared, taxes included."""
        return sum(self.detail.values())

    @property
    def due_cents(self) -> int:
        return self.earned_cents - self.moved_cents


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A stay's line with what its transfers became at the bank."""

    share: StayShare
    paid_cents: int
    payouts: tuple[str, ...]


class BankPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a stay has brought to one line of the bank's statement."""

    reference: str
    house: str
    cents: int


class BankLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the bank's statement with the stays that it is made of; `other_cents` comes from
    stays outside of the days that are shown."""

    payout: str
    on: date
    state: str
    cents: int
    parts: tuple[BankPart, ...]

    @property
    def other_cents(self) -> int:
        return self.cents - sum(part.cents for part in self.parts)


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """A beneficiary's four figures; `due` is what is earned and not moved."""

    earned_cents: int
    moved_cents: int
    paid_cents: int

    @property
    def due_cents(self) -> int:
        return self.earned_cents - self.moved_cents

    @property
    def on_its_way_cents(self) -> int:
        return self.moved_cents - self.paid_cents


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What a day brings to a beneficiary: earned by the stays that arrive on it, due since it,
    moved to its account on it, arrived at its bank on it. Cents; below zero for a way back."""

    day: date
    earned_cents: int = 0
    due_cents: int = 0
    moved_cents: int = 0
    paid_cents: int = 0


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month by its first day, with the days on which something happens, and their sums."""

    first: date
    days: tuple[Day, ...]
    earned_cents: int
    due_cents: int
    moved_cents: int
    paid_cents: int


class Fund(msgspec.Struct, frozen=True, kw_only=True):
    """A role's shares that stay with the platform: what is left, and what was borne of them."""

    left_cents: int
    borne_cents: int


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was lost under a scheme; `days` is how long a debt has lasted."""

    cause: str
    cents: int
    begun_at: datetime
    days: int


class Borne(msgspec.Struct, frozen=True, kw_only=True):
    """What a clause would have borne of past losses: cases, their cents, and its own."""

    cases: int
    lost_cents: int
    borne_cents: int


class StayDue(msgspec.Struct, frozen=True, kw_only=True):
    """A stay whose shares can be moved."""

    tenant: int
    booking: UUID


class MoveDue(msgspec.Struct, frozen=True, kw_only=True):
    """A movement that the service has answered and nobody has finished."""

    tenant: int
    call: UUID
    subject: str


class SettleStay(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
