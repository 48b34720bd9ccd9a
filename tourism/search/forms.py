"""The query of a search, from an address: the same for pages and programs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from hub.core.sentences import say
from tourism.index import MOST_STARS, Wants
from tourism.lodging.models import ACCESSIBILITY, AMENITIES, Kind
from tourism.rates.models import MealPlan
from tourism.search.errors import SearchInvalid
from tourism.search.models import Party, Search, Sort, Stay
from tourism.search.policy.rules import MAX_PERSONS, check_nights, stay_of

T = TypeVar("T")
FORM_FIELDS = frozenset(
    ("place", "text", "arrival", "departure", "adults", "child_ages", "children", "rooms")
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, as it was typed, to be shown again."""

    place: str = ""
    text: str = ""
    radius: str = ""
    arrival: str = ""
    departure: str = ""
    adults: str = "2"
    child_ages: tuple[str, ...] = ()
    children: str = ""
    rooms: str = "1"
    kinds: tuple[str, ...] = ()
    stars: tuple[str, ...] = ()
    meal_plans: tuple[str, ...] = ()
    amenities: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    pets: bool = False
    free_cancellation: bool = False
    instant: bool = False
    price_min: str = ""
    price_max: str = ""
    sort: str = "recommended"
    page: str = "1"
    nights: str = ""
    first: str = ""
    dates_wanted: bool = False
    month: str = ""
    length: str = ""
    departures: bool = False

    @property
    def has_stay(self) -> bool:
        return bool(self.arrival and (self.departure or self.nights) and not self.chooses_departure)

    @property
    def chooses_departure(self) -> bool:
        """Whether an arrival was chosen, and the days that one may leave are to be shown."""
        return bool(self.departures and self.arrival and not self.departure)

    @property
    def missing_ages(self) -> int:
        """How many fields a form needs for the ages of the children that were counted only."""
        return max(0, min(_counted(self.children), MAX_PERSONS) - len(self.child_ages))


def read_asked(query: Mapping[str, Sequence[str]]) -> Asked:
    """The values of an address; unknown names are ignored. Of more ages than `children` the first
    are meant: without script the fields of the others stay in the form."""

    def one(name: str, default: str = "") -> str:
        return next(iter(query.get(name, ())), default).strip()

    def yes(name: str) -> bool:
        return one(name) in {"1", "true", "on"}

    ages = tuple(age for value in query.get("child_ages", ()) for age in value.split(",") if age)
    children = one("children")
    return Asked(
        place=one("place"),
        text=one("text"),
        radius=one("radius"),
        arrival=one("arrival"),
        departure=one("departure"),
        adults=one("adults", "2"),
        child_ages=ages[: _counted(children)] if children.isdecimal() else ages,
        children=children,
        rooms=one("rooms", "1"),
        kinds=tuple(query.get("kind", ())),
        stars=tuple(query.get("stars", ())),
        meal_plans=tuple(query.get("meal_plan", ())),
        amenities=tuple(query.get("amenity", ())),
        accessibility=tuple(query.get("accessibility", ())),
        pets=yes("pets"),
        free_cancellation=yes("free_cancellation"),
        instant=yes("instant"),
        price_min=one("price_min"),
        price_max=one("price_max"),
        sort=one("sort", "recommended"),
        page=one("page", "1"),
        nights=one("nights"),
        first=one("first"),
        dates_wanted=yes("dates"),
        month=one("month"),
        length=one("length"),
        departures=yes("departures"),
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
        "children": asked.children if asked.missing_ages else None,
        "rooms": asked.rooms,
        "kind": list(asked.kinds) or None,
        "stars": list(asked.stars) or None,
        "meal_plan": list(asked.meal_plans) or None,
        "amenity": list(asked.amenities) or None,
        "accessibility": list(asked.accessibility) or None,
        "pets": "1" if asked.pets else None,
        "free_cancellation": "1" if asked.free_cancellation else None,
        "instant": "1" if asked.instant else None,
        "price_min": asked.price_min or None,
        "price_max": asked.price_max or None,
        "sort": asked.sort if asked.sort != "recommended" else None,
    }


