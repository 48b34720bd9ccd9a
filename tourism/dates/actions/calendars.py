"""Price calendars: the cheapest all-in total of each arrival, or of each departure after one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from hub.core.clock import local_date
from hub.core.db import Reads
from hub.territory import earliest_today
from tourism import offers, places, rates
from tourism.dates.models import NearStay, PriceCalendar
from tourism.dates.policy import flexible
from tourism.index import Area, Ask, CalendarAsk, Wants
from tourism.offers.models import DayOffer, Refusal, Stay
from tourism.search.actions.engines import Engine, stretch_of
from tourism.search.actions.searching import PARIS, check_dates
from tourism.search.errors import PropertyUnknown
from tourism.search.models import Party, Search
from tourism.search.policy import rules

MOST_DEPARTURES = 14
MOST_REASONS = 3
MOST_APART = 2  # days between the first and the last zone


async def area_calendar(
    engine: Engine,
    reads: Reads,
    place: str,
    radius_km: float | None,
    *,
    first: date | None,
    days: int,
    nights: int,
    party: Party,
    now: datetime,
    wants: Wants | None = None,
) -> PriceCalendar:
    """The cheapest total of a place for each arrival day. Raises `SearchInvalid`,
    `PlaceInvalid` or `PlaceUnknown`."""
    rules.check_party(party)
    rules.check_nights(nights)
    area = await places.find_area(reads, place, radius_km)
    start, days = rules.days_of_calendar(
        first, days, nights, local_date(now, PARIS), earliest_today(now)
    )
    return await _ask_calendar(
        engine,
        stretch_of(area),
        start,
        days,
        nights,
        party,
        now,
        wants or Wants(),
    )


async def _ask_calendar(
    engine: Engine,
    area: Area,
    first: date,
    days: int,
    nights: int,
    party: Party,
    now: datetime,
    wants: Wants,
) -> PriceCalendar:
    ask = CalendarAsk(
        area=area,
        first=first,
        days=days,
        nights=nights,
        parties=rates.distribute(party.adults, party.child_ages, party.rooms),
        now=now,
        wants=wants,
    )
    found = await engine.calendar(ask)
    return PriceCalendar(
        nights=nights,
        days=tuple(
            DayOffer(on=day.on, total_cents=day.total_cents, houses=day.houses) for day in found
        ),
    )


async def house_calendar(
    reads: Reads,
    property: int,
    *,
    first: date | None,
    days: int,
    nights: int,
    party: Party,
    now: datetime,
) -> PriceCalendar:
    """The cheapest total of a house for each arrival day, or why there is none. Raises
    `SearchInvalid` or `PropertyUnknown`."""
    rules.check_party(party)
    rules.check_nights(nights)
    start, days = rules.days_of_calendar(first, days, nights, earliest_today(now))
    last = start + timedelta(days=days + nights + 1 + MOST_APART)
    shelf = await _shelf(reads, property, start, last)
    start = max(start, local_date(now, shelf.house.zone))
    parties = rates.distribute(party.adults, party.child_ages, party.rooms)
    return PriceCalendar(
        nights=nights,
        days=tuple(offers.cheapest_by_day(shelf, start, days, nights, parties, now)),
    )


async def house_departures(
    reads: Reads,
    property: int,
    arrival: date,
    party: Party,
    now: datetime,
    *,
    most: int = MOST_DEPARTURES,
) -> Sequence[DayOffer]:
    """The total of each departure after an arrival, of two weeks unless told, or why there is
    none. Raises `SearchInvalid` or `PropertyUnknown`."""
    _check_arrival(arrival, party, now)
    last = arrival + timedelta(days=most + 2)
    shelf = await _shelf(reads, property, arrival, last)
    parties = rates.distribute(party.adults, party.child_ages, party.rooms)
    return offers.departures_of(shelf, arrival, most, parties, now)


async def area_departures(
    engine: Engine,
    reads: Reads,
    place: str,
    radius_km: float | None,
    arrival: date,
    party: Party,
    now: datetime,
    *,
    wants: Wants | None = None,
    most: int = MOST_DEPARTURES,
) -> Sequence[DayOffer]:
    """The cheapest total of a place for each departure after an arrival, of two weeks unless told;
    empty when only the index could say and it is not there. Of the first three days without a total
    also what stands most often in the way, where it is not what is wanted. Never more departures
    than a stay may have nights; without the index, the houses of the place are read once."""
    most = min(most, rules.MAX_NIGHTS)
    _check_arrival(arrival, party, now)
    area = stretch_of(await places.find_area(reads, place, radius_km))
    found: list[DayOffer] = []
    told = 0
    for nights in range(1, most + 1):
        one = await _ask_calendar(engine, area, arrival, 1, nights, party, now, wants or Wants())
        if not one.days:
            return ()
        refusal = None
        if one.days[0].total_cents is None and told < MOST_REASONS:
            told += 1
            refusal = await _commonest(engine, area, rules.stay_of(arrival, nights), party, now)
        on = arrival + timedelta(days=nights)
        found.append(msgspec.structs.replace(one.days[0], on=on, refusal=refusal))
    return found


async def _commonest(
    engine: Engine, area: Area, stay: Stay, party: Party, now: datetime
) -> Refusal | None:
    """What stands in the way of the most houses of an area; None where any can be sold."""
    found = await engine.find_obstacles(
        Ask(
            area=area,
            arrival=stay.arrival,
            nights=stay.nights,
            parties=rates.distribute(party.adults, party.child_ages, party.rooms),
            now=now,
        )
    )
    return Refusal(obstacles=(max(found, key=lambda one: found[one]),)) if found else None


async def near_stays(
    engine: Engine, reads: Reads, search: Search, now: datetime
) -> tuple[NearStay, ...]:
    """The cheapest total of every stay that begins and ends at most three days from a wanted one;
    empty when only the index could say and it is not there. Raises as `area_calendar`."""
    rules.check_party(search.party)
    area = stretch_of(await places.find_area(reads, search.place, search.radius_km))
    found: list[NearStay] = []
    today = min(local_date(now, PARIS), search.stay.arrival)
    for nights, first, days in flexible.rows(search.stay, today):
        one = await _ask_calendar(
            engine, area, first, days, nights, search.party, now, search.wants
        )
        if not one.days:
            return ()
        found += (
            NearStay(
                arrival=day.on,
                departure=day.on + timedelta(days=nights),
                total_cents=day.total_cents,
            )
            for day in one.days
        )
    return tuple(found)


def _check_arrival(arrival: date, party: Party, now: datetime) -> None:
    """Raise `SearchInvalid` for an arrival that no stay can begin with."""
    check_dates(rules.stay_of(arrival, 1), now)
    rules.check_party(party)


async def _shelf(reads: Reads, property: int, first: date, last: date) -> offers.Shelf:
    shelf = await offers.load_shelf(reads, property, first, last)
    if shelf is None:
        raise PropertyUnknown("It may have left the registry.")
    return shelf
