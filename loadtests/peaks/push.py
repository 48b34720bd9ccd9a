"""What comes at once: arrivals at the desks, programs that ask for everything, calendars that are
pushed, cancellations; people look and book beside them."""

import math
import random
from datetime import date
from urllib.parse import urlencode

from loadtests.peaks import days, mixes
from loadtests.peaks.crowd import PEAK, background
from loadtests.peaks.plan import BOTS, HOUSES, Act, hotel_stay, times_of
from loadtests.peaks.setting import Setting

STORM_S = 3600
STORM_SHARE = 0.30
DEPARTMENTS = 96


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
    return acts + background(setting, pick, day, 1.1)


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
    return bots + background(setting, pick, day, 1.0)


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
    return acts + background(setting, pick, days.ordinary_tuesday(setting.today), mixes.HOURS[6])


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
    return acts + background(setting, pick, setting.today, 1.5)


def storm_rate(scale: float) -> float:
    """Cancellations a second: a department's bookings on the books (one in 96 of the market, 32
    days ahead), three of ten of them within an hour."""
    on_the_books = mixes.bookings_per_s(scale) * 86_400 * 32 / DEPARTMENTS
    return on_the_books * STORM_SHARE / STORM_S
