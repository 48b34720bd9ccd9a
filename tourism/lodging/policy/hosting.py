"""What a hotelier may say of the house and its rooms."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from hub.core.i18n import LANGUAGES
from hub.core.sentences import say
from hub.territory.policy import distance_km
from tourism.lodging.errors import HouseInvalid, RoomInvalid
from tourism.lodging.models import (
    ACCESSIBILITY,
    AMENITIES,
    BED_KINDS,
    SERVICES,
    CommunePoint,
    DeclareHouse,
    DescribeHouse,
    EquipHouse,
    IdentifyHouse,
    Kind,
    PlaceHouse,
    Property,
    RoomType,
    SaveRoomType,
)
from tourism.lodging.policy.registration import number_fault, siret_fault

LETTERS, ROOM_LETTERS = 4_000, 1_000
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
PHONE = re.compile(r"\+?[\d .()-]{6,24}")
VAT_REGIMES = ("HOTEL_10", "EXEMPT_261D", "FRANCHISE_293B")
GUEST_ROOMS, GUEST_PERSONS = 5, 15
_TOO_LARGE = say(
    "A guest house has at most %(rooms)s rooms and %(persons)s guests.",
    rooms=GUEST_ROOMS,
    persons=GUEST_PERSONS,
)
NUMBERED = frozenset({Kind.FURNISHED})
# What the tax code calls a furnished let: taxed with three of the four services only.
_LET_FURNISHED = frozenset({Kind.FURNISHED, Kind.GUEST_HOUSE, Kind.RESIDENCE})
# The largest communes of metropolitan France are some 40 km across; overseas some are larger.
FAR_KM = 60


def check_identity(said: IdentifyHouse) -> None:
    """Raise `HouseInvalid`, with the field and what to change."""
    check_name(said.name)
    if not PHONE.fullmatch(said.phone.strip()):
        raise HouseInvalid("Give a telephone number that guests can call.", field="phone")
    check_email(said.email)
    if said.site and not is_site(said.site):
        raise HouseInvalid("A web address begins with https:// or http://.", field="site")
    if said.professional and not said.siret:
        raise HouseInvalid("A professional gives the SIRET.", field="siret")
    if said.siret and (fault := siret_fault(said.siret)):
        raise HouseInvalid(fault, field="siret")


def check_name(name: str) -> None:
    """Raise `HouseInvalid` for an empty or endless name."""
    if not 1 <= len(name.strip()) <= 200:
        raise HouseInvalid("Give a name of 1 to 200 letters.", field="name")


def check_place(said: PlaceHouse, commune: CommunePoint) -> None:
    """Raise `HouseInvalid` for an address that cannot be, or a position far from its commune."""
    if not 3 <= len(said.address.strip()) <= 200:
        raise HouseInvalid("Give the street and number.", field="address")
    if not re.fullmatch(r"\d{5}", said.postcode):
        raise HouseInvalid("A postcode has five digits.", field="postcode")
    if (said.lat is None) != (said.lng is None):
        raise HouseInvalid("Give latitude and longitude together.", field="lat")
    if said.lat is None or said.lng is None:
        return
    if not (-90 <= said.lat <= 90 and -180 <= said.lng <= 180):
        raise HouseInvalid("This position is not on Earth.", field="lat")
    if commune.lat is None or commune.lng is None:
        return
    if distance_km(said.lat, said.lng, commune.lat, commune.lng) > FAR_KM:
        raise HouseInvalid("This position is far from the commune: move the pin.", field="lat")


def check_email(email: str) -> None:
    """Raise `HouseInvalid` for an address that no letter could reach."""
    name, at, domain = email.strip().partition("@")
    if not (name and at and "." in domain.strip(".") and " " not in email) or len(email) > 254:
        raise HouseInvalid("This e-mail address is not complete.", field="email")


def is_site(site: str) -> bool:
    """Whether a text is the address of a web site."""
    parts = urlsplit(site)
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def check_description(said: DescribeHouse) -> None:
    """Raise `HouseInvalid`, with the field."""
    if said.source_language not in LANGUAGES:
        raise HouseInvalid("Choose the language you write in.", field="source_language")
    if not said.description.get(said.source_language, "").strip():
        raise HouseInvalid(
            "Describe the house in the language you write in.",
            field=f"description_{said.source_language}",
        )
    for language, text in said.description.items():
        if language not in LANGUAGES or len(text) > LETTERS:
            raise HouseInvalid(
                say("A description has at most %(most)s letters.", most=LETTERS),
                field=f"description_{language}",
            )


def check_equipment(said: EquipHouse) -> None:
    """Raise `HouseInvalid`, with the field."""
    if not said.amenities:
        raise HouseInvalid("Tick at least one service: guests look for them.", field="amenities")
    if set(said.amenities) - set(AMENITIES):
        raise HouseInvalid("Choose among what is listed.", field="amenities")
    if set(said.accessibility) - set(ACCESSIBILITY):
        raise HouseInvalid("Choose among what is listed.", field="accessibility")
    if len(said.pets_note or "") > 200:
        raise HouseInvalid("A note has at most 200 letters.", field="pets_note")
    for field, hour in (
        ("check_in_from", said.check_in_from),
        ("check_out_until", said.check_out_until),
    ):
        if not HOUR.fullmatch(hour):
            raise HouseInvalid("Write an hour like 15:00.", field=field)


def check_declaration(said: DeclareHouse, house: Property, communes: Sequence[str]) -> None:
    """Raise `HouseInvalid`, with the field. `communes` are those whose numbers are this place's."""
    if said.vat_regime not in VAT_REGIMES:
        raise HouseInvalid("Choose the VAT regime.", field="vat_regime")
    if set(said.services) - set(SERVICES):
        raise HouseInvalid("Choose among what is listed.", field="services")
    number = said.registration_number
    if house.kind in NUMBERED:
        if said.main_residence is None:
            raise HouseInvalid("Say whether it is your main residence.", field="main_residence")
        if not number:
            raise HouseInvalid(
                "The law asks for a registration number of every furnished let.",
                field="registration_number",
            )
        if not (said.sworn_name or "").strip():
            raise HouseInvalid("Type your name: you declare it on your honour.", field="sworn_name")
    if number and (fault := number_fault(number, communes)):
        raise HouseInvalid(fault, field="registration_number")


