"""The eight scenarios: which days, who comes, how many. `scale=1` is a tenth of the French market.

Each stands for minutes or hours of the real day; only the shape over time is pressed together, the
rates a second are the real ones.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from hub.territory import communes
from loadtests.peaks import days, mixes
from loadtests.peaks.plan import (
    BOTS,
    HOUSES,
    Act,
    House,
    Stay,
    book,
    hotel_stay,
    look,
    place_of,
    ski_stay,
    summer_stay,
    times_of,
)

PEAK = 12
"""The peak second over the mean one: hour times season (DOMAIN 5.4)."""
SKI = {
    "73257": "Les Belleville",
    "73296": "Tignes",
    "73304": "Val-d'Isère",
    "74056": "Chamonix-Mont-Blanc",
    "74173": "Megève",
    "74191": "Morzine",
}
ROOMS_OF_THE_TOWN = 150
TOWNS_ALIKE = 350
"""Towns of such a size that would hold all of the country's requests [D]."""
STORM_S = 3600
STORM_SHARE = 0.30
DEPARTMENTS = 96


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that was made before the run: its id, its signed link, its house's session."""

    id: str
    token: str
    cookie: str = ""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A house's year as its channel manager sends it."""

    cookie: str
    body: str
    cells: int


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario knows: the day, its size, and what stands in the demonstration."""

    today: date
    scale: float
    seconds: float
    seed: int
    houses: Sequence[House]
    prepared: Sequence[Prepared] = ()
    calendars: Sequence[Calendar] = ()
    left: Mapping[str, int] = {}
    """Units that each commune can sell for the night of the event alone."""

    def pick(self) -> random.Random:
        return random.Random(self.seed)


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario in words and in acts. `prepares` says how many bookings it needs beforehand, of
    guests who arrive today (`arrive_today`) or during the next weeks; `pushes` that every house
    sends its calendar."""

    code: str
    name: str
    title: str
    words: Callable[[Setting], str]
    departments: str
    acts: Callable[[Setting], list[Act]]
    prepares: Callable[[float, float], int] = lambda scale, seconds: 0  # noqa: ARG005
    arrive_today: bool = False
    pushes: bool = False
    lines: dict[str, int] = msgspec.field(default_factory=lambda: {"guests": 96})


def _people(
    setting: Setting,
    pick: random.Random,
    books: Callable[[float], float],
    most: float,
    looks: float,
    stay: Callable[[float], Stay],
) -> list[Act]:
    """Guests who book at a rate, and so many availability requests for each of them."""
    booked = [book(at, stay(at), pick) for at in times_of(pick, books, most, setting.seconds)]
    looked = times_of(pick, lambda at: books(at) * looks, most * looks, setting.seconds)
    return booked + [look(at, stay(at), pick, setting.houses) for at in looked]


def tuesday(setting: Setting) -> list[Act]:
    """24 hours of an ordinary Tuesday: hotels above all, business week, late bookings."""
    pick, day = setting.pick(), days.ordinary_tuesday(setting.today)
    mean = mixes.bookings_per_s(setting.scale) * mixes.month_factor(day.month)
    return _people(
        setting,
        pick,
        lambda at: mean * mixes.HOURS[int(24 * at / setting.seconds)],
        mean * max(mixes.HOURS),
        mixes.SESSION_LOOKS,
        lambda _: hotel_stay(pick, day, place_of(pick, setting.houses)),
    )


def january(setting: Setting) -> list[Act]:
    """18 to 24 h of the first Sunday of January: the summer's campsites and residences."""
    pick, day = setting.pick(), days.first_sunday_of_january(setting.today)
    mean = mixes.bookings_per_s(setting.scale) * mixes.month_factor(1) * mixes.SUNDAY_EVENING
    return _people(
        setting,
        pick,
        lambda at: mean * mixes.HOURS[18 + int(6 * at / setting.seconds)],
        mean * max(mixes.HOURS),
        mixes.SESSION_LOOKS / 2,
        lambda _: summer_stay(pick, day.year, place_of(pick, setting.houses)),
    )


def winter(setting: Setting) -> list[Act]:
    """The winter weeks open zone after zone: at each opening five times the peak, dying away, for
    six ski areas and the zone's two Saturdays."""
    pick, weeks = setting.pick(), list(days.winter_weeks(setting.today).values())
    third = setting.seconds / len(weeks)
    peak = mixes.bookings_per_s(setting.scale) * PEAK

    def rate(at: float) -> float:
        return peak * (0.5 + 4.5 * math.exp(-(at % third) / (third / 8)))

    return _people(
        setting,
        pick,
        rate,
        5 * peak,
        mixes.DECIDED_LOOKS,
        lambda at: ski_stay(pick, weeks[int(at / third)], tuple(SKI)),
    )


