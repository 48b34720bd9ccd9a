"""What houses and plans have of what is wanted, and how many each choice would leave."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np

from tourism.index.engine import Pairs
from tourism.index.models import Facets, Wants
from tourism.index.moments import Moment
from tourism.lodging.models import ACCESSIBILITY, AMENITIES
from tourism.nights.codes import GROUPS, KINDS, MEALS, bits_of
from tourism.nights.layout import WORD, Bools, Ints, Tables

T = TypeVar("T")
# Of these groups one choice is enough, so each is counted without the others of its group.
OPEN_GROUPS = ("kinds", "pets")


class Group(msgspec.Struct, frozen=True):
    """Whether some have what is wanted, by what it is about; nothing where nothing is wanted."""

    count: int
    masks: dict[str, Bools]

    def all_but(self, name: str | None = None) -> Bools:
        """Those that have everything wanted, but for what is about one thing."""
        ok = np.empty(self.count, bool)
        ok.fill(True)
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
        masks["free"] = moment.are_free(tables.plans["free_lead"][slots], zones)
    if wants.instant:
        masks["instant"] = tables.plans["on_request"][slots] == 0
    return Group(len(slots), masks)


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """What counts need: the houses' rows and stars, what they and the plans looked at have, which
    houses are plain and which of these can be cancelled, and who has a plan that is wanted."""

    tables: Tables
    numbers: Ints
    stars: Ints
    having: Group
    plans: Group
    slots: Ints
    free: Bools
    plain: Bools
    plain_free: Bools
    under_all: Bools


def count(c: Counting, sold: "Sold", instantly: "Sold") -> Facets:
    """How many houses each choice would leave; `instantly` is what is sold without asking."""
    here = c.having.all_but()
    kept = here & c.under_all
    counted = _Counted(c, kept)
    stars = np.bincount(c.stars[counted.all_but("stars")], minlength=6)
    return Facets(
        kinds=dict(counted.of("kinds", KINDS)),
        stars={n: int(stars[n]) for n in range(5, 0, -1) if stars[n]},
        amenities=dict(counted.of("amenities", AMENITIES)),
        accessibility=dict(counted.of("accessibility", ACCESSIBILITY)),
        pets=dict(counted.of("pets", (True,))).get(True, 0),
        **_of_plans(c, here, kept, counted, sold, instantly),
    )


def _of_plans(
    c: Counting, here: Bools, kept: Bools, counted: "_Counted", sold: "Sold", instantly: "Sold"
) -> dict[str, Any]:
    """The counts of what plans have: of plain houses by their bits, of others plan by plan."""
    plain = kept & c.plain
    counts = counted.planes(plain) if len(c.slots) else counted.all
    meals = dict(zip(MEALS, counts[GROUPS["meals"]].tolist(), strict=True))
    free = np.count_nonzero(plain & c.plain_free)
    instant = np.count_nonzero(plain)
    if len(c.slots):
        meal_of, instant_of = c.tables.plans["meal"][c.slots], c.tables.plans["on_request"][c.slots]
        but_meals = c.plans.all_but("meals")
        for place, meal in enumerate(MEALS):
            meals[meal] += sold.looked(but_meals & (meal_of == place), here)
        free += sold.looked(c.plans.all_but("free") & c.free, here)
        instant += instantly.looked(c.plans.all_but("instant") & (instant_of == 0), here)
    return {
        "meal_plans": {meal: n for meal, n in meals.items() if n},
        "free_cancellation": int(free),
        "instant": int(instant),
    }


class _Counted:
    """The houses that a choice would leave, counted for all choices at once: the bits of 64 houses
    are one number, so that a plane of a country is a few hundred of them."""

    def __init__(self, c: Counting, kept: Bools) -> None:
        self._c, self._kept = c, kept
        self._low = int(c.numbers.min()) // WORD if len(c.numbers) else 0
        high = int(c.numbers.max()) // WORD + 1 if len(c.numbers) else 0
        self._words = c.tables.planes[self._low : high]
        self.all = self.planes(kept)

    def all_but(self, name: str) -> Bools:
        """Who has everything wanted, but for what is about one thing."""
        if name not in self._c.having.masks:
            return self._kept
        return self._c.having.all_but(name) & self._c.under_all

    def of(self, name: str, choices: Sequence[T]) -> Iterator[tuple[T, int]]:
        """Each choice of a group that some have."""
        alone = name in OPEN_GROUPS and name in self._c.having.masks
        counts = self.planes(self.all_but(name)) if alone else self.all
        for choice, many in zip(choices, counts[GROUPS[name]].tolist(), strict=True):
            if many:
                yield choice, many

    def planes(self, houses: Bools) -> Ints:
        """How many of some houses have the bit of each plane."""
        room = np.zeros(len(self._words) * WORD, bool)
        room[self._c.numbers - self._low * WORD] = houses
        packed = np.packbits(room, bitorder="little").view("<u8")
        return np.bitwise_count(self._words & packed[:, None]).sum(axis=0, dtype=np.int64)


class Sold:
    """Which houses can be sold: the plain ones, and of those looked at the ones with a pair of a
    mask that can be booked, at a wanted price."""

    def __init__(
        self, plain: Bools, pairs: Pairs, sellable: Bools, totals: Ints | None, wants: Wants
    ) -> None:
        self._plain, self._pairs = plain, pairs
        self._sellable, self._totals = sellable, totals
        low, high = wants.price_min_cents, wants.price_max_cents
        self._low = 0 if low is None else low
        self._high = 2**59 if high is None else high
        self._priced = low is not None or high is not None

    def __call__(self, chosen: Bools | None) -> Bools:
        """All houses, under some pairs of those looked at (all of them: None)."""
        if not len(self._pairs.starts):
            return self._plain
        found = self._plain.copy()
        found[self._pairs.owners] = self._of_pairs(chosen)
        return found

    def looked(self, chosen: Bools, here: Bools) -> int:
        """How many of those looked at, of some houses."""
        return int(np.count_nonzero(self._of_pairs(chosen) & here[self._pairs.owners]))

    def _of_pairs(self, chosen: Bools | None) -> Bools:
        sold = self._sellable if chosen is None else self._sellable & chosen
        if self._totals is None or not self._priced:
            return np.logical_or.reduceat(sold, self._pairs.starts)
        least = np.minimum.reduceat(np.where(sold, self._totals, 2**60), self._pairs.starts)
        return (least >= self._low) & (least <= self._high)
