"""The ledger for programs."""

from litestar import get
from litestar.di import NamedDependency

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.ledger import actions
from hub.ledger.models import Balance, Transfer


@get(
    "/api/v1/ledger/balances",
    opt=access("federation", "operator"),
    tags=["Ledger"],
    summary="Trial balance",
)
async def list_balances(tx: NamedDependency[Tx], caller: NamedDependency[Caller]) -> list[Balance]:
    """Debits and credits of the caller's scheme by account code; both sums are equal."""
    assert caller.tenant is not None
    return await actions.trial_balance(tx, caller.tenant)


@get(
    "/api/v1/ledger/transfers",
    opt=access("lodging", "office", "region", "federation", "operator"),
    tags=["Ledger"],
    summary="Transfers",
)
async def list_transfers(tx: NamedDependency[Tx]) -> list[Transfer]:
    """The newest hundred transfers that the caller's organisation may see."""
    return await actions.list_transfers(tx)
