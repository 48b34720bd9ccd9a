"""What a hotelier says of the house: identity, words, declarations, room types."""

import re

import msgspec

from hub import audit
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.territory import fold, search_key, zone_of
from tourism.lodging import store
from tourism.lodging.actions.nights import renew_limits
from tourism.lodging.errors import HouseInvalid, RoomInvalid
from tourism.lodging.models import (
    DeclareHouse,
    DescribeHouse,
    EquipHouse,
    IdentifyHouse,
    Kind,
    Listing,
    PlaceHouse,
    Property,
    RoomType,
    SaveRoomType,
)
from tourism.lodging.policy import hosting as policy


async def own_house(tx: Tx) -> Property:
    """The lodging behind the transaction's wall. Raises `NotFound` before one is claimed."""
    house = await store.find_own_property(tx)
    if house is None:
        raise NotFound("Claim or add your lodging first.")
    return house


async def add_property(tx: Tx, reader: Reads, *, kind: Kind, name: str, commune_code: str) -> int:
    """A lodging that the registry does not list, behind the transaction's wall: a draft.

    An organisation has one lodging; asking again gives the one it has. Raises `HouseInvalid`.
    """
    policy.check_name(name)
    known = await store.find_own_property(tx)
    if known is not None:
        return known.id
    id = await store.insert_property(
        tx,
        kind=kind,
        name=name.strip(),
        search_key=search_key(name),
        commune_code=commune_code,
        landscape=await store.find_landscape(reader, commune_code) or "country",
        zone=zone_of(commune_code),
    )
    if id is None:
        raise HouseInvalid("Choose the commune from the suggestions.", field="commune")
    await audit.record(tx, action="property.added", subject=f"property:{id}")
    return id


async def identify_house(tx: Tx, house: Property, said: IdentifyHouse) -> None:
    """Keep what the house is and how to reach it. Raises `HouseInvalid`."""
    policy.check_identity(said)
    if said.kind is Kind.GUEST_HOUSE:
        policy.check_guest_house(await store.list_room_types(tx, house.id))
    facts = msgspec.structs.replace(
        house.facts,
        phone=said.phone.strip(),
        email=said.email.strip(),
        siret=re.sub(r"[\s.]", "", said.siret) if said.siret else None,
        professional=said.professional,
    )
    await store.identify_property(
        tx,
        house.id,
        kind=said.kind,
        name=said.name.strip(),
        search_key=search_key(said.name),
        site=said.site,
        facts=facts,
    )
    await renew_limits(tx, house.id)
    await _record(tx, house, "identity")


async def keep_siret(tx: Tx, house: Property, siret: str) -> None:
    """The SIRET under which the house was claimed; the person who claims it says the rest."""
    facts = msgspec.structs.replace(house.facts, siret=siret, professional=True)
    await store.declare_property(tx, house.id, vat_regime=house.vat_regime, facts=facts)
    await _record(tx, house, "siret")


async def is_commune(reader: Reads, commune_code: str) -> bool:
    """Whether there is such a commune."""
    return await store.find_commune_point(reader, commune_code) is not None


async def place_house(tx: Tx, house: Property, said: PlaceHouse) -> None:
    """Keep address and position. Raises `HouseInvalid`."""
    commune = await store.find_commune_point(tx, said.commune_code)
    if commune is None:
        raise HouseInvalid("Choose the commune from the suggestions.", field="commune")
    policy.check_place(said, commune)
    await store.place_property(
        tx,
        house.id,
        address=said.address.strip(),
        postcode=said.postcode,
        commune_code=said.commune_code,
        zone=zone_of(said.commune_code),
        lat=said.lat,
        lng=said.lng,
    )
    await renew_limits(tx, house.id)
    await _record(tx, house, "place")


async def describe_house(tx: Tx, house: Property, said: DescribeHouse) -> None:
    """Keep the words. Raises `HouseInvalid`."""
    policy.check_description(said)
    facts = msgspec.structs.replace(house.facts, source_language=said.source_language)
    texts = {language: text.strip() for language, text in said.description.items() if text.strip()}
    await store.describe_property(tx, house.id, description=texts, facts=facts)
    await _record(tx, house, "description")


