"""Rows of the database as the index reads them, and of the feed of changes."""

from collections.abc import Sequence
from datetime import date

import msgspec

from tourism import taxes
from tourism.lodging.models import HouseFacts, Kind
from tourism.rates.models import Promotion, RatePlan, Supplement


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Which feed (40 characters), and where it stands: transactions below `horizon` have ended."""

    id: str
    pruned: int
    horizon: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the feed with the horizon of its reading, and below which transaction the reading
    found no rows any more; the rest is None when there is none."""

    horizon: int
    pruned: int
    seq: int | None
    xid: int | None
    kind: str | None
    property: int | None
    room_type: int | None
    rate_plan: int | None
    month: date | None


class CommuneRow(msgspec.Struct, frozen=True, kw_only=True):
    """A commune and what it lies in."""

    code: str
    parent: str | None
    department: str
    region: str
    lat: float | None
    lng: float | None


class HouseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A house on sale."""

    property: int
    tenant: int
    name: str
    kind: Kind
    commune_code: str
    commune: str
    department_code: str
    region_code: str
    landscape: str
    zone: str
    vat_regime: taxes.VatRegime
    stars: int | None
    classified_on: date | None
    classification_extended: bool
    registry_export_on: date | None
    lat: float | None
    lng: float | None
    facts: HouseFacts


class RoomRow(msgspec.Struct, frozen=True, kw_only=True):
    """A room type on sale."""

    property: int
    id: int
    code: str
    name: str | None
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    on_request: bool = False


class PlanRow(RatePlan, frozen=True, kw_only=True):
    """A rate plan and its house."""

    property: int


class PromotionRow(Promotion, frozen=True, kw_only=True):
    """A promotion and its house."""

    property: int


class SupplementRow(Supplement, frozen=True, kw_only=True):
    """A supplement and its house."""

    property: int


class LetRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many nights a main residence may still be let in a year."""

    property: int
    year: int
    nights_left: int


class OverlayKey(msgspec.Struct, frozen=True, kw_only=True):
    """That a house, a plan, or a plan in a room type has something of its own to say."""

    property: int
    room_type: int
    rate_plan: int


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A house with everything that is known of it."""

    house: HouseRow
    rooms: Sequence[RoomRow]
    plans: Sequence[RatePlan]
    promotions: Sequence[Promotion] = ()
    lets: Sequence[LetRow] = ()
    overlays: Sequence[OverlayKey] = ()


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """The nights of a room type in a month; absent arrays restrict nothing."""

    room_type: int
    month: date
    units_left: Sequence[int]
    price_cents: Sequence[int]
    min_stay: Sequence[int]
    flags: Sequence[int]
    min_through: Sequence[int] | None = None
    max_stay: Sequence[int] | None = None
    max_through: Sequence[int] | None = None


class OverlayMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What a house, a plan, or a plan in a room type says of a month."""

    property: int
    room_type: int
    rate_plan: int
    month: date
    price_cents: Sequence[int]
    min_stay: Sequence[int]
    min_through: Sequence[int]
    max_stay: Sequence[int]
    max_through: Sequence[int]
    flags: Sequence[int]


class NightRow(msgspec.Struct, frozen=True, kw_only=True):
    """One night of a room type."""

    room_type: int
    units_left: int
    price_cents: int
    min_stay: int
    flags: int
    min_through: int
    max_stay: int
    max_through: int


class OverlayNight(msgspec.Struct, frozen=True, kw_only=True):
    """One night of an overlay."""

    property: int
    room_type: int
    rate_plan: int
    price_cents: int
    min_stay: int
    min_through: int
    max_stay: int
    max_through: int
    flags: int
