"""The ledger of shares, for the scheme that governs it; statements for those who receive."""

from litestar import Response, get
from litestar.di import NamedDependency

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.ledger import actions


@get("/pro/ledger", opt=access("federation", "operator"), include_in_schema=False)
async def show_ledger(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The trial balance by account code, and the newest shares."""
    assert caller.tenant is not None
    balances = await actions.trial_balance(tx, caller.tenant)
    return page(
        request,
        "ledger/ledger.html",
        balances=balances,
        debit_cents=sum(balance.debit_cents for balance in balances),
        credit_cents=sum(balance.credit_cents for balance in balances),
        shares=await actions.list_shares(tx, caller.tenant),
    )


@get("/pro/statement", opt=access("lodging", "office", "region"), include_in_schema=False)
async def show_statement(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """What the caller's own accounts hold, and the newest transfers that touched them."""
    return page(
        request,
        "ledger/statement.html",
        balances=await actions.list_balances(tx),
        transfers=await actions.list_statement(tx),
        holder=caller.tenant,
    )


handlers = (show_ledger, show_statement)
