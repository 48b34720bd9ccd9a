"""How many houses each choice would leave, by its name."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from tourism.index.models import Facets
from tourism.lodging.models import ACCESSIBILITY, AMENITIES
from tourism.nights.codes import GROUPS, KINDS, MEALS
from tourism.reckoning.judging import FREE_AT, INSTANT_AT, PLANES_AT, STARS_AT

T = TypeVar("T")


def facets_of(counts: Any) -> Facets:
    """The counts of `reckoning.judging.count_choices`."""
    every: list[int] = counts.tolist()
    planes = every[PLANES_AT:FREE_AT]
    return Facets(
        kinds=dict(_of("kinds", planes, KINDS)),
        stars={n: every[STARS_AT + n] for n in range(5, 0, -1) if every[STARS_AT + n]},
        amenities=dict(_of("amenities", planes, AMENITIES)),
        accessibility=dict(_of("accessibility", planes, ACCESSIBILITY)),
        pets=planes[GROUPS["pets"].start],
        meal_plans=dict(_of("meals", planes, MEALS)),
        free_cancellation=every[FREE_AT],
        instant=every[INSTANT_AT],
    )


def _of(name: str, planes: Sequence[int], choices: Sequence[T]) -> Iterator[tuple[T, int]]:
    """Each choice of a group that some have."""
    for choice, many in zip(choices, planes[GROUPS[name]], strict=True):
        if many:
            yield choice, many
