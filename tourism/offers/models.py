"""Rooms that are free, what they cost together, and everything that prices a house."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from tourism.lodging.models import Kind
from tourism.rates.models import (
    Night,
    Obstacle,
    Overlay,
    Promotion,
    RatePlan,
    RoomParty,
    SupplementPrice,
)


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """Property-local dates; the night of departure is not slept."""

    arrival: date
    departure: date

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class HouseRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed of a house to price and to show it."""

    property: int
    tenant: int
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


class RoomRow(msgspec.Struct, frozen=True, kw_only=True):
    """A room type of one of several houses."""

    property: int
    room_type: int
    code: str
    room_name: str | None
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    on_request: bool = False


class Candidate(HouseRow, frozen=True, kw_only=True):
    """A room type that is free on every night, with its house; prices are gross base cents."""

    room_type: int
    code: str
    room_name: str | None
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    units_left: int
    prices: tuple[int, ...]
    on_request: bool = False


class PlanOf(RatePlan, frozen=True, kw_only=True):
    """A rate plan and the house it belongs to."""

    property: int


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What filters look at beside the kind and the stars."""

    property: int
    amenities: tuple[str, ...]
    accessibility: tuple[str, ...]
    pets: bool


class LetYear(msgspec.Struct, frozen=True, kw_only=True):
    """The nights that a main residence was let in a year, and may be."""

    property: int
    year: int
    nights: int
    nights_max: int


class OfferedRoom(msgspec.Struct, frozen=True, kw_only=True):
    """One room of an offer and who sleeps in it."""

    room_type: int
    code: str
    name: str | None
    party: RoomParty


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms for the whole party under one plan, and what they cost."""

    rooms: tuple[OfferedRoom, ...]
    plan: RatePlan
    on_request: bool
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


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """A house with everything that decides about the nights [`first`, `last`)."""

    house: HouseRow
    rooms: Sequence[RoomRow]
    plans: Sequence[RatePlan]
    nights: Mapping[int, Mapping[date, Night]]
    overlays: Sequence[Overlay]
    promotions: Sequence[Promotion]
    let_years: Sequence[LetYear]
    first: date
    last: date


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a stay is not sold: what stands in the way of the room type and plan that come nearest,
    and the least and the most nights that an arrival on this day may stay (0: no limit known)."""

    obstacles: tuple[Obstacle, ...]
    min_stay: int = 1
    max_stay: int = 0


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """The nearest stay that a house sells, and its cheapest all-in total."""

    arrival: date
    departure: date
    total_cents: int


class DayOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival (or departure) day: the cheapest all-in total, or why there is none; of a place
    also how many houses can be sold."""

    on: date
    total_cents: int | None
    houses: int | None = None
    refusal: Refusal | None = None