def check_ins(setting: Setting) -> list[Act]:
    """14 to 18 h of the fullest Saturday of July: arrivals at the desks, a police sheet for the
    foreign guest, while others look and book."""
    pick, day = setting.pick(), days.july_saturday(setting.today)
    rate = mixes.arrivals_per_s(setting.scale, day.month, day.weekday(), 4)
    times = times_of(pick, lambda _: rate, rate, setting.seconds)
    acts = [
        Act(
            at=at,
            kind="check_in",
            pool=HOUSES,
            target=booking.id,
            cookie=booking.cookie,
            chance=round(pick.random(), 6),
            body=str(setting.today),
        )
        for at, booking in zip(times, setting.prepared, strict=False)
    ]
    return acts + _background(setting, pick, day, 1.1)


def event(setting: Setting) -> list[Act]:
    """A town's event is announced: fifty times its searches, and two buyers for each room that is
    left, within ten minutes (pressed into the run), for one night."""
    pick, night, town = setting.pick(), event_night(setting.today), event_town(setting)
    stay = Stay(place=f"commune:{town}", radius=0, arrival=night, nights=1)
    rate = 2 * setting.left[town] / setting.seconds
    searches = mixes.bookings_per_s(setting.scale) * mixes.B2B_LOOKS * mixes.FLASH / TOWNS_ALIKE
    books = [book(at, stay, pick) for at in times_of(pick, lambda _: rate, rate, setting.seconds)]
    looks = times_of(pick, lambda _: searches, searches, setting.seconds)
    return books + [Act(at=at, kind="look", target=f"/recherche?{stay.query()}") for at in looks]


def event_town(setting: Setting) -> str:
    """The town whose rooms for the night come nearest to the size that is asked for."""
    wanted = ROOMS_OF_THE_TOWN * setting.scale
    return min(setting.left, key=lambda town: (abs(setting.left[town] - wanted), town))


def town_name(setting: Setting) -> str:
    town = event_town(setting)
    return next((commune.name for commune in communes() if commune.code == town), town)


def event_night(today: date) -> date:
    return days.next_day(today + timedelta(days=60), lambda day: day.weekday() == days.SATURDAY)


def crawl(setting: Setting) -> list[Act]:
    """Programs ask for every house and every area, 20,000 times for each booking, as fast as they
    are answered; people look and book beside them."""
    pick = setting.pick()
    rate = mixes.bookings_per_s(setting.scale) * mixes.METASEARCH_LOOKS / PEAK
    asked = round(rate * setting.seconds)
    day = days.ordinary_tuesday(setting.today)
    bots = [
        Act(
            at=round(n * setting.seconds / asked, 4),
            kind="sweep",
            pool=BOTS,
            target=_crawled(pick, setting, day),
        )
        for n in range(asked)
    ]
    return bots + _background(setting, pick, day, 1.0)


def _crawled(pick: random.Random, setting: Setting, day: date) -> str:
    house = pick.choice(setting.houses)
    stay = hotel_stay(pick, day, f"commune:{house.commune}", mixes.LEISURE_WEEK)
    if pick.random() < 0.5:
        return f"/api/v1/search?{stay.query()}"
    asked = {"arrival": stay.arrival, "departure": stay.departure, "adults": stay.adults}
    return f"/api/v1/properties/{house.id}?{urlencode(asked)}"


def push(setting: Setting) -> list[Act]:
    """6 a.m.: every house's channel manager sends its year, in the first tenth of the time; the
    early guests look and book."""
    pick = setting.pick()
    acts = [
        Act(
            at=round(pick.random() * setting.seconds / 10, 4),
            kind="push",
            pool=HOUSES,
            target=str(calendar.cells),
            cookie=calendar.cookie,
            body=calendar.body,
        )
        for calendar in setting.calendars
    ]
    return acts + _background(setting, pick, days.ordinary_tuesday(setting.today), mixes.HOURS[6])


def storm(setting: Setting) -> list[Act]:
    """A weather alert: three of ten stays of a department are cancelled within the hour, most in
    its first minutes; others take the freed rooms."""
    pick = setting.pick()
    first = storm_rate(setting.scale) * 4
    calm = setting.seconds / 2
    times = times_of(pick, lambda at: first * math.exp(-at / calm), first, setting.seconds)
    acts = [
        Act(at=at, kind="cancel", target=booking.token)
        for at, booking in zip(times, setting.prepared, strict=False)
    ]
    return acts + _background(setting, pick, setting.today, 1.5)


