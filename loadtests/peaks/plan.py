"""What is asked, and when: pure, the same for the same seed.

Guests come by a Poisson process whose rate follows the scenario, whether or not the service keeps
up (an open model: a slow service meets the same crowd)."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from loadtests.peaks import mixes

GUESTS, BOTS, HOUSES = "guests", "bots", "houses"


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """What a guest looks for."""

    place: str
    radius: int | None = None
    arrival: date
    nights: int
    adults: int = 2
    child_ages: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def departure(self) -> date:
        return self.arrival + timedelta(days=self.nights)

    def query(self) -> str:
        asked: list[tuple[str, object]] = [
            ("place", self.place),
            *([] if self.radius is None else [("radius", self.radius)]),
            ("arrival", self.arrival),
            ("departure", self.departure),
            ("adults", self.adults),
            *(("child_ages", age) for age in self.child_ages),
            *(("kind", kind) for kind in self.kinds),
        ]
        return urlencode(asked)


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody does `at` so many seconds after the beginning.

    `kind` is look (a result page), see (a house's page), sweep (a program's request), book, cancel,
    check_in or push; `target` the path, token or id that it is about; `chance` decides what is open
    (which of the results is booked); `cookie` is a hotelier's session, `body` what is sent.
    """

    at: float
    kind: str
    pool: str = GUESTS
    target: str = ""
    stay: Stay | None = None
    chance: float = 0.0
    cookie: str = ""
    body: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a run asks: `lines` connections for each pool, acts in their order."""

    name: str
    address: str
    seconds: float
    lines: dict[str, int]
    acts: tuple[Act, ...]


class House(msgspec.Struct, frozen=True, kw_only=True):
    """A house of the demonstration that sells, by the kind that a search names."""

    id: int
    tenant: int
    commune: str
    department: str
    kind: str


def times_of(
    pick: random.Random, rate: Callable[[float], float], most: float, seconds: float
) -> list[float]:
    """The instants of a Poisson process of `rate(t)` a second, never above `most` (by thinning)."""
    found: list[float] = []
    at = pick.expovariate(most) if most > 0 else seconds
    while at < seconds:
        if pick.random() * most < rate(at):
            found.append(round(at, 4))
        at += pick.expovariate(most)
    return found


def on_weekday(pick: random.Random, near: date, weights: Sequence[float], after: date) -> date:
    """The day nearest to `near` of a weekday that is drawn by its weight, not before `after`."""
    weekday = mixes.draw_of(pick, weights)
    shift = (weekday - near.weekday() + 3) % 7 - 3
    day = near + timedelta(days=shift)
    return day if day >= after else day + timedelta(days=7)


def hotel_stay(
    pick: random.Random, booked_on: date, place: str, week: Sequence[float] = mixes.BUSINESS_WEEK
) -> Stay:
    """A hotel's guest: late, short, by the week of business or of leisure."""
    near = booked_on + timedelta(days=min(mixes.draw_lead(pick, mixes.HOTEL_LEAD), 360))
    adults, ages = mixes.draw_party(pick, mixes.HOTEL_PARTIES)
    return Stay(
        place=place,
        arrival=on_weekday(pick, near, week, booked_on),
        nights=mixes.draw_of(pick, mixes.HOTEL_NIGHTS),
        adults=adults,
        child_ages=ages,
    )


def summer_stay(pick: random.Random, year: int, place: str) -> Stay:
    """A family's weeks on a campsite or in a residence: by the months of campsites, on Saturday."""
    month = mixes.draw_of(pick, mixes.CAMPING_MONTHS) + 1
    near = date(year, month, pick.randint(1, 28))
    nights = mixes.CAMPING_NIGHTS if pick.random() < 0.5 else mixes.RENTAL_NIGHTS
    adults, ages = mixes.draw_party(pick, mixes.FAMILY_PARTIES)
    return Stay(
        place=place,
        arrival=on_weekday(pick, near, mixes.CAMPING_ARRIVALS, near.replace(day=1)),
        nights=mixes.draw_of(pick, nights),
        adults=adults,
        child_ages=ages,
        kinds=("campsite", "residence"),
    )


def ski_stay(pick: random.Random, saturdays: Sequence[date], areas: Sequence[str]) -> Stay:
    """A family's week in the snow: three of four arrive on a Saturday of their zone's holidays."""
    saturday = pick.choice(saturdays)
    adults, ages = mixes.draw_party(pick, mixes.FAMILY_PARTIES)
    arrival = on_weekday(pick, saturday, mixes.SKI_ARRIVALS, saturday - timedelta(days=3))
    nights = 7 if arrival == saturday else pick.choice((2, 3, 4, 5))
    place = f"commune:{pick.choice(areas)}"
    return Stay(place=place, arrival=arrival, nights=nights, adults=adults, child_ages=ages)


def place_of(pick: random.Random, houses: Sequence[House]) -> str:
    """Where one looks: a commune (as often as it has houses), its department, or all of France
    [D]."""
    house = pick.choice(houses)
    chance = pick.random()
    if chance < 0.60:
        return f"commune:{house.commune}"
    return f"department:{house.department}" if chance < 0.95 else "country:FR"


def look(at: float, stay: Stay, pick: random.Random, houses: Sequence[House]) -> Act:
    """An availability request of a person: five of six see results, one a house with its rooms."""
    if pick.random() < 1 / 6:
        house = pick.choice(houses)
        asked = {
            "arrival": stay.arrival,
            "departure": stay.departure,
            "adults": stay.adults,
        }
        return Act(at=at, kind="see", target=f"/hebergements/{house.id}?{urlencode(asked)}")
    return Act(at=at, kind="look", target=f"/recherche?{stay.query()}")


def book(at: float, stay: Stay, pick: random.Random) -> Act:
    return Act(at=at, kind="book", stay=stay, chance=round(pick.random(), 6))


def counts_of(acts: Sequence[Act]) -> Mapping[str, int]:
    """How many acts there are of each kind."""
    found: dict[str, int] = {}
    for act in acts:
        found[act.kind] = found.get(act.kind, 0) + 1
    return found
