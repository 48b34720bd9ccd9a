"""What houses and plans have of what is wanted, and how many each choice would leave."""

from collections.abc import Sequence

import msgspec
import numpy as np

from tourism.index.codes import KINDS, MEALS, bits_of
from tourism.index.layout import Bools, Ints, Tables
from tourism.index.models import Facets, Wants
from tourism.index.moments import Moment
from tourism.lodging.models import ACCESSIBILITY, AMENITIES


class Group(msgspec.Struct, frozen=True):
    """Whether some have what is wanted, by what it is about; nothing where nothing is wanted."""

    count: int
    masks: dict[str, Bools]

    def all_but(self, name: str | None = None) -> Bools:
        """Those that have everything wanted, but for what is about one thing."""
        ok = np.ones(self.count, bool)
        for about, mask in self.masks.items():
            if about != name:
                ok &= mask
        return ok


def of_houses(tables: Tables, numbers: Ints, stars: Ints | None, wants: Wants) -> Group:
    """What houses have of what is wanted; their stars are needed where stars are wanted."""
    houses, masks = tables.houses, dict[str, Bools]()
    if wants.kinds:
        masks["kinds"] = np.isin(houses["kind"][numbers], [KINDS.index(k) for k in wants.kinds])
    if wants.stars and stars is not None:
        masks["stars"] = np.isin(stars, wants.stars)
    for name, wanted in (
        ("amenities", bits_of(wants.amenities, AMENITIES)),
        ("accessibility", bits_of(wants.accessibility, ACCESSIBILITY)),
    ):
        if wanted:
            masks[name] = (houses[name][numbers] & wanted) == wanted
    if wants.pets:
        masks["pets"] = houses["pets"][numbers] > 0
    return Group(len(numbers), masks)


def of_plans(tables: Tables, moment: Moment, slots: Ints, zones: Ints, wants: Wants) -> Group:
    """What plans have of what is wanted."""
    masks = dict[str, Bools]()
    if wants.meal_plans:
        wanted = [MEALS.index(meal) for meal in wants.meal_plans]
        masks["meals"] = np.isin(tables.plans["meal"][slots], wanted)
    if wants.free_cancellation:
        masks["free"] = moment.are_free(tables.plans, slots, zones)
    if wants.instant:
        masks["instant"] = tables.plans["on_request"][slots] == 0
    return Group(len(slots), masks)


class Counting(msgspec.Struct, frozen=True):
    """What counts need: the houses' rows and stars, what they and their plans have, and which
    houses can be sold (at a wanted price) under some of their pairs."""

    tables: Tables
    numbers: Ints
    stars: Ints
    having: Group
    plans: Group
    free: Bools
    slots: Ints


def count(c: Counting, sold: "Sold") -> Facets:
    """How many houses each choice would leave."""
    houses, numbers = c.tables.houses, c.numbers
    under_all = sold(c.plans.all_but())
    kinds = np.bincount(
        houses["kind"][numbers[c.having.all_but("kinds") & under_all]], minlength=len(KINDS)
    )
    stars = np.bincount(c.stars[c.having.all_but("stars") & under_all], minlength=6)
    here = c.having.all_but()
    kept = numbers[here & under_all]
    meal_of = c.tables.plans["meal"][c.slots]
    but_meals = c.plans.all_but("meals")
    instant = c.tables.plans["on_request"][c.slots] == 0
    return Facets(
        kinds={kind: int(n) for kind, n in zip(KINDS, kinds, strict=True) if n},
        stars={n: int(stars[n]) for n in range(5, 0, -1) if stars[n]},
        amenities=_bits(houses["amenities"][kept], AMENITIES),
        accessibility=_bits(houses["accessibility"][kept].astype(np.uint32), ACCESSIBILITY),
        pets=int((houses["pets"][numbers[c.having.all_but("pets") & under_all]] > 0).sum()),
        meal_plans={
            meal: n
            for place, meal in enumerate(MEALS)
            if (n := int((here & sold(but_meals & (meal_of == place))).sum()))
        },
        free_cancellation=int((here & sold(c.plans.all_but("free") & c.free)).sum()),
        instant=int((here & sold(c.plans.all_but("instant") & instant)).sum()),
    )


class Sold:
    """Which houses can be sold under some of the pairs of a mask."""

    def __init__(self, sellable: Bools, starts: Ints, totals: Ints | None, wants: Wants) -> None:
        self._sellable, self._starts, self._totals = sellable, starts, totals
        low, high = wants.price_min_cents, wants.price_max_cents
        self._low = 0 if low is None else low
        self._high = 2**59 if high is None else high
        self._priced = low is not None or high is not None

    def __call__(self, pairs: Bools) -> Bools:
        chosen = self._sellable & pairs
        if not len(self._starts):
            return np.zeros(0, bool)
        if self._totals is None or not self._priced:
            return np.logical_or.reduceat(chosen, self._starts)
        least = np.minimum.reduceat(np.where(chosen, self._totals, 2**60), self._starts)
        return (least >= self._low) & (least <= self._high)


def _bits(values: np.ndarray, names: Sequence[str]) -> dict[str, int]:
    if not len(values):
        return {}
    spread = np.unpackbits(
        np.ascontiguousarray(values, "<u4").view(np.uint8).reshape(-1, 4), axis=1, bitorder="little"
    )
    counts = spread.sum(axis=0, dtype=np.int64)
    return {name: int(n) for name, n in zip(names, counts, strict=False) if n}
