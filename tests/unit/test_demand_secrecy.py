"""What may be told of areas: no sum or difference of told numbers reveals a secret one."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from tourism.demand.models import KEPT_DAYS, DepartmentSearches, Level, ToldArea
from tourism.demand.policy.months import finished_months, last_day
from tourism.demand.policy.secrecy import choose_told, may_be_told, tell_areas

SOUTH, NORTH = ("94", "2A"), ("94", "2B")


def parts(*searches: int, of: str = "e") -> dict[str, int]:
    return {f"{of}{place}": many for place, many in enumerate(searches)}


@pytest.mark.parametrize(
    ("searches", "told"),
    [
        pytest.param((100, 80, 60), True, id="SS-1 three enterprises"),
        pytest.param((100, 80), False, id="SS-2 two"),
        pytest.param((860, 70, 70), False, id="SS-3 dominated"),
        pytest.param((850, 75, 75), True, id="SS-4 exactly 85 %"),
        pytest.param((100, 80, 0), False, id="SS-8 one without a search"),
        pytest.param((4, 3, 3), False, id="ten searches"),
        pytest.param((4, 4, 3), True, id="eleven searches"),
        pytest.param((), False, id="nothing"),
    ],
)
def test_a_number_is_told_of_three_enterprises_of_which_none_dominates(searches, told) -> None:
    assert may_be_told(parts(*searches)) == told


def rows(outcome: str, areas: dict[tuple[str, str], dict[str, int]]) -> list[DepartmentSearches]:
    return [
        DepartmentSearches(
            region=region,
            department=department,
            outcome=outcome,
            enterprises=tuple(shares),
            searches=tuple(shares.values()),
        )
        for (region, department), shares in areas.items()
    ]


def numbers(told: list[ToldArea]) -> dict[str, int | None]:
    return {one.area: one.lost for one in told}


def test_a_region_does_not_tell_its_secret_department() -> None:
    """2A is secret, and so is another department elsewhere: of the departments two are withheld,
    and Corse less 2B is still 2A."""
    areas = {
        SOUTH: parts(30, 2),
        NORTH: parts(20, 20, 20, of="n"),
        ("76", "48"): parts(9, of="l"),
        ("76", "30"): parts(90, 80, 70, of="g"),
        ("76", "34"): parts(60, 50, 40, of="h"),
    }
    lost = numbers(tell_areas(rows("lost", areas)))
    assert (lost["2A"], lost["48"]) == (None, None)
    assert lost["94"] is None or lost["2B"] is None
    assert lost["76"] is None or None in {lost["30"], lost["34"]}
    assert {name for name, many in lost.items() if many is not None} >= {"30"}


def test_houses_of_one_enterprise_are_one() -> None:
    """SS-5: three houses, two of them of one SIREN. Over departments as well: 2A and 2B together
    are of two enterprises."""
    areas = {SOUTH: {"chain": 50, "inn": 40}, NORTH: {"chain": 30, "inn": 30}}
    assert set(numbers(tell_areas(rows("lost", areas))).values()) == {None}


def test_what_is_left_of_a_region_may_not_be_told_by_two_departments_either() -> None:
    """Three departments are withheld for themselves: together they are one enterprise's."""
    chain = {"chain": 50}
    areas = {
        ("94", "2A"): chain,
        ("94", "2B"): chain,
        ("94", "2C"): chain,
        ("94", "2D"): parts(20, 20, 20),
        ("94", "2E"): parts(30, 20, 20, of="f"),
    }
    lost = numbers(tell_areas(rows("lost", areas)))
    assert (lost["94"], lost["2D"], lost["2E"]) != (220, 60, 70)
    assert [lost["2A"], lost["2B"], lost["2C"]] == [None] * 3


def test_what_happened_nowhere_is_none_and_what_stood_in_the_way_has_no_number() -> None:
    houses = {SOUTH: parts(20, 20, 20)}
    counted = [
        *rows("lost", houses),
        *rows("min_stay", {SOUTH: parts(16, 15, 10)}),
        *rows("sold_out", {SOUTH: parts(10, 10, 10)}),
        *rows("closed", {SOUTH: parts(4, 20)}),
    ]
    region, department = tell_areas(counted)
    assert (region.level, department.level) == (Level.REGION, Level.DEPARTMENT)
    assert (department.found, department.lost) == (0, 60)
    assert (department.obstacles, department.over_half) == (("min_stay", "sold_out"), 1)
    dominated = [*rows("lost", {SOUTH: parts(86, 7, 7)}), *counted[1:]]
    assert [(one.lost, one.obstacles) for one in tell_areas(dominated)] == [(None, ())] * 2


