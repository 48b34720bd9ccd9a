"""Shares earned, due, transferred and paid, for each beneficiary. What other slices may use:"""

from tourism.settlement.actions.clearing import Clearing, clear_debt, undo_clearing
from tourism.settlement.actions.settling import settle_stay
from tourism.settlement.models import StayShare

__all__ = ["Clearing", "StayShare", "clear_debt", "settle_stay", "undo_clearing"]