def storm_rate(scale: float) -> float:
    """Cancellations a second: a department's bookings on the books (one in 96 of the market, 32
    days ahead), three of ten of them within an hour."""
    on_the_books = mixes.bookings_per_s(scale) * 86_400 * 32 / DEPARTMENTS
    return on_the_books * STORM_SHARE / STORM_S


def _background(setting: Setting, pick: random.Random, day: date, weight: float) -> list[Act]:
    """The hotels' guests of the hour beside what a scenario is about."""
    mean = mixes.bookings_per_s(setting.scale) * mixes.month_factor(day.month) * weight
    return _people(
        setting,
        pick,
        lambda _: mean,
        mean,
        mixes.SESSION_LOOKS / 2,
        lambda _: hotel_stay(pick, day, place_of(pick, setting.houses), mixes.LEISURE_WEEK),
    )


def told(day: date) -> str:
    return f"{day:%A %d %B %Y}"


def _weeks(today: date) -> str:
    return "; ".join(
        f"zone {zone} {first:%d %b} and {second:%d %b %Y}"
        for zone, (first, second) in days.winter_weeks(today).items()
    )


SCENARIOS = (
    Scenario(
        code="L1",
        name="tuesday",
        title="An ordinary Tuesday",
        words=lambda setting: (
            f"The 24 hours of {told(days.ordinary_tuesday(setting.today))}: no holiday in any "
            "zone, no bridge. Hotel stays, 100 availability requests for each booking, twice as "
            "many from 20 to 22 h as in the mean hour."
        ),
        departments="73,74",
        acts=tuesday,
    ),
    Scenario(
        code="L2",
        name="january",
        title="The first Sunday of January",
        words=lambda setting: (
            f"18 to 24 h of {told(days.first_sunday_of_january(setting.today))}: families choose "
            "their summer on campsites and in residences, seven of ten from a Saturday. 13 % of "
            "the year's leisure bookings are made in January; 50 requests for each booking."
        ),
        departments="85",
        acts=january,
    ),
    Scenario(
        code="L3",
        name="winter",
        title="The winter weeks open",
        words=lambda setting: (
            f"Zone after zone, as their holidays follow: {_weeks(setting.today)}. Each opening "
            "begins at five times the peak and dies away; six ski areas, two Saturdays, guests who "
            "know what they want (20 requests for each booking)."
        ),
        departments="73,74",
        acts=winter,
        lines={"guests": 192},
    ),
    Scenario(
        code="L4",
        name="arrivals",
        title="The check-in wave of a July Saturday",
        words=lambda setting: (
            f"14 to 18 h, as many arrivals as on {told(days.july_saturday(setting.today))}: desks "
            "check in, a third of the guests is foreign and signs a police sheet, others look and "
            "book. Desks only check in on the day itself, so the arrivals are today's."
        ),
        departments="74",
        acts=check_ins,
        prepares=lambda scale, seconds: math.ceil(
            mixes.arrivals_per_s(scale, 7, 5, 4) * seconds * 1.15
        ),
        arrive_today=True,
        lines={"guests": 64, "houses": 48},
    ),
    Scenario(
        code="L5",
        name="event",
        title="A flash event in one town",
        words=lambda setting: (
            f"{town_name(setting)}, {told(event_night(setting.today))}, one night: fifty times "
            f"its searches, and two buyers for each of the {setting.left[event_town(setting)]} "
            "rooms that are left. Ten minutes are pressed into the run."
        ),
        departments="74",
        acts=event,
        lines={"guests": 256},
    ),
    Scenario(
        code="L6",
        name="crawl",
        title="A crawler, 20,000 to 1",
        words=lambda _: (
            "Metasearch and robots ask for every house and area; the mean second of 20,000 "
            "requests for each booking is offered to two cores at a twelfth of its rate. People "
            "look and book beside them."
        ),
        departments="74",
        acts=crawl,
        lines={"guests": 64, "bots": 48},
    ),
    Scenario(
        code="L7",
        name="push",
        title="Six in the morning: every calendar is pushed",
        words=lambda _: (
            "Each house of the department sends 365 days of prices, units, minimum stays and "
            "closures of all its room types in the first tenth of the time."
        ),
        departments="74",
        acts=push,
        pushes=True,
        lines={"guests": 32, "houses": 32},
    ),
    Scenario(
        code="L8",
        name="storm",
        title="A storm of cancellations",
        words=lambda _: (
            "A weather alert in one department: three of ten of its stays on the books are given "
            "back within the hour, four times that rate in the first minutes; the refund is shown "
            "first, then exactly that is paid. Others book what is freed."
        ),
        departments="74",
        acts=storm,
        prepares=lambda scale, seconds: math.ceil(storm_rate(scale) * 4 * seconds * 0.45 * 1.15),
        lines={"guests": 96},
    ),
)
