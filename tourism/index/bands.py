"""How many houses have which price: ranges of round totals that a traveller can choose."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np

from tourism.index.models import PriceBand

BANDS = 8


def bands_of(totals: Sequence[int] | Any) -> tuple[PriceBand, ...]:
    """The ranges of all-in totals (cents), cheapest first, at most eight: each as wide as the
    others, a round number of euros, so wide that seven hold nine of ten houses; the last has no end
    where eight do not hold all. A total on a border is counted on both sides, as either choice
    would leave it. None where there is nothing to choose: fewer than two ranges."""
    ordered = np.sort(np.asarray(totals, np.int64))
    if not len(ordered):
        return ()
    least, usual, most = (int(ordered[at]) for at in (0, (len(ordered) - 1) * 9 // 10, -1))
    step = next(one for one in _steps() if usual <= least // one * one + (BANDS - 1) * one)
    first = least // step * step
    many = -(-(most - first) // step)
    is_open = many > BANDS
    if is_open:
        many = max(-(-(usual - first) // step), 1) + 1
    if many < 2:
        return ()
    lows = first + step * np.arange(many)
    highs = lows + step
    ends: list[int | None] = [*highs.tolist()]
    if is_open:
        highs[-1], ends[-1] = most, None
    counts = ordered.searchsorted(highs, "right") - ordered.searchsorted(lows, "left")
    return tuple(
        PriceBand(low_cents=low, high_cents=high, count=houses)
        for low, high, houses in zip(lows.tolist(), ends, counts.tolist(), strict=True)
    )


def _steps() -> Iterator[int]:
    """10, 20, 25, 50, 100, 200 … euros."""
    return (ten * 10**power for power in count() for ten in (1_000, 2_000, 2_500, 5_000))
