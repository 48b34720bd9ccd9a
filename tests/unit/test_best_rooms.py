"""Which rooms of a house a party of several is given: the cheapest combination."""

import random
from collections import Counter
from itertools import product

import msgspec
import pytest

from tests.unit.shelves import NOW, PLAN, ROOM, TODAY, make_shelf
from tourism.offers import cheapest
from tourism.offers.models import RoomRow, Shelf, Stay
from tourism.rates import distribute, divisions, fits
from tourism.rates.models import RoomParty

NIGHT = Stay(arrival=TODAY.replace(day=5), departure=TODAY.replace(day=6))
FAMILY, COUPLE = RoomParty(adults=1, child_ages=(4, 6)), RoomParty(adults=2)


def house(*types: tuple[RoomRow, int, int]) -> Shelf:
    """A house of types, each with the price of a night and the units that are left."""
    shelf, nights = make_shelf(), {}
    for room, cents, left in types:
        nights[room.room_type] = {
            on: msgspec.structs.replace(night, price_cents=cents, units_left=left)
            for on, night in shelf.nights[10].items()
        }
    rooms = [room for room, _, _ in types]
    return msgspec.structs.replace(shelf, rooms=rooms, nights=nights)


def room(number: int, adults: int, children: int) -> RoomRow:
    most = adults + children
    return msgspec.structs.replace(
        ROOM, room_type=number, code=f"type{number}", occupancy_standard=most,
        occupancy_max=most, adults_max=adults, children_max=children,
    )  # fmt: skip


def given(shelf: Shelf, *parties: RoomParty) -> list[int]:
    found = cheapest(shelf, NIGHT, parties, NOW)
    return [] if found is None else [one.room_type for one in found.rooms]


def test_the_largest_room_leaves_the_cheap_type_to_who_fits_no_other() -> None:
    shelf = house((room(1, 2, 2), 10_000, 1), (room(2, 1, 2), 11_000, 1))
    assert given(shelf, FAMILY, COUPLE) == [2, 1]
    assert given(shelf, COUPLE, FAMILY) == [1, 2]


def test_the_cheapest_together_is_not_the_cheapest_one_by_one() -> None:
    """The family saves little by the last of the cheap type, the couple much."""
    shelf = house(
        (room(1, 2, 2), 10_000, 1), (room(2, 1, 2), 10_500, 1), (room(3, 2, 0), 30_000, 1)
    )
    assert given(shelf, FAMILY, COUPLE) == [2, 1]


def test_of_equals_the_first_in_the_house_order_is_taken() -> None:
    shelf = house((room(2, 2, 2), 10_000, 1), (room(1, 2, 2), 10_000, 2))
    assert given(shelf, COUPLE, FAMILY) == [1, 2]
    assert given(shelf, COUPLE, COUPLE) == [2, 1]


def test_a_party_that_no_combination_lodges_is_not_sold() -> None:
    shelf = house((room(1, 2, 1), 10_000, 1), (room(2, 1, 0), 5_000, 3))
    assert given(shelf, FAMILY, COUPLE) == []


def spread(shelf: Shelf, adults: int, rooms: int, ages: tuple[int, ...] = ()) -> list[str]:
    """Who sleeps where, as `TYPE: ADULTS+CHILDREN`."""
    found = cheapest(shelf, NIGHT, distribute(adults, ages, rooms), NOW)
    return [
        f"{one.room_type}: {one.party.adults}+{len(one.party.child_ages)}"
        for one in (found.rooms if found else ())
    ]


TRIPLE, DOUBLE, SINGLE = room(3, 3, 2), room(2, 2, 0), room(1, 1, 0)


def test_a_house_of_a_triple_and_a_single_lodges_four() -> None:
    shelf = house((TRIPLE, 12_000, 1), (SINGLE, 5_000, 1))
    assert spread(shelf, 4, 2) == ["3: 3+0", "1: 1+0"]
    assert spread(shelf, 5, 2) == []
    assert spread(shelf, 3, 2, (4, 9)) == ["3: 2+2", "1: 1+0"]


def test_a_party_is_spread_evenly_where_the_house_can_though_it_costs_more() -> None:
    shelf = house((TRIPLE, 12_000, 1), (SINGLE, 5_000, 1), (DOUBLE, 20_000, 1))
    assert spread(shelf, 4, 2) == ["3: 2+0", "2: 2+0"]
    assert spread(shelf, 6, 3) == ["3: 3+0", "2: 2+0", "1: 1+0"]


def test_rooms_that_are_gone_are_looked_past_as_rooms_that_are_too_small() -> None:
    full = house((TRIPLE, 12_000, 1), (SINGLE, 5_000, 1), (DOUBLE, 20_000, 0))
    assert spread(full, 4, 2) == ["3: 3+0", "1: 1+0"]


def test_more_than_three_rooms_are_filled_evenly_or_not_at_all() -> None:
    shelf = house((TRIPLE, 12_000, 2), (SINGLE, 5_000, 2))
    assert spread(shelf, 8, 4) == []
    assert spread(shelf, 4, 4) == ["1: 1+0", "1: 1+0", "3: 1+0", "3: 1+0"]


def test_no_child_sleeps_in_a_room_without_an_adult() -> None:
    shelf = house((room(4, 2, 0), 12_000, 1), (room(5, 0, 2), 5_000, 1))
    assert spread(shelf, 2, 2, (4, 9)) == []


@pytest.mark.parametrize("seed", range(80))
def test_no_combination_is_cheaper(seed: int) -> None:
    """Of the way that is the nearest to even of those that have any."""
    pick = random.Random(seed)
    types = [
        (
            msgspec.structs.replace(
                room(n, pick.randint(1, 4), pick.randint(0, 3)),
                occupancy_standard=pick.randint(1, 5),
            ),
            pick.randint(20, 120) * 100,
            pick.choice((1, 1, 2)),
        )
        for n in range(pick.randint(3, 6))
    ]  # fmt: skip
    parties = [
        RoomParty(adults=pick.randint(1, 3), child_ages=tuple([4] * pick.randint(0, 2)))
        for _ in range(pick.randint(2, 3))
    ]
    dear = msgspec.structs.replace(PLAN, supplement_adult_cents=4_500, supplement_child_cents=1_500)

    def let(*of: tuple[RoomRow, int, int]) -> Shelf:
        return msgspec.structs.replace(house(*of), plans=[dear])

    shelf = let(*types)
    best = cheapest(shelf, NIGHT, parties, NOW)
    ways = divisions(tuple(parties))
    alone = {
        (n, party): cheapest(let(types[n]), NIGHT, [party], NOW)
        for n in range(len(types))
        for party in {party for way in ways for party in way}
        if fits(party, types[n][0].occupancy_max, types[n][0].adults_max, types[n][0].children_max)
    }
    of_ways = [
        [
            sum(one.total_cents for one in priced if one is not None)
            for way in product(range(len(types)), repeat=len(parties))
            if all(many <= types[n][2] for n, many in Counter(way).items())
            and all(priced := [alone.get(pair) for pair in zip(way, persons, strict=True)])
        ]
        for persons in ways
    ]
    first = next((totals for totals in of_ways if totals), [])
    assert (None if best is None else best.total_cents) == min(first, default=None)
