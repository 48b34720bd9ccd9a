"""What is known of the French market, as numbers with their source (DOMAIN 5.2 to 5.4).

[D] marks a weight that was fitted to published totals, [GK] one that is general knowledge: neither
is an official figure. Draws take a `random.Random`: the same seed gives the same guests.
"""

import math
import random
from collections.abc import Mapping, Sequence

BOOKINGS_A_YEAR = 100_000_000
"""The whole market: 106 M by INSEE's nights and [GK] persons and nights a booking, taken as 100."""
YEAR_S = 365 * 86_400
SHARE = 0.10
"""`scale=1` is the traffic of a tenth of the market, the honest target of one deployment."""

# Weights of the months, January first; they sum to 100 [D].
STAY_MONTHS = (4.0, 5.3, 5.0, 7.0, 8.3, 9.8, 17.6, 20.2, 8.8, 6.2, 3.8, 4.0)
HOTEL_MONTHS = (5.8, 6.4, 7.2, 8.2, 9.0, 9.3, 11.0, 11.6, 9.4, 8.6, 6.8, 6.7)
CAMPING_MONTHS = (0, 0, 0, 3, 8, 13, 32, 37, 7, 0, 0, 0)
BOOKING_MONTHS = (13, 12, 10, 9, 9, 9, 9, 6, 6, 6, 5, 6)

# Weights of the weekdays, Monday first; they sum to 100 [GK].
BUSINESS_WEEK = (14.5, 17, 17, 15, 12, 13, 11.5)
LEISURE_WEEK = (12.5, 12.5, 12.5, 13, 16, 19, 14.5)
CAMPING_ARRIVALS = (5, 5, 5, 5, 5, 70, 5)
SKI_ARRIVALS = (3, 3, 3, 3, 4, 75, 9)

# Weight of each hour's requests, mean 1: trough of 0.2 from 3 to 5 h, 1.2 at noon, 2 from 20 to
# 22 h [GK]; the hours between lie between.
HOURS = (
    0.60, 0.40, 0.25, 0.20, 0.20, 0.30, 0.45, 0.65, 0.85, 1.00, 1.10, 1.15,
    1.20, 1.15, 1.05, 1.00, 1.05, 1.15, 1.40, 1.75, 2.00, 2.00, 1.85, 1.25,
)  # fmt: skip
SUNDAY_EVENING = 1.3
"""Sunday evening and Monday are high [GK]; by how much is [D]."""

# Nights of a stay: 74 % of hotel stays are one night, mean 1.56 (SiteMinder, 130 M bookings, 2025);
# 8 nights for a gîte (Gîtes de France), 6 for a campsite [GK].
HOTEL_NIGHTS = {1: 74.0, 2: 11.5, 3: 7.0, 4: 3.5, 5: 2.0, 7: 2.0}
RENTAL_NIGHTS = {7: 86.0, 14: 14.0}
CAMPING_NIGHTS = {7: 80.0, 2: 20.0}

# Persons of a booking: 1.8 in hotels, 3 on campsites [GK]: (adults, ages of children).
Party = tuple[int, tuple[int, ...]]
HOTEL_PARTIES: Mapping[Party, float] = {(1, ()): 35.0, (2, ()): 50.0, (2, (8,)): 15.0}
FAMILY_PARTIES: Mapping[Party, float] = {(2, ()): 40.0, (2, (9,)): 20.0, (2, (6, 10)): 40.0}

# Days from booking to arrival, Weibull (scale, shape): hotels median 12, mean 32, p90 85; summer
# rentals median 110, campsites 120 [GK, calibrated on the world's mean of 32 days].
HOTEL_LEAD = (21.8, 0.613)
RENTAL_LEAD = (138.0, 1.6)
CAMPING_LEAD = (151.0, 1.6)

# Availability requests for each booking.
SESSION_LOOKS = 100
"""A person's session: 20 to 100 (Triometric, Pruvo)."""
DECIDED_LOOKS = 20
B2B_LOOKS = 500
METASEARCH_LOOKS = 20_000
FLASH = 50
"""Searches of a town at an event, times its usual ones (DOMAIN 5.3, L5)."""

# Stays by kind of lodging, millions of bookings a year (DOMAIN 5.4, arithmetic).
BOOKINGS_BY_KIND = {"hotel": 75, "camping": 8, "collective": 8, "rental": 15}


def bookings_per_s(scale: float) -> float:
    """Bookings a second, the mean of the year, of the market's share that `scale` stands for."""
    return BOOKINGS_A_YEAR * SHARE * scale / YEAR_S


def month_factor(month: int) -> float:
    """How a month's bookings (by the day they are made) compare with the mean month's."""
    return BOOKING_MONTHS[month - 1] * 12 / 100


def weekday_factor(weekday: int) -> float:
    """How the guests who arrive on a weekday of the summer compare with the mean day's: rentals
    and campsites on Saturday, the others evenly."""
    kinds = BOOKINGS_BY_KIND
    weekly = kinds["camping"] + kinds["rental"] + kinds["collective"]
    return (kinds["hotel"] + weekly * CAMPING_ARRIVALS[weekday] * 7 / 100) / sum(kinds.values())


def arrivals_per_s(scale: float, month: int, weekday: int, hours: float) -> float:
    """Guests' arrivals a second on a day whose arrivals all fall into some hours."""
    year = BOOKINGS_A_YEAR * SHARE * scale
    day = year * STAY_MONTHS[month - 1] / 100 / 31 * weekday_factor(weekday)
    return day / (hours * 3600)


def draw_lead(pick: random.Random, lead: tuple[float, float]) -> int:
    """Whole days from booking to arrival."""
    scale, shape = lead
    return int(scale * (-math.log(1 - pick.random())) ** (1 / shape))


def draw_of(pick: random.Random, weights: Mapping[int, float] | Sequence[float]) -> int:
    """One of the numbers by their weights; of a sequence, an index."""
    table = weights if isinstance(weights, Mapping) else dict(enumerate(weights))
    return pick.choices(list(table), list(table.values()))[0]


def draw_party(pick: random.Random, parties: Mapping[Party, float]) -> Party:
    return pick.choices(list(parties), list(parties.values()))[0]
