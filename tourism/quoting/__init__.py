"""Frozen offers. What other slices may use:"""

from tourism.quoting.actions.explaining import AGREEMENT
from tourism.quoting.actions.making import check_sellable, enter_house, find_quote, make_quote
from tourism.quoting.policy import check_quote_live, units_wanted

__all__ = [
    "AGREEMENT",
    "check_quote_live",
    "check_sellable",
    "enter_house",
    "find_quote",
    "make_quote",
    "units_wanted",
]
