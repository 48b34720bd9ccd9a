"""How a party is spread over rooms."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product

from tourism.rates.models import RoomParty

MOST_ROOMS, MOST_PERSONS = 3, 30  # that are spread otherwise than evenly
MOST_WAYS = 40
Way = tuple[tuple[int, int], ...]  # adults and children of each room


def distribute(adults: int, child_ages: Sequence[int], rooms: int) -> tuple[RoomParty, ...]:
    """Spread a party over rooms as evenly as possible, an adult in each, children in the order of
    age beside the fewest persons. Fewer adults than rooms is an error of the caller."""
    if not 1 <= rooms <= adults:
        raise ValueError("each room needs an adult")
    share, rest = divmod(adults, rooms)
    grown = [share + (room < rest) for room in range(rooms)]
    return _deal([(many, len(child_ages)) for many in grown], child_ages)


@lru_cache(maxsize=4_096)
def divisions(parties: tuple[RoomParty, ...]) -> tuple[tuple[RoomParty, ...], ...]:
    """The ways to spread a party over its rooms, an adult in each: the even one first, which is
    given (`distribute`), then the nearest to it (`_unevenness`), with children dealt as evenly as
    that way lets. A house sells the first for which it has rooms.

    Over one room or more than three, and of more than thirty persons, a party is spread evenly
    only; of many persons the forty ways nearest to even are tried."""
    persons = sum(party.persons for party in parties)
    if not 1 < len(parties) <= MOST_ROOMS or persons > MOST_PERSONS:
        return (parties,)
    ages = [age for party in parties for age in party.child_ages]
    given = _in_order((party.adults, len(party.child_ages)) for party in parties)
    ways = _ways(sum(party.adults for party in parties), len(ages), len(parties))
    others = [_deal(way, ages) for way in ways if way != given]
    return (parties, *others[: MOST_WAYS - 1])


@lru_cache(maxsize=4_096)
def _ways(adults: int, children: int, rooms: int) -> tuple[Way, ...]:
    """From the nearest to even on."""
    every = {
        _in_order(zip(grown, young, strict=True))
        for grown, young in product(_parts(adults, rooms, 1), _parts(children, rooms, 0))
        if list(grown) == sorted(grown)
    }
    return tuple(sorted(every, key=_unevenness)[:MOST_WAYS])


def _parts(number: int, rooms: int, least: int) -> Iterator[tuple[int, ...]]:
    """Every way to write a number as so many terms of at least 0 or 1, in every order."""
    free = number + (1 - least) * rooms  # terms of at least 1
    for cuts in combinations(range(1, free), rooms - 1):
        ends = (0, *cuts, free)
        yield tuple(ends[n + 1] - ends[n] - 1 + least for n in range(rooms))


def _in_order(rooms: Iterator[tuple[int, int]]) -> Way:
    """The room of the most persons first, of equals that of the most adults."""
    return tuple(sorted(rooms, key=lambda room: (-sum(room), -room[0])))


def _unevenness(way: Way) -> tuple[int, int, int, Way]:
    """How far from even: the squares of the rooms' persons; of equals those of their adults, then
    of their children; then whatever tells two ways apart."""
    return (
        sum((adults + children) ** 2 for adults, children in way),
        sum(adults**2 for adults, _ in way),
        sum(children**2 for _, children in way),
        way,
    )


def _deal(rooms: Sequence[tuple[int, int]], child_ages: Sequence[int]) -> tuple[RoomParty, ...]:
    """The persons of rooms of so many adults and at most so many children: these go, in the order
    of age, beside the fewest persons."""
    dealt: list[list[int]] = [[] for _ in rooms]
    for age in sorted(child_ages):
        free = [n for n, (_, most) in enumerate(rooms) if len(dealt[n]) < most]
        dealt[min(free, key=lambda n: (rooms[n][0] + len(dealt[n]), n))].append(age)
    return tuple(
        RoomParty(adults=adults, child_ages=tuple(ages))
        for (adults, _), ages in zip(rooms, dealt, strict=True)
    )