def beside_form(asked: Asked) -> dict[str, object]:
    """What was chosen elsewhere than in the fields of a search, and goes with them: the filters,
    the order, the distance."""
    return {
        name: value
        for name, value in as_query(asked).items()
        if name not in FORM_FIELDS and value is not None
    }


def with_stay(asked: Asked, stay: Stay, name: str) -> Asked:
    """What was asked, with both dates of its stay and the name of its place, where it has one: each
    link and form made of it can be followed."""
    return msgspec.structs.replace(
        asked,
        text=name or asked.text,
        arrival=stay.arrival.isoformat(),
        departure=stay.departure.isoformat(),
        nights="",
    )


def read_stay(asked: Asked) -> Stay:
    """The dates, or an arrival and a number of nights. Raises `SearchInvalid` naming the field."""
    arrival = _date(asked.arrival, "arrival")
    if asked.nights and not asked.departure:
        return stay_of(arrival, check_nights(_whole(asked.nights, "nights")))
    return Stay(arrival=arrival, departure=_date(asked.departure, "departure"))


def read_party(asked: Asked) -> Party:
    """Raises `SearchInvalid` naming the field: of children who were only counted, the ages are
    asked for."""
    if asked.children and _whole(asked.children, "children") > MAX_PERSONS:
        raise SearchInvalid(
            say("At most %(most)s persons can be searched.", most=MAX_PERSONS), field="children"
        )
    if asked.missing_ages:
        raise SearchInvalid("Give the age of each child.", field="child_ages")
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
        radius_km=read_radius(asked),
        stay=read_stay(asked),
        party=read_party(asked),
        wants=read_wants(asked),
        sort=_choice(Sort, asked.sort, "sort"),
        page=_whole(asked.page, "page"),
    )


def read_radius(asked: Asked) -> float | None:
    """Raises `SearchInvalid` naming the field."""
    return _whole(asked.radius, "radius") if asked.radius else None


def read_wants(asked: Asked) -> Wants:
    """The filters. Raises `SearchInvalid` naming the field."""
    return Wants(
        kinds=tuple(_choice(Kind, kind, "kind") for kind in asked.kinds),
        stars=tuple(_stars(stars) for stars in asked.stars),
        amenities=tuple(_one_of(AMENITIES, name, "amenity") for name in asked.amenities),
        accessibility=tuple(
            _one_of(ACCESSIBILITY, name, "accessibility") for name in asked.accessibility
        ),
        pets=asked.pets,
        meal_plans=tuple(
            _choice(MealPlan, _whole(meal, "meal_plan"), "meal_plan") for meal in asked.meal_plans
        ),
        free_cancellation=asked.free_cancellation,
        instant=asked.instant,
        price_min_cents=_whole(asked.price_min, "price_min") * 100 if asked.price_min else None,
        price_max_cents=_whole(asked.price_max, "price_max") * 100 if asked.price_max else None,
    )


def read_day(text: str, field: str) -> date:
    """Raises `SearchInvalid` naming the field."""
    return _date(text, field)


def read_nights(text: str) -> int:
    """Raises `SearchInvalid` naming the field."""
    return _whole(text, "nights")


def _one_of(names: Sequence[str], name: str, field: str) -> str:
    if name not in names:
        raise SearchInvalid("This choice is not offered.", field=field)
    return name


def _date(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SearchInvalid("Give a date such as 2027-05-06.", field=field) from None


def _stars(text: str) -> int:
    stars = _whole(text, "stars")
    if not 1 <= stars <= MOST_STARS:
        raise SearchInvalid("This choice is not offered.", field="stars")
    return stars


def _counted(text: str) -> int:
    """A number of children as it was typed; what is none says nothing."""
    return int(text[:3]) if text.isdecimal() else 0


def _whole(text: str, field: str) -> int:
    if not text.isdecimal() or len(text) > 7:
        raise SearchInvalid("Give a whole number.", field=field)
    return int(text)


def _choice(kind: Callable[[Any], T], value: object, field: str) -> T:
    try:
        return kind(value)
    except ValueError:
        raise SearchInvalid("This choice is not offered.", field=field) from None
