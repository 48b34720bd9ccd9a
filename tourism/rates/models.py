"""Rate plans and availability, rates and inventory (ARI) by night."""

from datetime import date
from enum import IntEnum, IntFlag, StrEnum

import msgspec


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


class PenaltyKind(StrEnum):
    """What is kept when a stay is cancelled too late."""

    FIRST_NIGHT = "first_night"
    PERCENT = "percent"


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """A cancellation policy as data. Free until `free_days` days before arrival at `free_hour`
    o'clock on the property's own clock (None: never free); after that the penalty is kept, of
    the price of the lodging. The tourist tax is always given back."""

    free_days: int | None
    free_hour: int = 18
    penalty: PenaltyKind
    penalty_bps: int = 10_000


class RatePlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a room type's base price becomes the price of a night.

    The base is changed by `adjust_bps`; then each adult and each child pays the meal supplement,
    a night. Prices are gross (VAT included) cents.
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


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """ARI of one room type and one night. `price_cents` is the gross base price of a unit."""

    on: date
    units_left: int
    price_cents: int
    min_stay: int
    closed: Closed


class RoomParty(msgspec.Struct, frozen=True, kw_only=True):
    """The persons of one room."""

    adults: int
    child_ages: tuple[int, ...] = ()

    @property
    def persons(self) -> int:
        return self.adults + len(self.child_ages)


class Obstacle(StrEnum):
    """Why a stay cannot be sold in a room type."""

    BEYOND_HORIZON = "beyond_horizon"
    CLOSED = "closed"
    SOLD_OUT = "sold_out"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"
    MIN_STAY = "min_stay"
    TOO_MANY_PERSONS = "too_many_persons"
