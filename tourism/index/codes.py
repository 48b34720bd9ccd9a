"""The numbers that stand for words in the tables, and names for what has bits."""

from collections.abc import Sequence

from tourism import taxes
from tourism.lodging.models import Kind, Pets
from tourism.rates.models import MealPlan, PromotionKind, Rounding

KINDS = tuple(Kind)
MEALS = tuple(MealPlan)
REGIMES = tuple(taxes.VatRegime)
ROUNDINGS = tuple(Rounding)
PROMOTIONS = tuple(PromotionKind)
PETS = tuple(Pets)


def bits_of(names: Sequence[str], known: Sequence[str]) -> int:
    """A mask of the known names."""
    return sum(1 << place for place, name in enumerate(known) if name in names)
