"""Rate plans and availability, rates and inventory (ARI) by night."""

from datetime import date
from enum import IntEnum, IntFlag, StrEnum

import msgspec

from tourism.rates.cancellation import Cancellation, PenaltyKind


class MealPlan(IntEnum):
    """OpenTravel meal plan codes (AlpineBits HotelData)."""

    ROOM_ONLY = 14
    BREAKFAST = 3
    HALF_BOARD = 12
    FULL_BOARD = 10
    ALL_INCLUSIVE = 1


class Closed(IntFlag):
    """Restrictions of a night; each is independent of the others."""

    TO_ARRIVAL = 1
    TO_DEPARTURE = 2
    FOR_SALE = 4


class Guarantee(StrEnum):
    """What the traveller gives when booking (OpenTravel guarantees, in four)."""

    NONE = "none"
    CARD = "card"
    DEPOSIT = "deposit"
    PREPAID = "prepaid"


class DepositKind(StrEnum):
    """What a sum paid in advance binds to (code de la consommation L214-1): of arrhes both sides
    may go, by losing them or giving back twice; an acompte is a part of the price of a firm
    contract."""

    ARRHES = "arrhes"
    ACOMPTE = "acompte"


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the price that is paid when booking, and when the rest is: `balance_days` before
    the arrival by card, or (None) at the house. `grace_days` is how long a balance that could not
    be charged is waited for."""

    kind: DepositKind = DepositKind.ARRHES
    bps: int = 3_000
    balance_days: int | None = None
    grace_days: int = 3


class PricingModel(StrEnum):
    """Whether a price of the calendar is a unit's or an adult's (AlpineBits types 25 and 7)."""

    PER_ROOM = "per_room"
    PER_PERSON = "per_person"


class ChildBand(msgspec.Struct, frozen=True, kw_only=True):
    """What a child up to and with `until_age` pays a night: cents, or a part of the adult's."""

    until_age: int
    cents: int = 0
    adult_bps: int = 0


class Pricing(msgspec.Struct, frozen=True, kw_only=True):
    """How the number of persons changes the price of a night.

    Per room: adults above the type's standard occupancy pay `extra_adult_cents` each, a single
    adult pays `single_discount_cents` less. Per person: each adult pays the night's price, a
    single one `single_supplement_cents` more. A child takes the first band that reaches its age
    (older ones pay as adults); per room, children pay only beyond the standard occupancy.
    """

    model: PricingModel = PricingModel.PER_ROOM
    extra_adult_cents: int = 0
    single_discount_cents: int = 0
    single_supplement_cents: int = 0
    child_bands: tuple[ChildBand, ...] = ()


class Rounding(StrEnum):
    """Which way a derived price is rounded to its step."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


class Derivation(msgspec.Struct, frozen=True, kw_only=True):
    """How a plan's price follows its parent's beside the percentage: cents added, rounded to a
    step, never under the floor, never over the cap (0: no cap). A promotion reduces
    what this gives, below the floor too: the hotelier decides on each."""

    adjust_cents: int = 0
    step_cents: int = 1
    rounding: Rounding = Rounding.NEAREST
    floor_cents: int = 0
    cap_cents: int = 0


class Windows(msgspec.Struct, frozen=True, kw_only=True):
    """When a plan can be booked and slept in. Days are the property's own.

    `min_advance_days` days before arrival at `cutoff_hour` o'clock is the last instant;
    `max_advance_days` days before is the first day. Every night of the stay is in
    [`stay_from`, `stay_until`], the day of booking in [`book_from`, `book_until`].
    """

    min_advance_days: int | None = None
    cutoff_hour: int = 24
    max_advance_days: int | None = None
    stay_from: date | None = None
    stay_until: date | None = None
    book_from: date | None = None
    book_until: date | None = None


class NoShow(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept when nobody comes."""

    penalty: PenaltyKind = PenaltyKind.PERCENT
    penalty_bps: int = 10_000


class PlanDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a rate plan that is not needed to find it."""

    pricing: Pricing = Pricing()
    derivation: Derivation = Derivation()
    windows: Windows = Windows()
    guarantee: Guarantee = Guarantee.PREPAID
    deposit: Deposit = Deposit()
    no_show: NoShow = NoShow()
    on_request: bool = False


class SupplementPer(StrEnum):
    """Whom a supplement counts (AlpineBits charge types 7 and 25)."""

    PERSON = "person"
    ROOM = "room"


class SupplementEach(StrEnum):
    """How often a supplement counts."""

    STAY = "stay"
    NIGHT = "night"


class SupplementVat(StrEnum):
    """Whose rate of VAT a supplement bears: the room's, or that of a supply of its own."""

    LODGING = "lodging"
    MEAL = "meal"
    SERVICE = "service"
    FOOD = "food_to_go"


