"""The statements of the ledger."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from hub.core.db import Tx
from hub.core.problems import sqlstate_of
from hub.core.sentences import say
from hub.core.sql import load_queries
from hub.ledger.errors import (
    BelowFloor,
    NothingPending,
    NothingToReverse,
    ReferenceTaken,
    ReversalTooLarge,
)
from hub.ledger.models import (
    Balance,
    Check,
    Draft,
    ExportedTransfer,
    Head,
    LinkedTransfer,
    Recount,
    Transfer,
    WaitingTransfer,
)

q = load_queries(__name__)

_CHAIN_LOCK = 7_346_203


async def post(tx: Tx, scheme: int, drafts: Sequence[Draft]) -> list[int]:
    try:
        ids = await tx.value(
            list[int], q.post, cause=tx.tenant, scheme=scheme, at=tx.now, drafts=list(drafts)
        )
    except asyncpg.PostgresError as error:
        _refuse(error)
        raise
    return ids or []


def _refuse(error: asyncpg.PostgresError) -> None:
    """Raise what a refusal of the ledger's function means. Never in the database's own words, which
    would tell references and amounts of others."""
    match sqlstate_of(error):
        case "P0L01":
            raise ReferenceTaken("Post it again as it was, or under another reference.") from None
        case "P0L02":
            raise NothingPending("It was settled already, or it never waited.") from None
        case "P0L03":
            left = int(getattr(error, "detail", None) or 0)
            raise ReversalTooLarge(
                say("%(left)s cents remain of the transfer.", left=left), left_cents=left
            ) from None
        case "P0L04":
            raise NothingToReverse("Name a posted transfer, and turn its sides around.") from None
        case "P0L05":
            raise BelowFloor("The class of this account has a floor.") from None
        case _:
            return


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


async def expire(tx: Tx, wanted: int) -> int:
    return await tx.value(int, q.expire, now=tx.now, wanted=wanted) or 0


async def lock_chain(tx: Tx) -> bool:
    return await tx.value(bool, q.lock_chain, key=_CHAIN_LOCK) is True


async def find_head(tx: Tx) -> Head | None:
    return await tx.one(Head, q.find_head)


async def list_waiting(tx: Tx, wanted: int) -> list[WaitingTransfer]:
    return await tx.all(WaitingTransfer, q.list_waiting, wanted=wanted)


async def append(tx: Tx, links: Sequence[LinkedTransfer]) -> None:
    await tx.run(
        q.append,
        seqs=[one.seq for one in links],
        transfers=[one.id for one in links],
        hashes=[one.hash for one in links],
        previous=[one.previous_hash for one in links],
    )


async def list_linked(tx: Tx, after: int, wanted: int) -> list[LinkedTransfer]:
    return await tx.all(LinkedTransfer, q.list_linked, after=after, wanted=wanted)


async def recount(tx: Tx) -> Recount:
    found = await tx.one(Recount, q.recount)
    assert found is not None
    return found


async def keep_check(tx: Tx, check: Check) -> None:
    await tx.run(
        q.keep_check,
        now=check.at,
        accounts=check.accounts,
        differing=check.differing,
        links=check.links,
        head=check.head,
        broken_at=check.broken_at,
    )


async def find_check(tx: Tx) -> Check | None:
    return await tx.one(Check, q.find_check)


async def list_export(
    tx: Tx, since: datetime, until: datetime, wanted: int
) -> list[ExportedTransfer]:
    return await tx.all(
        ExportedTransfer,
        q.list_export,
        caller=tx.tenant,
        since=since,
        until=until,
        wanted=wanted,
    )


async def list_of_subject(
    tx: Tx, subject: str, since: datetime, until: datetime, wanted: int
) -> list[Transfer]:
    return await tx.all(
        Transfer,
        q.list_of_subject,
        caller=tx.tenant,
        subject=subject,
        since=since,
        until=until,
        wanted=wanted,
    )
