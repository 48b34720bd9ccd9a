"""The statements of the ledger."""

from collections.abc import Sequence

import asyncpg

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.ledger.errors import NothingPending, ReferenceTaken, ReversalTooLarge
from hub.ledger.models import Balance, Draft, Transfer

q = load_queries(__name__)

_ERRORS = {
    "P0L01": ReferenceTaken,
    "P0L02": NothingPending,
    "P0L03": ReversalTooLarge,
    "23505": ReferenceTaken,
}


async def post(tx: Tx, scheme: int, drafts: Sequence[Draft]) -> int:
    try:
        written = await tx.value(
            int, q.post, cause=tx.tenant, scheme=scheme, at=tx.now, drafts=list(drafts)
        )
    except asyncpg.PostgresError as error:
        if error.sqlstate in _ERRORS:
            raise _ERRORS[error.sqlstate](str(error)) from None
        raise
    return written or 0


async def trial_balance(tx: Tx, scheme: int) -> list[Balance]:
    return await tx.all(Balance, q.trial_balance, scheme=scheme)


async def list_transfers(tx: Tx, wanted: int) -> list[Transfer]:
    return await tx.all(Transfer, q.list_transfers, wanted=wanted)


async def list_shares(tx: Tx, scheme: int, wanted: int) -> list[Transfer]:
    return await tx.all(Transfer, q.list_shares, scheme=scheme, wanted=wanted)


async def list_by_reference(tx: Tx, prefix: str) -> list[Transfer]:
    return await tx.all(Transfer, q.list_by_reference, prefix=prefix)