def vat_warning(vat_regime: str, services: Sequence[str], kind: Kind) -> str | None:
    """A code for what does not go together: para-hotel services make lodging taxable (CGI 261 D 4°
    b: three of four), their absence exempts a furnished let, a guest house and a residence alike;
    293 B knows no VAT at all."""
    if kind in {Kind.HOTEL, Kind.CAMPSITE, Kind.VILLAGE, Kind.PRL}:
        return "hotel_exempt" if vat_regime == "EXEMPT_261D" else None
    if vat_regime == "EXEMPT_261D" and len(set(services)) >= 3:
        return "three_services_exempt"
    if vat_regime == "HOTEL_10" and len(set(services)) < 3 and kind in _LET_FURNISHED:
        return "few_services_taxed"
    return None


def check_room(said: SaveRoomType, house: Property, others: Sequence[RoomType]) -> None:
    """Raise `RoomInvalid`, with the field. Guest houses have at most 5 rooms and 15 persons
    (D324-13)."""
    name = said.name.strip()
    if not 1 <= len(name) <= 80:
        raise RoomInvalid("Give the room type a name of 1 to 80 letters.", field="name")
    if any((other.name or other.code) == name and other.id != said.id for other in others):
        raise RoomInvalid("Another room type has this name.", field="name")
    if not 1 <= said.units <= 5_000:
        raise RoomInvalid("There are from 1 to 5000 units of a type.", field="units")
    if not 1 <= said.occupancy_standard <= said.occupancy_max <= 50:
        raise RoomInvalid(
            "The standard occupancy is at least 1 and at most the maximum.", field="occupancy_max"
        )
    if not 1 <= said.adults_max <= said.occupancy_max:
        raise RoomInvalid("Adults are at least 1 and at most the maximum.", field="adults_max")
    if not 0 <= said.children_max <= said.occupancy_max:
        raise RoomInvalid("Children are at most the maximum.", field="children_max")
    if not said.beds:
        raise RoomInvalid("Say which beds there are.", field="beds")
    if any(bed.kind not in BED_KINDS or not 1 <= bed.count <= 30 for bed in said.beds):
        raise RoomInvalid("There are from 1 to 30 beds of a kind.", field="beds")
    if said.area_m2 is not None and not 1 <= said.area_m2 <= 2_000:
        raise RoomInvalid("The area is between 1 and 2000 m².", field="area_m2")
    if set(said.amenities) - set(AMENITIES):
        raise RoomInvalid("Choose among what is listed.", field="amenities")
    _check_room_words(said)
    if house.kind is Kind.GUEST_HOUSE:
        kept = [other for other in others if other.id != said.id]
        if is_beyond_guest_house([said, *kept]):
            raise RoomInvalid(_TOO_LARGE, field="units")


def _check_room_words(said: SaveRoomType) -> None:
    for language, text in said.description.items():
        if len(text) > ROOM_LETTERS:
            raise RoomInvalid(
                say("A description has at most %(most)s letters.", most=ROOM_LETTERS),
                field=f"description_{language}",
            )


def check_guest_house(rooms: Sequence[RoomType]) -> None:
    """Raise `HouseInvalid` for a house with more rooms or guests than a guest house may have."""
    if is_beyond_guest_house(rooms):
        raise HouseInvalid(_TOO_LARGE, field="kind")


def is_beyond_guest_house(rooms: Sequence[RoomType | SaveRoomType]) -> bool:
    """Whether these are more than 5 rooms or 15 persons (D324-13)."""
    persons = sum(room.units * room.occupancy_max for room in rooms)
    return sum(room.units for room in rooms) > GUEST_ROOMS or persons > GUEST_PERSONS
