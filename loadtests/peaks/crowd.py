"""Guests who look and book: an ordinary day, the openings of a season, an event in a town."""

import math
import random
from collections.abc import Callable
from datetime import date, timedelta

from hub.territory import communes
from loadtests.peaks import days, mixes
from loadtests.peaks.plan import (
    Act,
    Stay,
    book,
    hotel_stay,
    look,
    place_of,
    ski_stay,
    summer_stay,
    times_of,
)
from loadtests.peaks.setting import Setting

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


def people(
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
    return people(
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
    return people(
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

    return people(
        setting,
        pick,
        rate,
        5 * peak,
        mixes.DECIDED_LOOKS,
        lambda at: ski_stay(pick, weeks[int(at / third)], tuple(SKI)),
    )


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


def background(setting: Setting, pick: random.Random, day: date, weight: float) -> list[Act]:
    """The hotels' guests of the hour beside what a scenario is about."""
    mean = mixes.bookings_per_s(setting.scale) * mixes.month_factor(day.month) * weight
    return people(
        setting,
        pick,
        lambda _: mean,
        mean,
        mixes.SESSION_LOOKS / 2,
        lambda _: hotel_stay(pick, day, place_of(pick, setting.houses), mixes.LEISURE_WEEK),
    )
