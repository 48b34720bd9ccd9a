"""The steps' forms: what a house says as the form shows it, and what was typed as commands."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from hub.core.i18n import LANGUAGES
from tourism.claims.models import AskConfirmation
from tourism.lodging import HouseInvalid, Kind, Property, RoomInvalid, RoomType
from tourism.lodging.models import (
    BED_KINDS,
    Bed,
    DeclareHouse,
    DescribeHouse,
    EquipHouse,
    IdentifyHouse,
    Pets,
    PlaceHouse,
    SaveRoomType,
)
from tourism.onboarding.errors import OpeningInvalid
from tourism.onboarding.models import Opening
from tourism.rates.errors import EditInvalid
from tourism.rates.fields import read_cents
from tourism.rates.models import Cancellation, MealPlan, PenaltyKind, RatePlan

# The three policies to begin with; the page of rates knows all others.
CANCELLATIONS: Mapping[str, Cancellation] = {
    "flexible": Cancellation(free_days=1, free_hour=18, penalty=PenaltyKind.FIRST_NIGHT),
    "week": Cancellation(free_days=7, free_hour=18, penalty=PenaltyKind.PERCENT),
    "never": Cancellation(free_days=None, penalty=PenaltyKind.PERCENT),
}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What a form holds: a text by name, and the values of groups of ticks."""

    texts: Mapping[str, str]
    groups: Mapping[str, Sequence[str]] = {}

    def get(self, name: str, default: str = "") -> str:
        return self.texts.get(name, default)

    def all(self, name: str) -> Sequence[str]:
        return self.groups.get(name, ())


def show_identity(house: Property, email: str | None) -> Typed:
    facts = house.facts
    professional = {None: "1" if facts.siret else "", True: "1", False: "0"}[facts.professional]
    return Typed(
        texts={
            "kind": house.kind.value,
            "name": house.name,
            "phone": facts.phone or "",
            "email": facts.email or email or "",
            "site": house.site or "",
            "siret": facts.siret or "",
            "professional": professional,
        }
    )


def read_identity(typed: Typed) -> IdentifyHouse:
    """Raises `HouseInvalid` for a choice that was not made."""
    try:
        kind = Kind(typed.get("kind"))
    except ValueError:
        raise HouseInvalid("Choose what it is.", field="kind") from None
    if typed.get("professional") not in {"0", "1"}:
        raise HouseInvalid("Say whether you let as a professional.", field="professional")
    return IdentifyHouse(
        kind=kind,
        name=typed.get("name"),
        phone=typed.get("phone"),
        email=typed.get("email"),
        site=typed.get("site").strip() or None,
        siret=typed.get("siret").strip() or None,
        professional=typed.get("professional") == "1",
    )


def show_place(house: Property) -> Typed:
    pinned = house.position_source == "host"
    return Typed(
        texts={
            "address": house.address or "",
            "postcode": house.postcode or "",
            "commune": house.commune,
            "place": f"commune:{house.commune_code}",
            "lat": f"{house.lat:.5f}" if pinned and house.lat is not None else "",
            "lng": f"{house.lng:.5f}" if pinned and house.lng is not None else "",
        }
    )


def read_place(typed: Typed, commune_code: str) -> PlaceHouse:
    """Raises `HouseInvalid` for coordinates that are no numbers, or none."""
    lat, lng = _degrees(typed, "lat"), _degrees(typed, "lng")
    return PlaceHouse(
        address=typed.get("address"),
        postcode=typed.get("postcode").strip(),
        commune_code=commune_code,
        lat=lat,
        lng=lng,
    )


def pin_of(typed: Typed) -> tuple[float, float] | None:
    """Where the pin was put, if it was."""
    try:
        lat, lng = _degrees(typed, "lat"), _degrees(typed, "lng")
    except HouseInvalid:
        return None
    return (lat, lng) if abs(lat) <= 85 and abs(lng) <= 180 else None


def _degrees(typed: Typed, name: str) -> float:
    text = typed.get(name).strip().replace(",", ".")
    if not text:
        raise HouseInvalid("Put the pin on your house.", field=name)
    try:
        degrees = float(text)
    except ValueError:
        raise HouseInvalid("Write degrees like 45.89890.", field=name) from None
    if not -180 <= degrees <= 180:  # not a number is neither
        raise HouseInvalid("This position is not on Earth.", field=name)
    return degrees


def read_control(typed: Typed) -> AskConfirmation:
    return AskConfirmation(
        quality=typed.get("quality"), phone=typed.get("phone"), statement=typed.get("statement")
    )


def show_words(house: Property) -> Typed:
    texts = {f"description_{code}": house.description.get(code, "") for code in LANGUAGES}
    return Typed(texts=texts | {"source_language": house.facts.source_language})


def read_words(typed: Typed) -> DescribeHouse:
    return DescribeHouse(
        description={code: typed.get(f"description_{code}") for code in LANGUAGES},
        source_language=typed.get("source_language", "fr"),
    )


def show_services(house: Property) -> Typed:
    facts = house.facts
    return Typed(
        texts={
            "pets": facts.pets.value,
            "pets_note": facts.pets_note or "",
            "children_welcome": "1" if facts.children_welcome else "0",
            "check_in_from": house.check_in_from,
            "check_out_until": house.check_out_until,
        },
        groups={"amenities": facts.amenities, "accessibility": facts.accessibility},
    )


