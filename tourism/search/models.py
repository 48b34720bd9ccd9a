"""A search: where, when, for whom; and what it finds."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tourism.index import PriceBand, Wants
from tourism.lodging.models import Kind, Property, RoomType, StarsShown
from tourism.offers.models import (
    Alternative,
    DayOffer,
    OfferedRoom,
    Priced,
    Refusal,
    Stay,
)
from tourism.places.models import Area
from tourism.rates.models import Cancellation, MealPlan, Obstacle, RatePlan
from tourism.reviews.models import ReviewSummary

__all__ = ["Alternative", "DayOffer", "OfferedRoom", "Priced", "Refusal", "Stay"]


class Sort(StrEnum):
    """How results are ordered; no rank is for sale."""

    RECOMMENDED = "recommended"
    PRICE = "price"
    DISTANCE = "distance"
    STARS = "stars"


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who travels, in how many rooms."""

    adults: int
    child_ages: tuple[int, ...] = ()
    rooms: int = 1


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where (`KIND:CODE`), when, who, and how to show it."""

    place: str
    radius_km: float | None = None
    stay: Stay
    party: Party
    wants: Wants = Wants()
    sort: Sort = Sort.RECOMMENDED
    page: int = 1


class Hit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A property with its cheapest offer for the whole party and stay.

    `total_cents` is all-in: lodging with VAT, and the tourist tax.
    """

    property: int
    name: str
    kind: Kind
    commune: str
    landscape: str
    lat: float | None
    lng: float | None
    zone: str
    rooms: tuple[OfferedRoom, ...]
    rate_plan: int
    plan_code: str
    plan_name: str | None
    meal_plan: MealPlan
    cancellation: Cancellation
    on_request: bool
    stars: int | None
    distance_km: float | None
    free_until_at: datetime | None
    units_left: int
    promotion: str | None
    saved_cents: int
    total_cents: int
    tourist_tax_cents: int


class RoomOption(msgspec.Struct, frozen=True, kw_only=True):
    """A room type of a house for this party and stay: its offers, or why there are none."""

    room_type: RoomType
    offers: tuple[Priced, ...]
    obstacles: tuple[Obstacle, ...]
    min_stay: int


class RoomsHint(msgspec.Struct, frozen=True, kw_only=True):
    """What the same party would find in another number of rooms."""

    rooms: int
    total: int
    low_cents: int


class PropertyView(msgspec.Struct, frozen=True, kw_only=True):
    """A house as the traveller sees it. Without a stay there are no offers yet; with one that is
    not sold, why not, and the nearest that is."""

    property: Property
    stars: StarsShown
    options: tuple[RoomOption, ...]
    mixed: tuple[Priced, ...]
    plans: tuple[RatePlan, ...]
    tax_is_demonstration: bool
    reviews: ReviewSummary = ReviewSummary(count=0, tenths=None)
    refusal: Refusal | None = None
    alternative: Alternative | None = None
    rooms_hint: RoomsHint | None = None


class WhyNot(msgspec.Struct, frozen=True, kw_only=True):
    """A house of the area that does not sell this stay: why, and the nearest stay that it does."""

    property: int
    name: str
    kind: Kind
    stars: int | None
    commune: str
    landscape: str
    refusal: Refusal
    alternative: Alternative | None


class Facet(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many results a choice would leave."""

    value: str
    count: int


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results, with the counts of each facet over all of them.

    `available` houses can be sold whatever else is wanted; `obstacles` counts the others by what
    stands in their way, where it is known; `why_not` names some when there are few results.
    """

    total: int
    available: int
    page: int
    pages: int
    hits: tuple[Hit, ...]
    kinds: tuple[Facet, ...]
    stars: tuple[Facet, ...]
    amenities: tuple[Facet, ...]
    accessibility: tuple[Facet, ...]
    meal_plans: tuple[Facet, ...]
    pets: int
    free_cancellation: int
    instant: int
    price_low_cents: int | None
    price_high_cents: int | None
    price_bands: tuple[PriceBand, ...]
    obstacles: tuple[Facet, ...]
    area: Area
    lodgings_in_area: int
    rooms_hint: RoomsHint | None = None
    why_not: tuple[WhyNot, ...] = ()
