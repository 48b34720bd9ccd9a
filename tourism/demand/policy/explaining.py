"""What a search meant for a house that it did not find: lost to which of its restrictions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from hub.core.clock import local_date
from tourism.demand.models import NIGHTS_TOLD, Asked, Cell, Outcome
from tourism.lodging.policy.registration import nights_by_year
from tourism.offers.models import RoomRow, Shelf, Stay
from tourism.rates.models import Night, Obstacle, RatePlan, RoomParty
from tourism.rates.policy import divisions, fits
from tourism.rates.policy.restrictions import nearness, shortest_stay
from tourism.rates.policy.sales import HouseRates

Reason = tuple[Obstacle, int]


def nights_told(nights: int) -> int:
    """The length that a search counts under."""
    return max(told for told in NIGHTS_TOLD if told <= max(nights, 1))


def explain(shelf: Shelf, stay: Stay, parties: Sequence[RoomParty], now: datetime) -> list[Reason]:
    """Why a house that does not sell a stay to a party (`offers.sells`) does not, by its nearest
    room type and plan; nothing when it sells nothing at all, or nothing of that day any more, and
    so has lost nothing."""
    zone = shelf.house.zone
    if not shelf.rooms or not shelf.plans or stay.arrival < local_date(now, zone):
        return []
    left = _nights_left(shelf, stay)
    if left is not None and stay.nights > left:
        return [(Obstacle.NIGHTS_LIMIT, max(left, 0))]
    division = _housed(shelf, parties)
    if division is None:
        return [(Obstacle.TOO_MANY_PERSONS, max(party.persons for party in parties))]
    terms = _terms(shelf, stay)
    tried = [
        (found, room, plan)
        for plan in shelf.plans
        for room in shelf.rooms
        if any(_fits(room, party) for party in division)
        and (found := terms.obstacles(room.room_type, plan, 1, now, zone))
    ]
    if not tried:
        return [(Obstacle.SOLD_OUT, 0)]  # rooms are free, but not enough of them
    obstacles, room, plan = min(tried, key=lambda one: nearness(one[0]))
    return [(obstacle, _needed(obstacle, terms, room, plan)) for obstacle in obstacles]


def _housed(shelf: Shelf, parties: Sequence[RoomParty]) -> Sequence[RoomParty] | None:
    """How the party is spread, as evenly as the house has a room type for each of its rooms."""
    return next(
        (
            division
            for division in divisions(tuple(parties))
            if all(any(_fits(room, party) for room in shelf.rooms) for party in division)
        ),
        None,
    )


def _fits(room: RoomRow, party: RoomParty) -> bool:
    return fits(party, room.occupancy_max, room.adults_max, room.children_max)


def _nights_left(shelf: Shelf, stay: Stay) -> int | None:
    """How long a main residence may still be let for such a stay: over New Year each year's own
    nights count."""
    slept = nights_by_year(stay.arrival, stay.departure)
    return min(
        (
            let.nights_max - let.nights + stay.nights - slept[let.year]
            for let in shelf.let_years
            if let.year in slept
        ),
        default=None,
    )


def _terms(shelf: Shelf, stay: Stay) -> HouseRates:
    return HouseRates(
        arrival=stay.arrival,
        departure=stay.departure,
        plans=tuple(shelf.plans),
        nights={
            room.room_type: tuple(
                night
                for on, night in sorted(shelf.nights.get(room.room_type, {}).items())
                if stay.arrival <= on <= stay.departure
            )
            for room in shelf.rooms
        },
        overlays=tuple(one for one in shelf.overlays if stay.arrival <= one.on <= stay.departure),
    )


def _needed(obstacle: Obstacle, terms: HouseRates, room: RoomRow, plan: RatePlan) -> int:
    slept, _ = terms.sold_nights(room.room_type, plan)
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
