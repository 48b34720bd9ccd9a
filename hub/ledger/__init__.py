"""The double-entry ledger. What other slices may use:"""

from hub.ledger.actions import (
    list_balances,
    list_by_reference,
    list_export,
    list_shares,
    list_statement,
    list_transfers,
    post,
    ready,
    trial_balance,
)
from hub.ledger.errors import (
    BelowFloor,
    DraftInvalid,
    NothingPending,
    NothingToReverse,
    ReferenceTaken,
    ReversalTooLarge,
)
from hub.ledger.models import Balance, Draft, Kind, Side, Transfer

__all__ = [
    "Balance",
    "BelowFloor",
    "Draft",
    "DraftInvalid",
    "Kind",
    "NothingPending",
    "NothingToReverse",
    "ReferenceTaken",
    "ReversalTooLarge",
    "Side",
    "Transfer",
    "list_balances",
    "list_by_reference",
    "list_export",
    "list_shares",
    "list_statement",
    "list_transfers",
    "post",
    "ready",
    "trial_balance",
]
