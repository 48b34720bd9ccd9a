"""One house for a stay: what its room types offer, or what stands in the way."""

from collections.abc import Sequence

import numpy as np

from tourism.index.engine import BIG, Houses, Inquiry, Pairs
from tourism.index.generation import Generation
from tourism.index.lanes import BIT, Lanes
from tourism.index.models import OBSTACLES, Ask, Offer, RoomCheck
from tourism.index.offers import offers_of
from tourism.index.scan import standing
from tourism.nights.layout import Ints, Tables
from tourism.rates.models import Obstacle, RoomParty
from tourism.rates.policy import fits


def check_house(generation: Generation, ask: Ask) -> tuple[RoomCheck, ...]:
    """Every room type of a house. Raises `AskInvalid`."""
    tables = generation.tables
    inquiry = Inquiry(tables, generation.taxing, generation.zones, ask)
    columns = standing(tables, generation.atlas.find(ask.area))
    if not len(columns):
        return ()
    number = int(tables.house[columns[0]])
    return tuple(
        _check_room(generation, inquiry, number, int(column))
        for column in columns
        if tables.house[column] == number
    )


def _check_room(generation: Generation, inquiry: Inquiry, number: int, column: int) -> RoomCheck:
    """A room type under every plan, all rooms of the party of this type."""
    tables, parties = generation.tables, inquiry.parties
    reference = int(tables.houses["plans"][number])
    slots = np.arange(reference & 0xFF) + (reference >> 8 & 0xFFFFFF)
    lanes = Lanes(np.full(len(slots), column), slots)
    found = inquiry.desk.obstacles(lanes, len(parties)) | _plan_bits(inquiry, number, slots)
    if not _fits(tables, column, parties):
        found |= BIT[Obstacle.TOO_MANY_PERSONS]
    year = inquiry.ask.arrival.year - tables["let_year"]
    if 0 <= year < 3 and tables.houses["lets"][number, year] < inquiry.ask.nights:
        found |= BIT[Obstacle.NIGHTS_LIMIT]
    good = np.flatnonzero(found == 0)
    offers = _offers(generation, inquiry, number, column, slots[good])
    nearest = int(found[np.argmin(np.bitwise_count(found))]) if len(found) else BIT[Obstacle.CLOSED]
    rooms = {room.id: room for room in generation.card(number).rooms}
    return RoomCheck(
        room=rooms[int(tables.room_type[column])],
        units_left=max(int(inquiry.left(np.array([column]))[0]), 0),
        offers=tuple(sorted(offers, key=lambda offer: offer.total_cents)),
        obstacles=() if offers else tuple(o for o in OBSTACLES if nearest & BIT[o]),
        min_stay=int(inquiry.desk.shortest(lanes).max()) if len(slots) else 1,
    )


def _fits(tables: Tables, column: int, parties: Sequence[RoomParty]) -> bool:
    limits = tables.occupancy_max, tables.adults_max, tables.children_max
    most, adults, children = (int(grid[column]) for grid in limits)
    return all(fits(party, most, adults, children) for party in parties)


def _plan_bits(inquiry: Inquiry, number: int, slots: Ints) -> Ints:
    zones = np.full(len(slots), inquiry.tables.house_zone[number])
    late, early, outside = inquiry.moment.windows(
        inquiry.tables.plans, slots, zones, inquiry.ask.nights
    )
    return (
        late * BIT[Obstacle.TOO_LATE]
        | early * BIT[Obstacle.TOO_EARLY]
        | outside * BIT[Obstacle.OUTSIDE_WINDOW]
    )


def _offers(
    generation: Generation, inquiry: Inquiry, number: int, column: int, slots: Ints
) -> list[Offer]:
    """What all rooms of one type cost under some plans."""
    if not len(slots):
        return []
    one = Houses(
        np.array([number]), np.array([0]), np.array([1]), np.array([column]), np.array([0])
    )
    pairs = Pairs(np.zeros(len(slots), np.int64), slots, np.array([0]), np.array([0]))
    best = inquiry.best_of(one, pairs, np.arange(len(slots)))
    good = np.flatnonzero(best.total < BIG)
    return offers_of(generation, inquiry, np.full(len(good), number), best, good)
