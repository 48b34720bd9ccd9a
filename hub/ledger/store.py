"""The statements of the ledger."""

from collections.abc import Sequence

import asyncpg

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.ledger.errors import (
    NothingPending,
    NothingToReverse,
    ReferenceTaken,
    ReversalTooLarge,
)
from hub.ledger.models import Balance, Draft, Transfer

q = load_queries(__name__)

_ERRORS = {
    "P0L01": ReferenceTaken,
    "P0L02": NothingPending,
    "P0L03": ReversalTooLarge,
    "P0L04": NothingToReverse,
}


async def post(tx: Tx, scheme: int, drafts: Sequence[Draft]) -> list[int]:
    try:
        ids = await tx.value(
            list[int], q.post, cause=tx.tenant, scheme=scheme, at=tx.now, drafts=list(drafts)
        )
    except asyncpg.PostgresError as error:
        refused = _ERRORS.get(getattr(error, "sqlstate", ""))
        if refused is None:
            raise
        raise refused(str(error)) from None
    return ids or []


async def trial_balance(tx: Tx, scheme: int) -> list[Balance]:
    return await tx.all(Balance, q.trial_balance, scheme=scheme)


async def list_transfers(tx: Tx, wanted: int) -> list[Transfer]:
    return await tx.all(Transfer, q.list_transfers, caller=tx.tenant, wanted=wanted)


async def list_statement(tx: Tx, wanted: int) -> list[Transfer]:
    return await tx.all(Transfer, q.list_statement, holder=tx.tenant, wanted=wanted)


async def list_balances(tx: Tx) -> list[Balance]:
    return await tx.all(Balance, q.list_balances, holder=tx.tenant)


async def list_shares(tx: Tx, scheme: int, wanted: int) -> list[Transfer]:
    return await tx.all(Transfer, q.list_shares, scheme=scheme, wanted=wanted)


async def list_by_reference(tx: Tx, prefix: str) -> list[Transfer]:
    return await tx.all(Transfer, q.list_by_reference, caller=tx.tenant, prefix=prefix)
