"""What the slow way reads of houses: its statements and rows."""

from datetime import date

import msgspec

from hub.core.sql import parse_query
from tourism import lodging
from tourism.lodging.models import HouseFacts, Kind
from tourism.rates.models import RatePlan

PLACES = {
    "commune": "p.commune_code in (select code from commune where code = any (:codes)"
    " or parent = any (:codes))",
    "department": "p.department_code = any (:codes)",
    "region": "p.region_code = any (:codes)",
    "country": "cardinality(:codes::text[]) = 0",
}
HOUSES = """
select p.id, p.kind, p.commune_code, p.department_code, p.vat_regime, p.zone, p.stars,
       p.classified_on, p.classification_extended, p.registry_export_on, p.lat, p.lng, p.facts
  from property p where p.listing in ('demo', 'published') and {where}
   and exists (select from room_type r where r.property = p.id and not r.retired) order by p.id"""
BY_ID = parse_query("by_id", HOUSES.format(where="p.id = any (:ids::int[])"))
EVERY = parse_query("every", HOUSES.format(where="true"))
ROOMS = parse_query(
    "rooms",
    "select property, id, occupancy_standard, occupancy_max, adults_max, children_max, on_request"
    " from room_type where not retired and property = any (:ids::int[])"
    " order by property, rank, id",
)
PLANS = parse_query(
    "plans",
    "select property, id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,"
    " supplement_child_cents, cancellation, parent, details,"
    " coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name,"
    "   'details', s.details) order by s.rank, s.id) from supplement s"
    "   where s.property = p.property and not s.retired),"
    "   '[]') as supplements"
    " from rate_plan p where not retired and property = any (:ids::int[])"
    " order by property, rank, id",
)
LETS = parse_query(
    "lets",
    "select property, year, nights, nights_max from let_year where property = any (:ids::int[])",
)


class House(msgspec.Struct, frozen=True):
    """A house on sale."""

    id: int
    kind: Kind
    commune_code: str
    department_code: str
    vat_regime: str
    zone: str
    stars: int | None
    classified_on: date | None
    classification_extended: bool
    registry_export_on: date | None
    lat: float | None
    lng: float | None
    facts: HouseFacts

    def stars_on(self, today: date) -> int | None:
        return lodging.stars_shown(
            self.stars,
            self.classified_on,
            extended=self.classification_extended,
            export_on=self.registry_export_on,
            today=today,
        ).stars


class Room(msgspec.Struct, frozen=True):
    property: int
    id: int
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    on_request: bool


class Plan(RatePlan, frozen=True, kw_only=True):
    property: int


class Let(msgspec.Struct, frozen=True):
    property: int
    year: int
    nights: int
    nights_max: int
