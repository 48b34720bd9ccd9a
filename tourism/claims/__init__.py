"""Claim a house of the registry, or add one that it does not list. What others may use:"""

from tourism.claims.actions.adding import add_house

__all__ = ["add_house"]
