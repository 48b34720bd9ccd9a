"""A search: where, when, for whom; and what it finds."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from tourism.lodging.models import Kind, Property, RoomType, StarsShown
from tourism.places.models import Area
from tourism.rates.models import (
    Cancellation,
    MealPlan,
    Obstacle,
    RatePlan,
    RoomParty,
    SupplementPrice,
)


class Sort(StrEnum):
    """How results are ordered; no rank is for sale."""

    PRICE = "price"
    DISTANCE = "distance"


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who travels, in how many rooms."""

    adults: int
    child_ages: tuple[int, ...] = ()
    rooms: int = 1


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """Property-local dates; the night of departure is not slept."""

    arrival: date
    departure: date

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What results must have; empty means everything. Prices are all-in totals in cents."""

    kinds: tuple[Kind, ...] = ()
    stars: tuple[int, ...] = ()
    price_min_cents: int | None = None
    price_max_cents: int | None = None
    meal_plans: tuple[MealPlan, ...] = ()
    free_cancellation: bool = False


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where (`KIND:CODE`), when, who, and how to show it."""

    place: str
    radius_km: float | None = None
    stay: Stay
    party: Party
    filters: Filters = Filters()
    sort: Sort = Sort.PRICE
    page: int = 1


class OfferedRoom(msgspec.Struct, frozen=True, kw_only=True):
    """One room of an offer and who sleeps in it."""

    room_type: int
    code: str
    name: str | None
    party: RoomParty


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A property with its cheapest offer for the whole party and stay.

    `total_cents` is all-in: lodging with VAT, and the tourist tax.
    """

    property: int
    name: str
    kind: Kind
    stars: int | None
    commune: str
    landscape: str
    distance_km: float | None
    rooms: tuple[OfferedRoom, ...]
    rate_plan: int
    plan_code: str
    meal_plan: MealPlan
    cancellation: Cancellation
    free_until_at: datetime | None
    units_left: int
    total_cents: int
    tourist_tax_cents: int


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A room type that is free on every night, with its house; prices are gross base cents."""

    property: int
    name: str
    kind: Kind
    stars: int | None
    classified_on: date | None
    classification_extended: bool
    registry_export_on: date | None
    commune_code: str
    commune: str
    department_code: str
    landscape: str
    vat_regime: str
    zone: str
    lat: float | None
    lng: float | None
    room_type: int
    code: str
    room_name: str | None
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    units_left: int
    prices: tuple[int, ...]


class PlanOf(RatePlan, frozen=True, kw_only=True):
    """A rate plan and the house it belongs to."""

    property: int


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms for the whole party under one plan, and what they cost."""

    rooms: tuple[OfferedRoom, ...]
    plan: RatePlan
    units_left: int
    gross_cents: int
    tourist_tax_cents: int
    night_cents: tuple[int, ...]
    promotion: str | None = None
    saved_cents: int = 0
    supplements: tuple[SupplementPrice, ...] = ()

    @property
    def total_cents(self) -> int:
        return self.gross_cents + self.tourist_tax_cents


class RoomOption(msgspec.Struct, frozen=True, kw_only=True):
    """A room type of a house for this party and stay: its offers, or why there are none."""

    room_type: RoomType
    offers: tuple[Priced, ...]
    obstacles: tuple[Obstacle, ...]
    min_stay: int


class PropertyView(msgspec.Struct, frozen=True, kw_only=True):
    """A house as the traveller sees it. Without a stay there are no offers yet."""

    property: Property
    stars: StarsShown
    options: tuple[RoomOption, ...]
    mixed: tuple[Priced, ...]
    plans: tuple[RatePlan, ...]
    tax_is_demonstration: bool


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """How many results a choice would leave."""

    value: str
    count: int


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results, with the counts of each facet over all of them."""

    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...]
    kinds: tuple[Facet, ...]
    stars: tuple[Facet, ...]
    meal_plans: tuple[Facet, ...]
    free_cancellation: int
    price_low_cents: int | None
    price_high_cents: int | None
    area: Area
    lodgings_in_area: int
