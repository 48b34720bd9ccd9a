"""A page as JSON, at once: what `showing` says of offers, from numbers, around hits that are
written already (`hits.py`). Counts of choices are written in the order of their numbers, those of
equal numbers by name."""

from collections.abc import Sequence
from operator import itemgetter

import msgspec

from tourism.index import Rows
from tourism.lodging.models import ACCESSIBILITY, AMENITIES
from tourism.nights.codes import GROUPS, KINDS, MEALS
from tourism.places.models import Area
from tourism.search.policy.rules import pages_of

PETS = GROUPS["pets"].start
_many = itemgetter(0)


class _Choices:
    """The choices of a group, with where their counts stand among the planes."""

    def __init__(self, group: str, names: Sequence[str]) -> None:
        ordered = sorted(zip(names, range(len(names)), strict=True))
        first = GROUPS[group].start
        self._told = [(first + at, f'{{"value":"{name}","count":') for name, at in ordered]

    def tell(self, planes: Sequence[int]) -> str:
        """Those that some have, the most frequent first."""
        found = [(planes[at], told) for at, told in self._told if planes[at]]
        found.sort(key=_many, reverse=True)
        return ",".join([f"{told}{many}}}" for many, told in found])


_kinds = _Choices("kinds", [kind.value for kind in KINDS])
_meals = _Choices("meals", [str(meal.value) for meal in MEALS])
_amenities = _Choices("amenities", AMENITIES)
_accessibility = _Choices("accessibility", ACCESSIBILITY)


def tell_page(rows: Rows, hits: bytes, area: Area, page: int) -> bytes:
    """A page of results with these hits (by commas), without a hint, reasons or the least and the
    greatest price."""
    pages, planes = pages_of(rows.total), rows.planes
    before = (
        f'{{"total":{rows.total},"available":{rows.available},"page":{min(page, pages)},'
        f'"pages":{pages},"hits":['
    )
    after = (
        f'],"kinds":[{_kinds.tell(planes)}],"stars":[{_tell_stars(rows.stars)}],'
        f'"amenities":[{_amenities.tell(planes)}],'
        f'"accessibility":[{_accessibility.tell(planes)}],"meal_plans":[{_meals.tell(planes)}],'
        f'"pets":{planes[PETS]},"free_cancellation":{rows.free_cancellation},'
        f'"instant":{rows.instant},"price_low_cents":null,"price_high_cents":null,'
        '"price_bands":[],"obstacles":[],"area":'
    )
    end = f',"lodgings_in_area":{max(rows.houses, rows.available)},"rooms_hint":null,"why_not":[]}}'
    encoded = msgspec.json.encode(area)
    return b"".join((before.encode(), hits, after.encode(), encoded, end.encode()))


def _tell_stars(stars: Sequence[int]) -> str:
    """The most stars first."""
    return ",".join([
        f'{{"value":"{many}","count":{stars[many]}}}' for many in range(5, 0, -1) if stars[many]
    ])  # fmt: skip
