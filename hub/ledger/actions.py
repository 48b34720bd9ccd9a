"""Post, and look at what was posted."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.ledger import policy, store
from hub.ledger.models import Balance, Draft, ExportedTransfer, Transfer

EXPORTED_MAX, OF_SUBJECT_MAX = 100_000, 500


async def post(tx: Tx, scheme: int, drafts: Sequence[Draft]) -> list[int]:
    """Post transfers, all or none; their ids in the order given. Amounts of zero are left out.

    Idempotent by reference: what is there already, saying the same, gives its id again. Raises
    `DraftInvalid`, `ReferenceTaken`, `NothingPending`, `NothingToReverse`, `ReversalTooLarge`,
    `BelowFloor`.
    """
    wanted = ready(drafts)
    return await store.post(tx, scheme, wanted) if wanted else []


def ready(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts as `ledger_post` may be given them. Raises `DraftInvalid`."""
    wanted = [draft for draft in drafts if draft.amount_cents]
    policy.check_drafts(wanted)
    return wanted


async def trial_balance(tx: Tx, scheme: int) -> list[Balance]:
    """The balances of the caller's own scheme by account code; empty for somebody else's.

    Debits and credits of the whole list are equal: each transfer is one of both.
    """
    return await store.trial_balance(tx, scheme)


async def list_transfers(tx: Tx, wanted: int = 100) -> list[Transfer]:
    """The newest transfers that the caller's organisation may see."""
    return await store.list_transfers(tx, wanted)


async def list_statement(tx: Tx, wanted: int = 100) -> list[Transfer]:
    """The newest transfers into or out of the accounts of the caller's organisation."""
    return await store.list_statement(tx, wanted)


async def list_balances(tx: Tx) -> list[Balance]:
    """The balances of the caller's own accounts, over all its schemes, by code."""
    return await store.list_balances(tx)


async def list_shares(tx: Tx, scheme: int, wanted: int = 100) -> list[Transfer]:
    """The newest shares posted under a scheme, for that scheme."""
    return await store.list_shares(tx, scheme, wanted)


async def list_by_reference(tx: Tx, prefix: str) -> list[Transfer]:
    """The transfers caused by the caller's organisation whose reference begins so, in order."""
    return await store.list_by_reference(tx, prefix)


async def list_export(tx: Tx, since: datetime, until: datetime) -> list[ExportedTransfer]:
    """The transfers of a period that the caller may see, with their links of the chain."""
    return await store.list_export(tx, since, until, EXPORTED_MAX)


async def list_of_subject(tx: Tx, subject: str) -> list[Transfer]:
    """Everything of one booking that the caller may see, in order. Raises `NotFound`."""
    always = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    found = await store.list_of_subject(tx, subject, *always, OF_SUBJECT_MAX)
    if not found:
        raise NotFound("Nothing of this is in your ledger.")
    return found
