"""The double-entry ledger. What other slices may use:"""

from hub.ledger.actions import (
    list_by_reference,
    list_shares,
    list_transfers,
    post,
    trial_balance,
)
from hub.ledger.errors import NothingPending, ReferenceTaken, ReversalTooLarge
from hub.ledger.models import Balance, Draft, Kind, Side, Transfer

__all__ = [
    "Balance",
    "Draft",
    "Kind",
    "NothingPending",
    "ReferenceTaken",
    "ReversalTooLarge",
    "Side",
    "Transfer",
    "list_by_reference",
    "list_shares",
    "list_transfers",
    "post",
    "trial_balance",
]