Vector = tuple[int, ...]


def span_holds(vectors: list[Vector], sought: Vector) -> bool:
    """Whether additions and subtractions of the vectors, each any number of times, give one."""
    table = [[*map(Fraction, row)] for row in zip(*vectors, sought, strict=True)]
    lead = 0
    for column in range(len(vectors)):
        pivot = next((r for r in range(lead, len(table)) if table[r][column]), None)
        if pivot is None:
            continue
        table[lead], table[pivot] = table[pivot], table[lead]
        table[lead] = [value / table[lead][column] for value in table[lead]]
        for r, row in enumerate(table):
            if r != lead and row[column]:
                table[r] = [a - row[column] * b for a, b in zip(row, table[lead], strict=True)]
        lead += 1
    return not any(row[-1] for row in table[lead:])


def drawn(draw: Random) -> dict[tuple[str, str], dict[str, int]]:
    """Up to six departments in up to three regions, of chains and of houses by themselves, some
    without a search; many numbers are near a bound."""
    areas: dict[tuple[str, str], dict[str, int]] = {}
    for number in range(draw.randint(1, 6)):
        names = [f"chain{n}" for n in range(3)] + [f"{number}-{n}" for n in range(3)]
        chosen = draw.sample(names, draw.randint(1, 5))
        size = draw.choice([3, 8, 40])
        areas[f"r{draw.randint(0, 2)}", f"d{number}"] = {
            name: draw.choice([0, 1, size, size, size * draw.choice([1, 12])]) for name in chosen
        }
    return areas


@pytest.mark.parametrize("seed", range(120))
def test_no_sum_or_difference_of_told_numbers_is_a_secret(seed: int) -> None:
    """Every set of departments: what their numbers add up to is told by the told ones (all of their
    sums and differences, each any number of times) only where it may be told itself."""
    areas = drawn(Random(seed))
    leaves = list(areas)
    told = choose_told(areas)
    # The country's number is not shown, and counts as known where it may be.
    known = [tuple(int(leaf[: len(path)] == path) for leaf in leaves) for path in told]
    for wanted in product((0, 1), repeat=len(leaves)):
        together: dict[str, int] = {}
        for leaf, within in zip(leaves, wanted, strict=True):
            for name, many in areas[leaf].items():
                together[name] = together.get(name, 0) + many * within
        if any(together.values()) and not may_be_told(together):
            assert not span_holds(known, wanted), (wanted, told, areas)


@pytest.mark.parametrize("seed", range(40))
def test_told_numbers_and_their_signs_tried_one_by_one(seed: int) -> None:
    """The same with the numbers as they are shown: no combination of them, each added, subtracted
    or left out, is made of exactly the departments of a secret number."""
    areas = drawn(Random(seed))
    leaves = list(areas)
    shown = [one for one in tell_areas(rows("lost", areas)) if one.lost is not None]
    depth = {Level.REGION: 1, Level.DEPARTMENT: 2}
    paths = [next(leaf[: depth[one.level]] for leaf in leaves if one.area in leaf) for one in shown]
    for signs in product((-1, 0, 1), repeat=min(len(shown), 7)):
        counts = [
            sum(sign for sign, path in zip(signs, paths, strict=False) if leaf[: len(path)] == path)
            for leaf in leaves
        ]
        if not any(counts) or set(counts) - {0, 1}:
            continue
        together: dict[str, int] = {}
        for leaf, within in zip(leaves, counts, strict=True):
            for name, many in areas[leaf].items():
                together[name] = together.get(name, 0) + many * within
        assert may_be_told(together) or not any(together.values())


def test_months_are_told_whole_and_before_any_of_their_days_is_forgotten() -> None:
    for today in (date(2026, 1, 1) + timedelta(days=n) for n in range(1500)):
        months = finished_months(today)
        assert len(months) == 12 == len(set(months))
        assert {month.day for month in months} == {1}
        assert last_day(months[-1]) + timedelta(days=1) < today, "late searches are counted"
        assert months[0] >= today - timedelta(days=KEPT_DAYS), "nothing is forgotten yet"
    assert finished_months(date(2027, 3, 1))[-1] == date(2027, 1, 1)
    assert finished_months(date(2027, 3, 2))[-1] == date(2027, 2, 1)
    assert last_day(date(2028, 2, 1)) == date(2028, 2, 29)
