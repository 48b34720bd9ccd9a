"""Every way to spread a party over its rooms, told plainly: what `rates.divisions` must equal."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from tourism.rates.models import RoomParty

Counts = tuple[tuple[int, int], ...]


@lru_cache(maxsize=10_000)
def ways_of(parties: tuple[RoomParty, ...]) -> list[list[RoomParty]]:
    """The even one, which is given, then the others from the nearest to even on: by the sum of the
    squares of the rooms' persons, then of their adults, then of their children."""
    persons = sum(party.persons for party in parties)
    if len(parties) not in {2, 3} or persons > 30:
        return [list(parties)]
    ages = sorted(age for party in parties for age in party.child_ages)
    every: set[Counts] = set()
    for grown in _sums(sum(party.adults for party in parties), len(parties), 1):
        for young in _sums(len(ages), len(parties), 0):
            every.add(_sorted(list(zip(grown, young, strict=True))))
    every.remove(_sorted([(party.adults, len(party.child_ages)) for party in parties]))
    others = sorted((*_squares(way), way) for way in every)
    return [list(parties), *([*_people(way, ages)] for *_, way in others[:39])]


def _sums(total: int, rooms: int, least: int) -> list[tuple[int, ...]]:
    return [way for way in product(range(least, total + 1), repeat=rooms) if sum(way) == total]


def _sorted(rooms: list[tuple[int, int]]) -> Counts:
    """The room of the most persons first, of equals that of the most adults."""
    return tuple(sorted(rooms, key=lambda room: (sum(room), room[0]), reverse=True))


def _squares(way: Counts) -> tuple[int, int, int]:
    persons = sum((adults + children) ** 2 for adults, children in way)
    return persons, sum(adults**2 for adults, _ in way), sum(young**2 for _, young in way)


def _people(way: Counts, ages: Sequence[int]) -> list[RoomParty]:
    """The youngest first beside the fewest persons, of equals in the first room."""
    rooms = [RoomParty(adults=adults) for adults, _ in way]
    for age in ages:
        open_rooms = [n for n, room in enumerate(rooms) if len(room.child_ages) < way[n][1]]
        n = min(open_rooms, key=lambda n: rooms[n].persons)
        rooms[n] = RoomParty(adults=rooms[n].adults, child_ages=(*rooms[n].child_ages, age))
    return rooms
