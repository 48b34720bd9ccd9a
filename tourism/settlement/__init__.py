"""Shares earned, due, transferred and paid, for each beneficiary. What other slices may use:"""

from tourism.settlement.actions.settling import settle_stay
from tourism.settlement.models import StayShare

__all__ = ["StayShare", "settle_stay"]
