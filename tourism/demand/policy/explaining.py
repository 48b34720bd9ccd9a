"""What a search meant for a house: found, or lost to which of its restrictions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tourism.demand.models import (
    NIGHTS_TOLD,
    Asked,
    Cell,
    HouseInArea,
    Outcome,
    RoomOf,
)
from tourism.rates.models import Night, Obstacle, RatePlan, RoomParty
from tourism.rates.policy import fits
from tourism.rates.policy.restrictions import nearness, shortest_stay
from tourism.rates.policy.sales import HouseRates

Reason = tuple[Obstacle, int]


def nights_told(nights: int) -> int:
    """The length that a search counts under."""
    return max(told for told in NIGHTS_TOLD if told <= max(nights, 1))


def explain(
    house: HouseInArea,
    rooms: Sequence[RoomOf],
    terms: HouseRates,
    parties: Sequence[RoomParty],
    now: datetime,
) -> list[Reason] | None:
    """Why a house cannot sell a stay to a party, by its nearest room type and plan; None when it
    can, an empty list when it sells nothing at all and so has lost nothing."""
    if not rooms or not terms.plans:
        return []
    if house.nights_left is not None and (terms.departure - terms.arrival).days > house.nights_left:
        return [(Obstacle.NIGHTS_LIMIT, max(house.nights_left, 0))]
    fitting = [room for room in rooms if any(_fits(room, party) for party in parties)]
    if not all(any(_fits(room, party) for room in rooms) for party in parties):
        return [(Obstacle.TOO_MANY_PERSONS, max(party.persons for party in parties))]
    nearest: tuple[list[Obstacle], RoomOf, RatePlan] | None = None
    for plan in terms.plans:
        open_rooms: list[RoomOf] = []
        for room in fitting:
            found = terms.obstacles(room.id, plan, 1, now, house.zone)
            if not found:
                open_rooms.append(room)
            elif nearest is None or nearness(found) < nearness(nearest[0]):
                nearest = found, room, plan
        if open_rooms and _houses_all(open_rooms, terms, parties):
            return None
    if nearest is None:
        return [(Obstacle.SOLD_OUT, 0)]  # rooms are free, but not enough of them
    obstacles, room, plan = nearest
    return [(obstacle, _needed(obstacle, terms, room, plan)) for obstacle in obstacles]


def _fits(room: RoomOf, party: RoomParty) -> bool:
    return fits(party, room.occupancy_max, room.adults_max, room.children_max)


def _houses_all(rooms: Sequence[RoomOf], terms: HouseRates, parties: Sequence[RoomParty]) -> bool:
    """Whether every party gets a room: the largest first, into the smallest that fits."""
    left = {room.id: _units(terms, room) for room in rooms}
    smallest = sorted(rooms, key=lambda room: room.occupancy_max)
    for party in sorted(parties, key=lambda one: -one.persons):
        room = next((one for one in smallest if left[one.id] > 0 and _fits(one, party)), None)
        if room is None:
            return False
        left[room.id] -= 1
    return True


def _units(terms: HouseRates, room: RoomOf) -> int:
    slept = [night for night in terms.nights.get(room.id, ()) if night.on < terms.departure]
    return min((night.units_left for night in slept), default=0)


def _needed(obstacle: Obstacle, terms: HouseRates, room: RoomOf, plan: RatePlan) -> int:
    slept, _ = terms.sold_nights(room.id, plan)
    windows = plan.details.windows
    known = {
        Obstacle.MIN_STAY: shortest_stay(slept),
        Obstacle.MIN_STAY_THROUGH: shortest_stay(slept),
        Obstacle.MAX_STAY: _longest_stay(slept),
        Obstacle.CLOSED_TO_ARRIVAL: terms.arrival.isoweekday(),
        Obstacle.CLOSED_TO_DEPARTURE: terms.departure.isoweekday(),
        Obstacle.TOO_LATE: windows.min_advance_days or 0,
        Obstacle.TOO_EARLY: windows.max_advance_days or 0,
    }
    return known.get(obstacle, 0)


def _longest_stay(slept: Sequence[Night]) -> int:
    most = [slept[0].max_stay, *(night.max_through for night in slept)] if slept else []
    return min((nights for nights in most if nights > 0), default=0)


def cells_of(
    house: int, asked: Asked, reasons: Sequence[Reason] | None, on: date, searches: int
) -> Iterator[Cell]:
    """A house's cells of a search: found; or lost once, and once for each obstacle."""
    if reasons is not None and not reasons:
        return
    found = [(Outcome.FOUND.value, 0)]
    lost = [(Outcome.LOST.value, 0), *((one.value, needed) for one, needed in reasons or ())]
    for outcome, needed in found if reasons is None else lost:
        yield Cell(
            property=house,
            on=on,
            outcome=outcome,
            nights=nights_told(asked.nights),
            needed=min(needed, 1000),
            month=asked.arrival.replace(day=1),
            searches=searches,
        )
