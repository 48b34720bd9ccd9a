"""What the national index is asked, and what it answers. No table of the database is named here.

A *column* of the index is a room type; its rows are nights. Columns are numbered by region,
department, cell of a kilometres' grid, commune, house and rank, so that a place is one range of
columns (a few for a commune's neighbours, a box or a circle). Room types that were added since the
index was built stand behind all ranges and are looked at one by one.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from tourism.lodging.models import Kind
from tourism.rates.models import Cancellation, MealPlan, Obstacle, RoomParty

MAX_NIGHTS = 60
MAX_ROOMS = 9
SPREAD_HOUSES = 30_000


class Places(msgspec.Struct, frozen=True, kw_only=True, tag="places"):
    """Places by their codes: `kind` is `commune`, `department` or `region`; or the whole `country`,
    without codes. A commune's code stands for its arrondissements too."""

    kind: str
    codes: tuple[str, ...] = ()


class Box(msgspec.Struct, frozen=True, kw_only=True, tag="box"):
    """A part of a map, in degrees; `west` greater than `east` goes over the date line."""

    south: float
    west: float
    north: float
    east: float


class Circle(msgspec.Struct, frozen=True, kw_only=True, tag="circle"):
    """Everything within some kilometres of a point."""

    lat: float
    lng: float
    km: float


class Houses(msgspec.Struct, frozen=True, kw_only=True, tag="houses"):
    """Some properties by their ids; unknown ones are left out."""

    properties: tuple[int, ...]


Area: TypeAlias = Places | Box | Circle | Houses


class Order(StrEnum):
    """The orders that the index knows; ties go by total, then by property id.

    `PRICE` is by total; `DISTANCE` by kilometres (whole ones) from the centre; `STARS` the most
    stars first; `BALANCED` by the total plus what the weights make of distance and stars.
    """

    PRICE = "price"
    DISTANCE = "distance"
    STARS = "stars"
    BALANCED = "balanced"


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of `Order.BALANCED`: what a kilometre from the centre, and what each star that
    is missing to five, count, in cents added to the total for the order only."""

    cents_per_km: int = 0
    cents_per_missing_star: int = 0


class Wants(msgspec.Struct, frozen=True, kw_only=True):
    """What a result must have; empty means everything. Within `kinds`, `stars` and `meal_plans`
    one is enough; every amenity and accessibility is needed. Prices are all-in totals in cents."""

    kinds: tuple[Kind, ...] = ()
    stars: tuple[int, ...] = ()
    amenities: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    pets: bool = False
    meal_plans: tuple[MealPlan, ...] = ()
    free_cancellation: bool = False
    instant: bool = False
    price_min_cents: int | None = None
    price_max_cents: int | None = None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One search. `parties` are the persons of each room, spread evenly (`rates.distribute`); a
    house that cannot house them so is found with the way nearest to it (`rates.divisions`). `now`
    is the instant of asking. Without `centre` there are no distances, and `Order.DISTANCE` cannot
    be asked.

    `facets` are counted, and `spread` (the cheapest and the dearest total, how many houses are of
    each price, and where all stand) is found among at most `SPREAD_HOUSES`, only when they are
    asked for; `reasons` (what stands in the way elsewhere) are counted when fewer houses than that
    are found.
    """

    area: Area
    arrival: date
    nights: int
    parties: tuple[RoomParty, ...]
    now: datetime
    wants: Wants = Wants()
    order: Order = Order.PRICE
    weights: Weights = Weights()
    centre: tuple[float, float] | None = None
    offset: int = 0
    limit: int = 20
    facets: bool = True
    spread: bool = False
    reasons: int = 0


class RoomCard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is shown of a room type."""

    id: int
    code: str
    name: str | None
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    on_request: bool


class PlanCard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is shown of a rate plan."""

    id: int
    code: str
    name: str | None
    meal_plan: MealPlan
    cancellation: Cancellation
    on_request: bool


class HouseCard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is shown of a house in a result, kept in the index so that a search asks nobody."""

    property: int
    tenant: int
    name: str
    kind: Kind
    commune_code: str
    commune: str
    department_code: str
    landscape: str
    zone: str
    lat: float | None
    lng: float | None
    rooms: tuple[RoomCard, ...]
    plans: tuple[PlanCard, ...]
    promotions: tuple[tuple[int, str], ...]


class RoomTaken(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A room of an offer and who sleeps in it."""

    room: RoomCard
    party: RoomParty