class SupplementDetails(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is paid beside the nights. A mandatory one is part of every price that is shown; an
    optional one is chosen by the traveller, `most` times a room where it is not by person.

    Gross cents. A mandatory one is taxed as the lodging that it belongs to (CGI 257 ter); an
    optional one is a supply of its own, taxed as `vat` says. Empty `room_types` and `plans` mean
    all. `weekdays` are the ISO days of the nights that count (empty: all); one of the stay applies
    when such a night is slept. Per person, those from `from_age` on count.
    """

    cents: int
    mandatory: bool = True
    per: SupplementPer = SupplementPer.ROOM
    each: SupplementEach = SupplementEach.STAY
    from_age: int = 0
    room_types: tuple[int, ...] = ()
    plans: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    vat: SupplementVat = SupplementVat.LODGING
    most: int = 1


class Supplement(msgspec.Struct, frozen=True, kw_only=True):
    """A supplement of a house."""

    id: int
    name: str
    details: SupplementDetails


class SupplementPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplement adds to one unit's stay, VAT included. One that the traveller `chosen`
    has its id, how often it was taken, and its own rate of VAT."""

    name: str
    cents: int
    chosen: bool = False
    id: int = 0
    quantity: int = 1
    vat_bps: int = 0

    @property
    def label(self) -> str:
        return self.name if self.quantity == 1 else f"{self.name} × {self.quantity}"


class SupplementChoice(msgspec.Struct, frozen=True, kw_only=True):
    """An optional supplement that one unit's stay can have: what it costs once for the whole stay,
    how it is counted, and how often it may be taken."""

    id: int
    name: str
    cents: int
    unit_cents: int
    per: SupplementPer
    each: SupplementEach
    most: int
    vat: SupplementVat


class RatePlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a room type's base price becomes the price of a night.

    The price of the parent plan (of the room type itself without a parent) is changed by
    `adjust_bps` and the derivation; then each adult and each child pays the meal supplement, a
    night. Prices are gross (VAT included) cents. `supplements` are the house's that this plan
    may carry, its optional ones too.
    """

    id: int
    code: str
    name: str | None
    rank: int
    meal_plan: MealPlan
    adjust_bps: int
    supplement_adult_cents: int
    supplement_child_cents: int
    cancellation: Cancellation
    parent: int | None = None
    details: PlanDetails = PlanDetails()
    supplements: tuple[Supplement, ...] = ()


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """ARI of one room type and one night. `price_cents` is the gross base price of a unit; 0 where
    nobody has set one, and then the night is not for sale. A minimum of 0 or 1 and a maximum of 0
    mean none.

    `min_stay` and `max_stay` bind who arrives this night; `min_through` and `max_through` bind
    every stay that sleeps this night.
    """

    on: date
    units_left: int
    price_cents: int
    min_stay: int = 0
    min_through: int = 0
    max_stay: int = 0
    max_through: int = 0
    closed: Closed = Closed(0)


class RoomNight(Night, frozen=True, kw_only=True):
    """A night of one of several room types."""

    room_type: int


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """What the house, a plan, or a plan in a room type says of one night beside the room type.
    A room type or plan of 0 means all of them; a price of 0 follows the derivation."""

    room_type: int
    rate_plan: int
    on: date
    price_cents: int
    min_stay: int
    min_through: int
    max_stay: int
    max_through: int
    closed: Closed


class PromotionKind(StrEnum):
    """The four usual promotions."""

    EARLY = "early"
    LAST_MINUTE = "last_minute"
    LONG_STAY = "long_stay"
    FREE_NIGHTS = "free_nights"


class PromotionDetails(msgspec.Struct, frozen=True, kw_only=True):
    """When a promotion applies and what it gives.

    `threshold` is the days before arrival (early: at least; last minute: at most) or the nights
    (long stay: at least; free nights: of each so many, `free_nights` cheapest cost nothing).
    Every night must be in the stay window; empty `plans` means all.
    """

    kind: PromotionKind
    threshold: int
    percent_bps: int = 0
    free_nights: int = 0
    plans: tuple[int, ...] = ()
    stay_from: date | None = None
    stay_until: date | None = None


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion of a house."""

    id: int
    name: str
    rank: int
    details: PromotionDetails


class RoomParty(msgspec.Struct, frozen=True, kw_only=True):
    """The persons of one room."""

    adults: int
    child_ages: tuple[int, ...] = ()

    @property
    def persons(self) -> int:
        return self.adults + len(self.child_ages)


class StayPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit costs, night by night, VAT included. `lodging_cents` are the same nights
    without meals: what the tourist tax may be a share of. `promotion` is the one applied;
    `supplements` are the mandatory ones, part of the total."""

    night_cents: tuple[int, ...]
    lodging_cents: tuple[int, ...]
    promotion: str | None = None
    saved_cents: int = 0
    supplements: tuple[SupplementPrice, ...] = ()

    @property
    def supplement_cents(self) -> int:
        return sum(supplement.cents for supplement in self.supplements)

    @property
    def total_cents(self) -> int:
        return sum(self.night_cents) + self.supplement_cents


class Obstacle(StrEnum):
    """Why a stay cannot be sold in a room type or under a plan."""

    BEYOND_HORIZON = "beyond_horizon"
    CLOSED = "closed"
    NO_PRICE = "no_price"
    SOLD_OUT = "sold_out"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"
    MIN_STAY = "min_stay"
    MIN_STAY_THROUGH = "min_stay_through"
    MAX_STAY = "max_stay"
    TOO_LATE = "too_late"
    TOO_EARLY = "too_early"
    OUTSIDE_WINDOW = "outside_window"
    TOO_MANY_PERSONS = "too_many_persons"
    ON_REQUEST = "on_request"
    NIGHTS_LIMIT = "nights_limit"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a house sells of some room types for a stay, without its promotions; those that are
    `on_request` are asked of the house first."""

    plans: tuple[RatePlan, ...]
    nights: tuple[RoomNight, ...]
    overlays: tuple[Overlay, ...]
    on_request: tuple[int, ...] = ()
