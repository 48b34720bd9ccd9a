"""Where a house stands on its way to being published: computed from what is there, never kept."""

from datetime import date
from enum import StrEnum

import msgspec

from tourism.claims.models import Claim
from tourism.lodging.models import Property, RoomType
from tourism.mandate.models import Standing


class Step(StrEnum):
    """The steps, in the order in which they are shown."""

    IDENTITY = "identity"
    PLACE = "place"
    CONTROL = "control"
    WORDS = "words"
    SERVICES = "services"
    PHOTOS = "photos"
    ROOMS = "rooms"
    RATES = "rates"
    OPENING = "opening"
    DECLARATIONS = "declarations"
    MANDATE = "mandate"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What is there of a house. `number_communes` are those whose registration numbers fit it;
    `confirmation` is what those who know a house that the registry lacks were asked, and said."""

    house: Property
    room_types: tuple[RoomType, ...]
    rate_plans: int
    photos: int
    open_room_types: int
    open_until: date | None
    standing: Standing
    number_communes: tuple[str, ...]
    confirmation: Claim | None = None


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """A step: whether it must be done before publishing, and whether it is."""

    step: Step
    needed: bool
    done: bool


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Open a season: prices in cents by room type, every unit, one minimum stay."""

    first: date
    last: date
    min_stay: int
    price_cents: dict[int, int]


class NearCommune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune to draw on a map."""

    name: str
    lat: float
    lng: float
    population: int


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A commune on the map, in the map's own units."""

    name: str
    x: float
    y: float
    named: bool


class PlaceMap(msgspec.Struct, frozen=True, kw_only=True):
    """A map around a place: paths of outlines, communes, and the pin, in units of `unit_m`.

    A position becomes map units by `x = (lng - lng0) * per_lng`, `y = (lat0 - lat) * per_lat`.
    """

    width: int
    height: int
    lat0: float
    lng0: float
    per_lat: float
    per_lng: float
    unit_m: float
    paths: tuple[str, ...]
    labels: tuple[Label, ...]
    pin_x: float
    pin_y: float