async def equip_house(tx: Tx, house: Property, said: EquipHouse) -> None:
    """Keep services and hours. Raises `HouseInvalid`."""
    policy.check_equipment(said)
    facts = msgspec.structs.replace(
        house.facts,
        amenities=said.amenities,
        accessibility=said.accessibility,
        pets=said.pets,
        pets_note=said.pets_note,
        children_welcome=said.children_welcome,
    )
    await store.equip_property(
        tx,
        house.id,
        check_in_from=said.check_in_from,
        check_out_until=said.check_out_until,
        facts=facts,
    )
    await _record(tx, house, "services")


async def declare_house(tx: Tx, reader: Reads, house: Property, said: DeclareHouse) -> None:
    """Keep the VAT regime, the registration number and the sworn statement, with its instant. The
    trail keeps from when on which regime was declared.

    Raises `HouseInvalid`.
    """
    number = re.sub(r"[\s-]", "", said.registration_number or "").upper() or None
    said = msgspec.structs.replace(said, registration_number=number)
    communes = await store.list_city_communes(reader, house.commune_code)
    policy.check_declaration(said, house, communes)
    sworn = house.kind in policy.NUMBERED
    facts = msgspec.structs.replace(
        house.facts,
        services=said.services,
        vat_declared=True,
        registration_number=number,
        main_residence=said.main_residence if sworn else None,
        sworn_name=(said.sworn_name or "").strip() if sworn else None,
        sworn_at=tx.now if sworn else None,
    )
    await store.declare_property(tx, house.id, vat_regime=said.vat_regime, facts=facts)
    await renew_limits(tx, house.id)
    regimes = {"vat_regime": said.vat_regime, "vat_regime_before": house.vat_regime}
    await _record(tx, house, "declaration", **regimes)


async def save_room_type(tx: Tx, house: Property, said: SaveRoomType) -> int:
    """Add or change a room type; its id. A number of units that changes is the calendar's
    business too: `tourism.calendar.save_room_type`. Raises `RoomInvalid`, `NotFound`."""
    await store.lock_property(tx, house.id)
    others = await store.list_room_types(tx, house.id)
    policy.check_room(said, house, others)
    if said.id is None:
        code = free_code(said.name, others)
        id = await store.insert_room_type(tx, house.id, code, said)
    else:
        id = said.id
        if not await store.update_room_type(tx, house.id, said):
            raise NotFound("This room type is unknown.")
    await store.count_units(tx, house.id)
    await _record(tx, house, f"room_type:{id}")
    return id


async def retire_room_type(tx: Tx, house: Property, id: int) -> None:
    """Take a room type off sale; its bookings stay. The last one of a published house stays."""
    await store.lock_property(tx, house.id)
    types = await store.list_room_types(tx, house.id)
    if house.listing is Listing.PUBLISHED and [type.id for type in types] == [id]:
        raise RoomInvalid("A published house keeps one room type.", field="name")
    await store.retire_room_types(tx, house.id, id)
    await store.count_units(tx, house.id)
    await _record(tx, house, f"room_type:{id}:retired")


def free_code(name: str, others: list[RoomType]) -> str:
    """A short code of a name that no other room type has."""
    stem = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:30] or "room"
    taken = {other.code for other in others}
    code, n = stem, 2
    while code in taken:
        code, n = f"{stem}_{n}", n + 1
    return code


async def change_listing(tx: Tx, house: Property, listing: Listing) -> None:
    """Where the house may be seen and sold from now on."""
    await store.change_listing(tx, house.id, listing)
    await _record(tx, house, f"listing:{listing.value}")


async def _record(tx: Tx, house: Property, what: str, **more: str) -> None:
    await audit.record(
        tx,
        action="property.changed",
        subject=f"property:{house.id}",
        detail={"what": what, **more},
    )
