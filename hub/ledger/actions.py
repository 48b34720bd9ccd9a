"""Post, and look at what was posted."""

from collections.abc import Sequence

from hub.core.db import Tx
from hub.ledger import store
from hub.ledger.models import Balance, Draft, Transfer


async def post(tx: Tx, scheme: int, drafts: Sequence[Draft]) -> int:
    """Post transfers, all or none; how many were new. Amounts of zero are left out.

    Raises `ReferenceTaken`, `NothingPending`, `ReversalTooLarge`.
    """
    return await store.post(tx, scheme, [draft for draft in drafts if draft.amount_cents])


async def trial_balance(tx: Tx, scheme: int) -> list[Balance]:
    """The balances of the caller's own scheme by account code; empty for somebody else's.

    Debits and credits of the whole list are equal: each transfer is one of both.
    """
    return await store.trial_balance(tx, scheme)


async def list_transfers(tx: Tx, wanted: int = 100) -> list[Transfer]:
    """The newest transfers that the caller's organisation may see."""
    return await store.list_transfers(tx, wanted)


async def list_shares(tx: Tx, scheme: int, wanted: int = 100) -> list[Transfer]:
    """The newest shares posted under a scheme, for that scheme."""
    return await store.list_shares(tx, scheme, wanted)


async def list_by_reference(tx: Tx, prefix: str) -> list[Transfer]:
    """The transfers whose reference begins so, oldest first."""
    return await store.list_by_reference(tx, prefix)
