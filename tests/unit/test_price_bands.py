"""How many houses have which price: round ranges that a traveller can choose."""

import random
from itertools import pairwise

import pytest

from tourism.index import PriceBand, bands_of


def left(totals: list[int], band: PriceBand) -> int:
    """What the choice of a range leaves, as the filter of the price says."""
    high = band.high_cents
    return sum(band.low_cents <= one and (high is None or one <= high) for one in totals)


@pytest.mark.parametrize("seed", range(40))
def test_ranges_count_what_their_choice_leaves_and_hold_every_total(seed: int) -> None:
    pick = random.Random(seed)
    middle = 10 ** pick.uniform(3, 7)
    totals = [int(middle * pick.lognormvariate(0, 0.6)) for _ in range(pick.choice((2, 9, 400)))]
    bands = bands_of(totals)
    assert len(bands) <= 8
    assert [band.count for band in bands] == [left(totals, band) for band in bands]
    for one in totals if bands else ():
        assert any(left([one], band) for band in bands)
    for band, following in pairwise(bands):
        assert band.high_cents == following.low_cents
        assert band.low_cents % 500 == 0


def test_a_total_on_a_border_is_left_by_both_choices() -> None:
    bands = bands_of([10_000, 11_000, 12_000])
    assert [(b.low_cents, b.high_cents, b.count) for b in bands] == [
        (10_000, 11_000, 2),
        (11_000, 12_000, 2),
    ]


def test_a_few_dear_houses_do_not_press_the_others_together() -> None:
    bands = bands_of([*range(10_000, 30_000, 100), 900_000])
    assert (bands[0].low_cents, bands[-1].high_cents) == (10_000, None)
    assert [(band.low_cents, band.count) for band in bands[-2:]] == [(25_000, 50), (30_000, 1)]


@pytest.mark.parametrize("totals", [[], [12_345], [12_345] * 5])
def test_without_a_choice_there_are_no_ranges(totals: list[int]) -> None:
    assert bands_of(totals) == ()