class Deal(msgspec.Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """A house, a plan of it, and rooms with who sleeps there: what many stays have in common, one
    object as long as the house is not written anew."""

    house: HouseCard
    plan: PlanCard
    rooms: tuple[RoomTaken, ...]

    @property
    def on_request(self) -> bool:
        """Whether the house is asked first: for the plan, or for one of the rooms."""
        return self.plan.on_request or any(taken.room.on_request for taken in self.rooms)


class Offer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The cheapest combination of rooms and one plan of a house for the whole party.

    `gross_cents` is lodging and meals with VAT, as `rates.price_stay` says; `tax_cents` the tourist
    tax; `saved_cents` what the `promotion` took off. `free_until_at` is None when cancelling is not
    free any more. `stars` are those that may be shown today.
    """

    deal: Deal
    stars: int | None
    distance_km: float | None
    units_left: int
    gross_cents: int
    tax_cents: int
    saved_cents: int
    promotion: str | None
    free_until_at: datetime | None

    @property
    def house(self) -> HouseCard:
        return self.deal.house

    @property
    def plan(self) -> PlanCard:
        return self.deal.plan

    @property
    def rooms(self) -> tuple[RoomTaken, ...]:
        return self.deal.rooms

    @property
    def on_request(self) -> bool:
        return self.deal.on_request

    @property
    def total_cents(self) -> int:
        return self.gross_cents + self.tax_cents


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """How many houses each choice would leave: those of a group are counted under every other
    group's choice (not its own), all prices included."""

    kinds: dict[Kind, int] = {}
    stars: dict[int, int] = {}
    amenities: dict[str, int] = {}
    accessibility: dict[str, int] = {}
    pets: int = 0
    meal_plans: dict[MealPlan, int] = {}
    free_cancellation: int = 0
    instant: int = 0


class PriceBand(msgspec.Struct, frozen=True, kw_only=True):
    """How many houses the choice of totals from `low_cents` to `high_cents` (whole euros, both
    within; None: no limit) would leave, instead of any price that is wanted."""

    low_cents: int
    high_cents: int | None
    count: int


class Spots(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Where houses stand, those that have a position: arrays of one length of latitudes and
    longitudes (degrees), totals (cents) and properties; and the name of one, by its place."""

    lats: Any
    lngs: Any
    totals: Any
    properties: Any
    name_of: Callable[[int], str]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of offers, and what is known of all of them.

    `total` houses have what is wanted; `available` can be sold whatever is wanted, `houses` stand
    for sale in the area: they are listed and have a room type that is not retired, whether or not a
    night of it can be sold (0 without `facets`). `low_cents` and `high_cents` are the cheapest and
    dearest total of those that have what is wanted but for the price, `price_bands` how many of
    them each range of totals has, `spots` where the `total` houses stand (with `spread`, unless
    they are too many). `obstacles` counts the houses that cannot be sold by what stands in the way
    of their nearest room type, a house once for each of its obstacles (with `reasons`).
    """

    total: int
    available: int
    houses: int
    offers: tuple[Offer, ...]
    facets: Facets
    low_cents: int | None
    high_cents: int | None
    price_bands: tuple[PriceBand, ...]
    spots: Spots
    obstacles: dict[Obstacle, int]


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """What `Found` says, as numbers, for who writes it down at once. `page` are rows of
    `tourism.reckoning.seeking`, and `card` tells of their houses, as long as the `source` is the
    same. `stars` are counted from none to five, `planes` by `tourism.nights.codes.GROUPS`."""

    total: int
    available: int
    houses: int
    page: Any
    card: Callable[[int], HouseCard]
    source: object
    stars: list[int]
    planes: list[int]
    free_cancellation: int
    instant: int


class CalendarAsk(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest total of each arrival in [`first`, `first + days`)."""

    area: Area
    first: date
    days: int
    nights: int
    parties: tuple[RoomParty, ...]
    now: datetime
    wants: Wants = Wants()


class DayPrice(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival day: how many houses can be sold, and the cheapest total."""

    on: date
    houses: int
    total_cents: int | None
