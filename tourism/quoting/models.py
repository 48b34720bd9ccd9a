"""A frozen offer: its rooms, every cent of its price, its split and its terms."""

import builtins
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.agreements.models import Allocation, Role
from tourism.rates.cancellation import Cancellation, CancellationStep
from tourism.rates.models import (
    DepositKind,
    Guarantee,
    MealPlan,
    NoShow,
    RoomParty,
    SupplementChoice,
    SupplementPrice,
)

QUOTE_MINUTES = 30
DESK = "desk"  # the channel of stays that the house books itself, paid at the house


class SupplementWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An optional supplement chosen for a room, and how often it is taken."""

    id: int
    quantity: int = 1


class RoomWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One room of a stay: which type, who sleeps in it, and the optional `supplements` chosen for
    it. Without any word of them: none in a new offer, and in a change those that the room has as
    far as they are still offered."""

    room_type: int
    adults: int
    child_ages: tuple[int, ...] = ()
    supplements: tuple[SupplementWanted, ...] | None = None

    @property
    def party(self) -> RoomParty:
        return RoomParty(adults=self.adults, child_ages=self.child_ages)


class MakeQuote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a frozen offer of one property. `channel` is site, office, campaign, partner or desk;
    who asks says no other than their own (`policy.check_channel`)."""

    property: int
    arrival: date
    departure: date
    rate_plan: int
    rooms: tuple[RoomWanted, ...]
    channel: str = "site"
    shown_total_cents: int | None = None


class OwnRooms(msgspec.Struct, frozen=True, kw_only=True):
    """Units that the asking guest has already, by room type, for the nights [first, until): to a
    change of the stay they are free. `chosen` are the supplements of each room, in order."""

    units: dict[int, int]
    first: date
    until: date
    chosen: tuple[tuple[SupplementWanted, ...], ...] = ()


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What a house has agreed with a group: its name, and by room type what a unit costs a night,
    whatever the house sells it for to others. `waiting` are units that are kept for it, free to who
    asks."""

    group: str
    cents: dict[int, int]
    waiting: tuple[OwnRooms, ...] = ()


class NightPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one room costs one night, VAT included."""

    on: date
    gross_cents: int


class TouristTaxAmount(msgspec.Struct, frozen=True, kw_only=True):
    """The taxe de séjour of one beneficiary (commune, department, transport company…)."""

    code: str
    beneficiary: str
    amount_cents: int


class QuotedRoom(msgspec.Struct, frozen=True, kw_only=True):
    """One room of the quote. `base_cents` are the plan's base prices that it was made of: the hold
    compares them, so that the price paid is the price shown. `lodging_cents` are the nights
    without meals; `promotion` is the one applied, and what it saved; `supplements` are the
    mandatory ones and those that were chosen, part of `gross_cents`; `choices` are those that
    could be; `tourist_tax` is that of its own persons, beside `gross_cents`."""

    room_type: int
    code: str
    name: str | None
    party: RoomParty
    nights: tuple[NightPrice, ...]
    base_cents: tuple[int, ...]
    gross_cents: int
    lodging_cents: tuple[int, ...] = ()
    promotion: str | None = None
    saved_cents: int = 0
    supplements: tuple[SupplementPrice, ...] = ()
    choices: tuple[SupplementChoice, ...] = ()
    tourist_tax: tuple[TouristTaxAmount, ...] = ()

    @builtins.property
    def chosen(self) -> tuple[SupplementPrice, ...]:
        return tuple(extra for extra in self.supplements if extra.chosen)

    @builtins.property
    def lodging_gross_cents(self) -> int:
        """The nights and what is obligatory: what a penalty is a part of. What was chosen beside
        always comes back with a cancellation: nobody has had it."""
        return self.gross_cents - sum(extra.cents for extra in self.chosen)

    @builtins.property
    def first_night_cents(self) -> int:
        return self.nights[0].gross_cents

    @builtins.property
    def tourist_tax_cents(self) -> int:
        return sum(tax.amount_cents for tax in self.tourist_tax)


class VatAmount(msgspec.Struct, frozen=True, kw_only=True):
    """VAT of one rate: net + vat = gross."""

    rate_bps: int
    net_cents: int
    vat_cents: int
    gross_cents: int


class ShareAmount(msgspec.Struct, frozen=True, kw_only=True):
    """What one party of the agreement receives, VAT on its fee beside it.

    `role` is lodging, platform, federation, office, region, reserve or project; `name` is that of
    the project which the guest chose.
    """

    role: str
    amount_cents: int
    vat_cents: int
    name: str | None = None


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    """Every cent of the price: rooms + tourist tax = total; net shares + VAT = rooms. The first
    VAT is the lodging's."""

    rooms: tuple[QuotedRoom, ...]
    rooms_gross_cents: int
    vat: tuple[VatAmount, ...]
    tourist_tax: tuple[TouristTaxAmount, ...]
    tourist_tax_cents: int
    tax_is_demonstration: bool
    total_cents: int
    shares: tuple[ShareAmount, ...]
    agreement_number: int
    agreement_hash: str
    agreement_rule: str


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """The allocation under the agreement in force, the scheme that governs it, and which
    organisation stands behind each role at this place."""

    scheme: int
    platform: int
    allocation: Allocation
    beneficiaries: dict[Role, int]


