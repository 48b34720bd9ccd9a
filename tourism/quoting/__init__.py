"""Frozen offers. What other slices may use:"""

from tourism.quoting.actions.explaining import AGREEMENT
from tourism.quoting.actions.making import (
    check_sellable,
    enter_house,
    find_quote,
    make_quote,
    price_stay,
    with_supplements,
)
from tourism.quoting.models import OwnRooms
from tourism.quoting.policy import check_quote_live, units_wanted, wanted_again
from tourism.quoting.store import insert_quote as keep_quote

__all__ = [
    "AGREEMENT",
    "OwnRooms",
    "check_quote_live",
    "check_sellable",
    "enter_house",
    "find_quote",
    "keep_quote",
    "make_quote",
    "price_stay",
    "units_wanted",
    "wanted_again",
    "with_supplements",
]
