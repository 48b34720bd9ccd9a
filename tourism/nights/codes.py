"""The numbers that stand for words in the tables, and names for what has bits."""

from collections.abc import Mapping, Sequence

from tourism import taxes
from tourism.lodging.models import ACCESSIBILITY, AMENITIES, Kind, Pets
from tourism.rates.models import MealPlan, Obstacle, PromotionKind, Rounding

MOST_STARS = 5
FAR_KM = 30_000  # so far, for an order, is a house whose position nobody knows
KINDS = tuple(Kind)
MEALS = tuple(MealPlan)
REGIMES = tuple(taxes.VatRegime)
ROUNDINGS = tuple(Rounding)
PROMOTIONS = tuple(PromotionKind)
PETS = tuple(Pets)
# Bit n of a mask of obstacles is the n-th of these.
OBSTACLES = tuple(Obstacle)
BIT = {obstacle: 1 << place for place, obstacle in enumerate(OBSTACLES)}


def _planes() -> Mapping[str, slice]:
    """Where the bits of each thing that is counted stand among the planes of a house."""
    found, start = dict[str, slice](), 0
    for name, count in (
        ("kinds", len(KINDS)),
        ("pets", 1),
        ("meals", len(MEALS)),
        ("amenities", len(AMENITIES)),
        ("accessibility", len(ACCESSIBILITY)),
    ):
        found[name] = slice(start, start + count)
        start += count
    return found


GROUPS = _planes()
PLANES = max(group.stop for group in GROUPS.values())


def bits_of(names: Sequence[object], known: Sequence[object]) -> int:
    """A mask of the known names."""
    return sum(1 << place for place, name in enumerate(known) if name in names)
