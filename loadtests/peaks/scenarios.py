"""The eight scenarios: which days, who comes, how many. `scale=1` is a tenth of the French market.

Each stands for minutes or hours of the real day; only the shape over time is pressed together, the
rates a second are the real ones.
"""

import math
from datetime import date

from loadtests.peaks import days, mixes
from loadtests.peaks.crowd import (
    event,
    event_night,
    event_town,
    january,
    town_name,
    tuesday,
    winter,
)
from loadtests.peaks.push import check_ins, crawl, push, storm, storm_rate
from loadtests.peaks.setting import Scenario


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
