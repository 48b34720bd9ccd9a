"""The statements of lodging."""

from collections.abc import Sequence

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.lodging.models import (
    CommunePoint,
    HouseFacts,
    Kind,
    Listing,
    Property,
    RoomType,
    SaveRoomType,
)

q = load_queries(__name__)


class CityCommune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune of a city."""

    code: str


class LetYear(msgspec.Struct, frozen=True, kw_only=True):
    """The nights that a house was let in a calendar year, of those it may be."""

    year: int
    nights: int
    nights_max: int


async def find_property(reads: Reads, property: int) -> Property | None:
    return await reads.one(Property, q.find_property, property=property)


async def find_own_property(tx: Tx) -> Property | None:
    return await tx.one(Property, q.find_own_property, tenant=tx.tenant)


async def list_room_types(reads: Reads, property: int) -> list[RoomType]:
    return await reads.all(RoomType, q.list_room_types, property=property)


async def find_landscape(reads: Reads, commune_code: str) -> str | None:
    return await reads.value(str, q.find_landscape, commune_code=commune_code)


async def list_city_communes(reads: Reads, commune_code: str) -> list[str]:
    found = await reads.all(CityCommune, q.list_city_communes, commune_code=commune_code)
    return [commune.code for commune in found]


async def insert_property(
    tx: Tx, *, kind: Kind, name: str, search_key: str, commune_code: str, landscape: str, zone: str
) -> int | None:
    """None when the commune is unknown."""
    return await tx.value(
        int,
        q.insert_property,
        tenant=tx.tenant,
        kind=kind,
        name=name,
        search_key=search_key,
        commune_code=commune_code,
        landscape=landscape,
        zone=zone,
    )


async def identify_property(
    tx: Tx,
    property: int,
    *,
    kind: Kind,
    name: str,
    search_key: str,
    site: str | None,
    facts: HouseFacts,
) -> None:
    await tx.run(
        q.identify_property,
        property=property,
        kind=kind,
        name=name,
        search_key=search_key,
        site=site,
        facts=facts,
    )


async def find_commune_point(reads: Reads, commune_code: str) -> CommunePoint | None:
    return await reads.one(CommunePoint, q.find_commune_point, commune_code=commune_code)


async def place_property(
    tx: Tx,
    property: int,
    *,
    address: str,
    postcode: str,
    commune_code: str,
    zone: str,
    lat: float | None,
    lng: float | None,
) -> None:
    await tx.run(
        q.place_property,
        property=property,
        address=address,
        postcode=postcode,
        commune_code=commune_code,
        zone=zone,
        lat=lat,
        lng=lng,
    )


async def describe_property(
    tx: Tx, property: int, *, description: dict[str, str], facts: HouseFacts
) -> None:
    await tx.run(q.describe_property, property=property, description=description, facts=facts)


async def equip_property(
    tx: Tx, property: int, *, check_in_from: str, check_out_until: str, facts: HouseFacts
) -> None:
    await tx.run(
        q.equip_property,
        property=property,
        check_in_from=check_in_from,
        check_out_until=check_out_until,
        facts=facts,
    )


async def declare_property(tx: Tx, property: int, *, vat_regime: str, facts: HouseFacts) -> None:
    await tx.run(q.declare_property, property=property, vat_regime=vat_regime, facts=facts)


async def lock_property(tx: Tx, property: int) -> None:
    await tx.run(q.lock_property, property=property)


async def change_listing(tx: Tx, property: int, listing: Listing) -> None:
    await tx.run(q.change_listing, property=property, listing=listing)


async def count_units(tx: Tx, property: int) -> None:
    await tx.run(q.count_units, property=property)


async def insert_room_type(tx: Tx, property: int, code: str, said: SaveRoomType) -> int:
    id = await tx.value(
        int,
        q.insert_room_type,
        tenant=tx.tenant,
        property=property,
        code=code,
        **_room_values(said),
    )
    assert id is not None
    return id


async def update_room_type(tx: Tx, property: int, said: SaveRoomType) -> bool:
    changed = await tx.run(q.update_room_type, id=said.id, property=property, **_room_values(said))
    return changed == 1


def _room_values(said: SaveRoomType) -> dict[str, object]:
    return {
        "name": said.name.strip(),
        "units": said.units,
        "occupancy_standard": said.occupancy_standard,
        "occupancy_max": said.occupancy_max,
        "adults_max": said.adults_max,
        "children_max": said.children_max,
        "beds": said.beds,
        "area_m2": said.area_m2,
        "amenities": list(said.amenities),
        "description": said.description,
        "on_request": said.on_request,
    }


async def retire_room_types(tx: Tx, property: int, id: int | None = None) -> None:
    await tx.run(q.retire_room_types, property=property, id=id)


async def list_let_years(reads: Reads, property: int) -> list[LetYear]:
    return await reads.all(LetYear, q.list_let_years, property=property)


async def take_let_nights(tx: Tx, property: int, year: int, nights: int, nights_max: int) -> bool:
    """False when the year would have too many."""
    taken = await tx.run(
        q.take_let_nights,
        tenant=tx.tenant,
        property=property,
        year=year,
        nights=nights,
        nights_max=nights_max,
    )
    return taken == 1


async def lock_let_years(tx: Tx, property: int, years: Sequence[int]) -> int:
    """How many of them there are."""
    return await tx.run(q.lock_let_years, property=property, years=list(years))


async def begin_let_year(tx: Tx, property: int, year: int, nights_max: int) -> None:
    await tx.run(
        q.begin_let_year, tenant=tx.tenant, property=property, year=year, nights_max=nights_max
    )


async def limit_let_nights(tx: Tx, property: int, year: int, nights_max: int) -> None:
    await tx.run(q.limit_let_nights, property=property, year=year, nights_max=nights_max)


async def give_let_nights(tx: Tx, property: int, year: int, nights: int) -> None:
    await tx.run(q.give_let_nights, property=property, year=year, nights=nights)
