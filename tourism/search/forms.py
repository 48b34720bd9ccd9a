"""The query of a search, from an address: the same for pages and programs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from tourism.lodging.models import Kind
from tourism.rates.models import MealPlan
from tourism.search.errors import SearchInvalid
from tourism.search.models import Filters, Party, Search, Sort, Stay

T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, as it was typed, to be shown again."""

    place: str = ""
    text: str = ""
    radius: str = ""
    arrival: str = ""
    departure: str = ""
    adults: str = "2"
    child_ages: tuple[str, ...] = ()
    rooms: str = "1"
    kinds: tuple[str, ...] = ()
    stars: tuple[str, ...] = ()
    meal_plans: tuple[str, ...] = ()
    free_cancellation: bool = False
    price_max: str = ""
    sort: str = "price"
    page: str = "1"

    @property
    def has_stay(self) -> bool:
        return bool(self.arrival and self.departure)


def read_asked(query: Mapping[str, Sequence[str]]) -> Asked:
    """The values of an address; unknown names are ignored."""

    def one(name: str, default: str = "") -> str:
        return next(iter(query.get(name, ())), default).strip()

    return Asked(
        place=one("place"),
        text=one("text"),
        radius=one("radius"),
        arrival=one("arrival"),
        departure=one("departure"),
        adults=one("adults", "2"),
        child_ages=tuple(
            age for value in query.get("child_ages", ()) for age in value.split(",") if age
        ),
        rooms=one("rooms", "1"),
        kinds=tuple(query.get("kind", ())),
        stars=tuple(query.get("stars", ())),
        meal_plans=tuple(query.get("meal_plan", ())),
        free_cancellation=one("free_cancellation") in {"1", "true", "on"},
        price_max=one("price_max"),
        sort=one("sort", "price"),
        page=one("page", "1"),
    )


def as_query(asked: Asked) -> dict[str, object]:
    """The address of a search, without what is empty."""
    return {
        "place": asked.place or None,
        "text": asked.text or None,
        "radius": asked.radius or None,
        "arrival": asked.arrival or None,
        "departure": asked.departure or None,
        "adults": asked.adults,
        "child_ages": list(asked.child_ages) or None,
        "rooms": asked.rooms,
        "kind": list(asked.kinds) or None,
        "stars": list(asked.stars) or None,
        "meal_plan": list(asked.meal_plans) or None,
        "free_cancellation": "1" if asked.free_cancellation else None,
        "price_max": asked.price_max or None,
        "sort": asked.sort if asked.sort != "price" else None,
    }


def read_stay(asked: Asked) -> Stay:
    """Raises `SearchInvalid` naming the field."""
    return Stay(
        arrival=_date(asked.arrival, "arrival"), departure=_date(asked.departure, "departure")
    )


def read_party(asked: Asked) -> Party:
    """Raises `SearchInvalid` naming the field."""
    return Party(
        adults=_whole(asked.adults, "adults"),
        child_ages=tuple(_whole(age, "child_ages") for age in asked.child_ages),
        rooms=_whole(asked.rooms, "rooms"),
    )


def read_search(asked: Asked) -> Search:
    """The whole search. Raises `SearchInvalid` naming the field."""
    if not asked.place:
        raise SearchInvalid("Choose where to go.", field="text")
    return Search(
        place=asked.place,
        radius_km=_whole(asked.radius, "radius") if asked.radius else None,
        stay=read_stay(asked),
        party=read_party(asked),
        filters=Filters(
            kinds=tuple(_choice(Kind, kind, "kind") for kind in asked.kinds),
            stars=tuple(_whole(stars, "stars") for stars in asked.stars),
            meal_plans=tuple(
                _choice(MealPlan, _whole(meal, "meal_plan"), "meal_plan")
                for meal in asked.meal_plans
            ),
            free_cancellation=asked.free_cancellation,
            price_max_cents=_whole(asked.price_max, "price_max") * 100 if asked.price_max else None,
        ),
        sort=_choice(Sort, asked.sort, "sort"),
        page=_whole(asked.page, "page"),
    )


def _date(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SearchInvalid("Give a date such as 2027-05-06.", field=field) from None


def _whole(text: str, field: str) -> int:
    if not text.isdecimal() or len(text) > 7:
        raise SearchInvalid("Give a whole number.", field=field)
    return int(text)


def _choice(kind: Callable[[Any], T], value: object, field: str) -> T:
    try:
        return kind(value)
    except ValueError:
        raise SearchInvalid("This choice is not offered.", field=field) from None
