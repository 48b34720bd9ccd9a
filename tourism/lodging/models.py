"""Lodgings: a property, its room types, and what may be shown of them."""

from datetime import date
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """The kinds of the national registry, and those a hotelier may add."""

    HOTEL = "hotel"
    CAMPSITE = "campsite"
    RESIDENCE = "residence"
    VILLAGE = "village"
    PRL = "prl"
    AUBERGE = "auberge"
    FURNISHED = "furnished"
    GUEST_HOUSE = "guest_house"


class Listing(StrEnum):
    """Why a property can be seen: only listed in the registry, computed for the demonstration,
    claimed but not yet on sale, or published under a mandate (code du tourisme L311-5-1)."""

    REGISTRY = "registry"
    DEMO = "demo"
    DRAFT = "draft"
    PUBLISHED = "published"


class RoomType(msgspec.Struct, frozen=True, kw_only=True):
    """Units that are sold as one kind. Occupancies are persons a unit."""

    id: int
    code: str
    name: str | None
    rank: int
    units: int
    occupancy_standard: int
    occupancy_max: int
    adults_max: int


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One lodging. `stars` are as the registry says; show them only through `stars_shown`.

    The position is approximate within `position_radius_m` metres when its source is `commune`.
    """

    id: int
    tenant: int
    kind: Kind
    name: str
    listing: Listing
    address: str | None
    postcode: str | None
    commune_code: str
    commune: str
    department_code: str
    region_code: str
    site: str | None
    stars: int | None
    classified_on: date | None
    classification_extended: bool
    registry_export_on: date | None
    units: int
    capacity: int
    lat: float | None
    lng: float | None
    position_source: str
    position_radius_m: int
    landscape: str
    zone: str
    vat_regime: str
    description: dict[str, str]
    check_in_from: str
    check_out_until: str


class StarsShown(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of the stars today: valid until a date, or only that renewal is unknown."""

    stars: int | None
    valid_until: date | None
    state: str