class SoldStep(msgspec.Struct, frozen=True, kw_only=True):
    """A later step of a policy as it was sold: after `from_at`, `penalty_cents` of the whole stay
    are kept. Of some rooms, the `rule` says what."""

    from_at: datetime
    penalty_cents: int
    rule: CancellationStep


class CancellationTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The policies as they were sold: of a cancellation, with its instant and its penalty, and of
    who never comes. Offers of before that was kept have no `no_show`: there the penalty is that of
    a cancellation. The `steps` go up, in the order of their instants."""

    policy: Cancellation
    free_until_at: datetime | None
    penalty_cents: int
    no_show: NoShow | None = None
    no_show_cents: int | None = None
    steps: tuple[SoldStep, ...] = ()

    @builtins.property
    def most_cents(self) -> int:
        """The most that cancelling the whole stay can cost."""
        return max(self.penalty_cents, *(step.penalty_cents for step in self.steps), 0)

    def rules_at(self, now: datetime) -> tuple[Cancellation | CancellationStep, ...]:
        """What holds at an instant at which cancelling is not free: the dearest one is kept."""
        return (self.policy, *(step.rule for step in self.steps if now > step.from_at))


class PaymentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """When the price is paid, as it was sold. `now_cents` are paid when booking (None: all of it);
    the rest by card on `balance_on`, or (None) at the house. A balance that cannot be charged is
    waited for `grace_days`. `kind` says what a deposit binds to."""

    guarantee: Guarantee = Guarantee.PREPAID
    now_cents: int | None = None
    kind: DepositKind | None = None
    balance_on: date | None = None
    grace_days: int = 0

    @builtins.property
    def is_whole(self) -> bool:
        """Whether everything is paid when booking."""
        return self.now_cents is None

    @builtins.property
    def keeps_card(self) -> bool:
        """Whether the card of the booking stays for later."""
        return self.guarantee is Guarantee.CARD or (
            self.guarantee is Guarantee.DEPOSIT and not self.is_whole
        )

    @builtins.property
    def rest_at_house(self) -> bool:
        return not self.is_whole and self.balance_on is None

    def cents_now(self, total_cents: int) -> int:
        """What is paid when booking a stay of this price."""
        return total_cents if self.now_cents is None else self.now_cents


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen offer: what it says is what will be paid, until it expires."""

    id: UUID
    tenant: int
    property: int
    property_name: str
    commune: str
    zone: str
    arrival: date
    departure: date
    rate_plan: int
    plan_code: str
    meal_plan: MealPlan
    adults: int
    child_ages: tuple[int, ...]
    channel: str
    breakdown: Breakdown
    split: Split
    terms: CancellationTerms
    made_at: datetime
    expires_at: datetime
    plan_name: str | None = None
    night_limited: bool = False  # whether the house's year may have too many of them
    night_counted: bool = False
    on_request: bool = False
    group: str | None = None
    payment: PaymentTerms = PaymentTerms()

    @builtins.property
    def nights(self) -> int:
        return (self.departure - self.arrival).days

    @builtins.property
    def counts_nights(self) -> bool:
        """Whether its nights count in the house's year (an older offer says only that they are
        limited)."""
        return self.night_counted or self.night_limited
