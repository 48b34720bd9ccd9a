"""Lodgings: a property, its room types, and what may be shown of them."""

from datetime import date, datetime
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


# Where a stay may be sold: a published house under its mandate, a computed one as a demonstration.
SELLING = frozenset({Listing.DEMO, Listing.PUBLISHED})


class Bed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some beds of a kind in each unit of a room type."""

    kind: str
    count: int


BED_KINDS = ("double", "queen", "single", "bunk", "sofa", "cot")
AMENITIES = (
    "wifi parking parking_free ev_charging breakfast restaurant bar pool spa gym air_conditioning "
    "heating lift garden terrace balcony kitchen washing_machine fireplace bike_storage "
    "ski_storage luggage_storage meeting_room playground sea_view lake_view "
    "mountain_view non_smoking"
).split()
ACCESSIBILITY = (
    "step_free adapted_room adapted_bathroom lift reserved_parking hearing_loop braille "
    "visual_alarm assistance_dog"
).split()
# The para-hotel services of CGI 261 D 4° b.
SERVICES = ("BREAKFAST", "CLEANING", "LINEN", "RECEPTION")


# How many nights a year may have that no law limits: more than are ever counted.
NIGHTS_FREE = 32_767


class Pets(StrEnum):
    """Whether animals may come."""

    NO = "no"
    YES = "yes"
    FEE = "fee"


class HouseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the hotelier says of the house. `professional` is the statement of D324-1-3 (None: not
    yet made); `main_residence` and `registration_number` are of furnished lets (L324-1-1);
    `sworn_name` and `sworn_at` the statement on honour of L324-2-1."""

    phone: str | None = None
    email: str | None = None
    siret: str | None = None
    professional: bool | None = None
    source_language: str = "fr"
    amenities: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    pets: Pets = Pets.NO
    pets_note: str | None = None
    children_welcome: bool = True
    services: tuple[str, ...] = ()
    vat_declared: bool = False
    registration_number: str | None = None
    main_residence: bool | None = None
    sworn_name: str | None = None
    sworn_at: datetime | None = None


class RoomType(msgspec.Struct, frozen=True, kw_only=True):
    """Units that are sold as one kind. Occupancies are persons a unit. A type `on_request` is asked
    of the house first, under every rate."""

    id: int
    code: str
    name: str | None
    rank: int
    units: int
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    beds: tuple[Bed, ...] = ()
    area_m2: int | None = None
    amenities: tuple[str, ...] = ()
    description: dict[str, str] = {}
    on_request: bool = False


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
    facts: HouseFacts = HouseFacts()


class StarsShown(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of the stars today: valid until a date, or only that renewal is unknown."""

    stars: int | None
    valid_until: date | None
    state: str


class HouseNew(msgspec.Struct, frozen=True, kw_only=True):
    """A lodging to add."""

    kind: Kind
    name: str
    commune_code: str


class IdentifyHouse(msgspec.Struct, frozen=True, kw_only=True):
    """What the house is, who lets it, and how to reach it."""

    kind: Kind
    name: str
    phone: str
    email: str
    site: str | None
    siret: str | None
    professional: bool


class PlaceHouse(msgspec.Struct, frozen=True, kw_only=True):
    """Where the house is; without a position it stays that of its commune."""

    address: str
    postcode: str
    commune_code: str
    lat: float | None
    lng: float | None


class CommunePoint(msgspec.Struct, frozen=True, kw_only=True):
    """A commune, and about where it is."""

    name: str
    lat: float | None
    lng: float | None


class DescribeHouse(msgspec.Struct, frozen=True, kw_only=True):
    """The house in words, by language; the others are translations of the source."""

    description: dict[str, str]
    source_language: str


class EquipHouse(msgspec.Struct, frozen=True, kw_only=True):
    """Services of the house, and its hours."""

    amenities: tuple[str, ...]
    accessibility: tuple[str, ...]
    pets: Pets
    pets_note: str | None
    children_welcome: bool
    check_in_from: str
    check_out_until: str


class DeclareHouse(msgspec.Struct, frozen=True, kw_only=True):
    """VAT regime with the services behind it, registration, and the sworn statement."""

    vat_regime: str
    services: tuple[str, ...]
    registration_number: str | None
    main_residence: bool | None
    sworn_name: str | None


class SaveRoomType(msgspec.Struct, frozen=True, kw_only=True):
    """A room type as its form says it; `id` is None for a new one."""

    id: int | None
    name: str
    units: int
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    beds: tuple[Bed, ...]
    area_m2: int | None
    amenities: tuple[str, ...]
    description: dict[str, str]
    on_request: bool = False