def read_services(typed: Typed) -> EquipHouse:
    """Raises `HouseInvalid` for a choice that was not offered."""
    try:
        pets = Pets(typed.get("pets", "no"))
    except ValueError:
        raise HouseInvalid("Choose among what is listed.", field="pets") from None
    return EquipHouse(
        amenities=tuple(typed.all("amenities")),
        accessibility=tuple(typed.all("accessibility")),
        pets=pets,
        pets_note=typed.get("pets_note").strip() or None,
        children_welcome=typed.get("children_welcome", "1") == "1",
        check_in_from=typed.get("check_in_from"),
        check_out_until=typed.get("check_out_until"),
    )


def show_room(room: RoomType | None) -> Typed:
    """A new room type begins as a double."""
    if room is None:
        return Typed(
            texts={
                "units": "1",
                "occupancy_standard": "2",
                "occupancy_max": "2",
                "adults_max": "2",
                "children_max": "1",
                "bed_double": "1",
            }
        )
    texts = {
        "name": room.name or "",
        "units": str(room.units),
        "occupancy_standard": str(room.occupancy_standard),
        "occupancy_max": str(room.occupancy_max),
        "adults_max": str(room.adults_max),
        "children_max": str(min(room.children_max, room.occupancy_max)),
        "area_m2": str(room.area_m2 or ""),
        "description_fr": room.description.get("fr", ""),
        "on_request": "1" if room.on_request else "",
    }
    beds = {f"bed_{bed.kind}": str(bed.count) for bed in room.beds}
    return Typed(texts=texts | beds, groups={"amenities": room.amenities})


def read_room(typed: Typed, id: int | None, before: RoomType | None) -> SaveRoomType:
    """Raises `RoomInvalid`; words in other languages stay as they were."""
    beds = [Bed(kind=kind, count=_whole(typed, f"bed_{kind}", 0)) for kind in BED_KINDS]
    words = dict(before.description) if before else {}
    words["fr"] = typed.get("description_fr").strip()
    area = typed.get("area_m2").strip()
    return SaveRoomType(
        id=id,
        name=typed.get("name"),
        units=_whole(typed, "units"),
        occupancy_standard=_whole(typed, "occupancy_standard"),
        occupancy_max=_whole(typed, "occupancy_max"),
        adults_max=_whole(typed, "adults_max"),
        children_max=_whole(typed, "children_max"),
        beds=tuple(bed for bed in beds if bed.count),
        area_m2=_whole(typed, "area_m2") if area else None,
        amenities=tuple(typed.all("amenities")),
        description={language: text for language, text in words.items() if text},
        on_request=typed.get("on_request") == "1",
    )


def _whole(typed: Typed, name: str, empty: int | None = None) -> int:
    text = typed.get(name).strip()
    if not text and empty is not None:
        return empty
    if not text.isdecimal() or len(text) > 6:
        raise RoomInvalid("Write a whole number.", field=name)
    return int(text)


def read_plan(typed: Typed) -> RatePlan:
    """The first rate of a house. Raises `HouseInvalid` for a choice that was not offered."""
    meals = {str(meal.value): meal for meal in MealPlan}
    if typed.get("meal") not in meals:
        raise HouseInvalid("Choose among what is listed.", field="meal")
    if typed.get("cancellation") not in CANCELLATIONS:
        raise HouseInvalid("Choose among what is listed.", field="cancellation")
    return RatePlan(
        id=0,
        code="",
        name=typed.get("name"),
        rank=0,
        meal_plan=meals[typed.get("meal")],
        adjust_bps=0,
        supplement_adult_cents=0,
        supplement_child_cents=0,
        cancellation=CANCELLATIONS[typed.get("cancellation")],
    )


def show_opening(today: date) -> Typed:
    """Twelve months from today."""
    return Typed(
        texts={"first": str(today), "last": str(today + timedelta(days=364)), "min_stay": "1"}
    )


def read_opening(typed: Typed, types: Sequence[RoomType]) -> Opening:
    """Raises `OpeningInvalid`, with the field."""
    try:
        nights = typed.get("min_stay").strip()
        if not nights.isdecimal() or len(nights) > 3:
            raise OpeningInvalid("Write a whole number.", field="min_stay")
        prices = {
            type.id: read_cents(typed.get(f"price_{type.id}"), f"price_{type.id}") for type in types
        }
    except EditInvalid as error:
        raise OpeningInvalid(str(error), **error.extra) from None
    return Opening(
        first=_day(typed, "first"),
        last=_day(typed, "last"),
        min_stay=int(nights),
        price_cents=prices,
    )


def _day(typed: Typed, name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name).strip())
    except ValueError:
        raise OpeningInvalid("Choose a day.", field=name) from None


def show_declarations(house: Property) -> Typed:
    facts = house.facts
    residence = {None: "", True: "1", False: "0"}[facts.main_residence]
    return Typed(
        texts={
            "vat_regime": house.vat_regime,
            "registration_number": facts.registration_number or "",
            "main_residence": residence,
            "sworn_name": facts.sworn_name or "",
        },
        groups={"services": facts.services},
    )


def read_declarations(typed: Typed) -> DeclareHouse:
    return DeclareHouse(
        vat_regime=typed.get("vat_regime"),
        services=tuple(typed.all("services")),
        registration_number=typed.get("registration_number").strip() or None,
        main_residence={"1": True, "0": False}.get(typed.get("main_residence")),
        sworn_name=typed.get("sworn_name").strip() or None,
    )
