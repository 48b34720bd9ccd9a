"""The choices that the results offer: those that some of them have, and those that are chosen."""

from collections.abc import Iterable, Sequence

import msgspec

from tourism.index import PriceBand, Wants
from tourism.search.models import Facet, Results

FIRST = 10
WIDEST = 10


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A box to tick, and how many results it leaves."""

    value: str
    count: int
    chosen: bool


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of one kind: the `first`, with all that are chosen; the `rest` on demand."""

    first: tuple[Choice, ...]
    rest: tuple[Choice, ...] = ()


class PriceBar(msgspec.Struct, frozen=True, kw_only=True):
    """A range of totals to choose, in whole euros (None: no end), and how many results it leaves;
    `width` in tenths of the most, at least one where there is any."""

    low: int
    high: int | None
    count: int
    width: int
    chosen: bool


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Every group of choices of a page of results."""

    kinds: Group
    stars: Group
    meal_plans: Group
    amenities: Group
    accessibility: Group
    prices: tuple[PriceBar, ...]


def filters_of(results: Results, wants: Wants) -> Filters:
    """What is chosen stays to be taken back, also where no result has it."""
    stars = make_group(results.stars, map(str, wants.stars))
    return Filters(
        kinds=make_group(results.kinds, (kind.value for kind in wants.kinds)),
        stars=Group(first=tuple(sorted(stars.first, key=lambda one: one.value, reverse=True))),
        meal_plans=make_group(results.meal_plans, (str(one.value) for one in wants.meal_plans)),
        amenities=make_group(results.amenities, wants.amenities),
        accessibility=make_group(results.accessibility, wants.accessibility),
        prices=make_bars(results.price_bands, wants),
    )


def make_bars(bands: Sequence[PriceBand], wants: Wants) -> tuple[PriceBar, ...]:
    """The ranges of totals; one is chosen when its ends are what is wanted."""
    most = max((band.count for band in bands), default=0)
    wanted = wants.price_min_cents, wants.price_max_cents
    return tuple(
        PriceBar(
            low=band.low_cents // 100,
            high=None if band.high_cents is None else band.high_cents // 100,
            count=band.count,
            width=-(-band.count * WIDEST // most),
            chosen=(band.low_cents, band.high_cents) == wanted,
        )
        for band in bands
    )


def make_group(facets: Sequence[Facet], chosen: Iterable[str]) -> Group:
    """The counted choices as they come, and those that are chosen without a result after them."""
    wanted = dict.fromkeys(chosen)
    counted = {facet.value for facet in facets}
    every = [
        *(
            Choice(value=facet.value, count=facet.count, chosen=facet.value in wanted)
            for facet in facets
        ),
        *(Choice(value=value, count=0, chosen=True) for value in wanted if value not in counted),
    ]
    return Group(
        first=tuple(one for n, one in enumerate(every) if n < FIRST or one.chosen),
        rest=tuple(one for one in every[FIRST:] if not one.chosen),
    )
