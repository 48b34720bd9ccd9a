"""Claim a house of the registry, or add one that it does not list. What others may use:"""

from tourism.claims.actions.adding import add_house
from tourism.claims.actions.confirming import ask_confirmation, find_confirmation
from tourism.claims.actions.finding import list_deciders
from tourism.claims.policy.proof import needs_confirmation

__all__ = [
    "add_house",
    "ask_confirmation",
    "find_confirmation",
    "list_deciders",
    "needs_confirmation",
]
