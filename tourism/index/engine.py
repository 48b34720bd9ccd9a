"""A question in the numbers that the compiled passes of `tourism.reckoning` take."""

from datetime import date
from functools import lru_cache

import numpy as np

from tourism.index.errors import AskInvalid
from tourism.index.generation import Generation
from tourism.index.models import MAX_NIGHTS, MAX_ROOMS, SPREAD_HOUSES, Ask, Order, Wants
from tourism.lodging.models import ACCESSIBILITY, AMENITIES
from tourism.nights import DAYS
from tourism.nights.codes import KINDS, MEALS, bits_of
from tourism.nights.layout import Tables
from tourism.rates.models import RoomParty
from tourism.rates.policy import divisions
from tourism.reckoning import question as numbers
from tourism.reckoning.sections import Array

NO_ROOM = "From one to nine rooms, with an adult in each."
NO_NIGHTS = "A stay has one night or more, within the days that are kept."
NO_AGE = "A child is 0 to 17 years old."
ORDERS = {
    Order.PRICE: numbers.BY_PRICE,
    Order.DISTANCE: numbers.BY_DISTANCE,
    Order.STARS: numbers.BY_STARS,
    Order.BALANCED: numbers.BALANCED,
}
NONE_OF_THEM = 1 << 62
NOWHERE = (float("nan"), float("nan"))


class Inquiry:
    """One stay of one party at one instant, over one generation. Raises `AskInvalid`."""

    def __init__(self, generation: Generation, ask: Ask) -> None:
        if ask.order is Order.DISTANCE and ask.centre is None:
            raise AskInvalid("Distances need a centre.", field="sort")
        self.stay = stay_of(generation.tables, ask.arrival, ask.nights)
        self.guests = guests_of(ask.parties)
        arrival = self.stay.arrival
        self.instant = numbers.Instant(
            generation.zones.at(ask.now, arrival),
            ask.arrival.year - generation.tables["let_year"],
            min(ask.nights, (date(ask.arrival.year + 1, 1, 1) - ask.arrival).days),
        )
        self.taxes = generation.taxing.taxes(arrival, ask.nights)
        self.wanted = wanted_of(ask.wants)
        weights = ask.weights
        lat, lng = ask.centre or NOWHERE
        self.sorting = numbers.Sorting(
            ORDERS[ask.order],
            weights.cents_per_km,
            weights.cents_per_missing_star,
            float(lat),
            float(lng),
            ask.offset,
            ask.limit,
            int(ask.facets),
            SPREAD_HOUSES * ask.spread,
        )


def stay_of(tables: Tables, arrival: date, nights: int) -> numbers.Stay:
    """Raises `AskInvalid` for nights that the index does not hold."""
    first, begins = tables["first_day"], arrival.toordinal()
    if not 1 <= nights <= MAX_NIGHTS or begins < first or begins + nights >= first + DAYS:
        raise AskInvalid(NO_NIGHTS, field="arrival")
    return numbers.Stay(begins, nights, begins % DAYS, (begins + nights) % DAYS)


@lru_cache(maxsize=4_096)
def guests_of(parties: tuple[RoomParty, ...]) -> numbers.Guests:
    """The persons of each room. Raises `AskInvalid` for none, or too many."""
    if not 1 <= len(parties) <= MAX_ROOMS or any(party.adults < 1 for party in parties):
        raise AskInvalid(NO_ROOM, field="rooms")
    if any(not 0 <= age <= 17 for party in parties for age in party.child_ages):
        raise AskInvalid(NO_AGE, field="child_ages")
    every = divisions(parties)
    rooms = [party for division in every for party in division]
    most = max(len(party.child_ages) for party in rooms)
    told = np.zeros((len(every), len(parties), numbers.AGES + most), np.int64)
    for division, of in zip(told, every, strict=True):
        _tell(division, of)
    return numbers.Guests(
        told[0],
        told,
        min(party.adults for party in rooms),
        min(len(party.child_ages) for party in rooms),
    )


def _tell(rooms: Array, parties: tuple[RoomParty, ...]) -> None:
    """Write who sleeps in which room, the room of the most persons first."""
    order = sorted(range(len(parties)), key=lambda place: -parties[place].persons)
    for room, place in zip(rooms, order, strict=True):
        party = parties[place]
        room[numbers.ADULTS], room[numbers.CHILDREN] = party.adults, len(party.child_ages)
        room[numbers.PLACE] = place
        room[numbers.SAME] = order.index(parties.index(party))
        room[numbers.AGES : numbers.AGES + len(party.child_ages)] = party.child_ages


@lru_cache(maxsize=4_096)
def wanted_of(wants: Wants) -> numbers.Wanted:
    low, high = wants.price_min_cents, wants.price_max_cents
    stars = sum({1 << star for star in wants.stars if 0 <= star <= 5})
    return numbers.Wanted(
        bits_of(tuple(wants.kinds), KINDS),
        stars or (NONE_OF_THEM if wants.stars else 0),
        bits_of(wants.amenities, AMENITIES),
        bits_of(wants.accessibility, ACCESSIBILITY),
        int(wants.pets),
        bits_of(tuple(wants.meal_plans), MEALS),
        int(wants.free_cancellation),
        int(wants.instant),
        int(low is not None or high is not None),
        0 if low is None else low,
        numbers.BIG - 1 if high is None else high,
    )
