"""Who is paid: an organisation's account at the service, and what was paid out of it to a bank."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from hub.core import outbox
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.payments import store
from hub.payments.actions.calling import find_call, prepare_call
from hub.payments.models import (
    Account,
    Carried,
    OpenAccount,
    PaidDay,
    Payee,
    Payout,
    PayoutChanged,
)

SUBJECT = "payee"
_ACCOUNTS = UUID("5f0f3f57-7d0e-4f43-9d1c-7a1c2f6c3b11")


async def _account_call(tx: Tx) -> UUID:
    """The call that opens the caller's account: another one after each that was refused."""
    assert tx.tenant is not None
    refused = await store.count_refused(tx, SUBJECT)
    return uuid5(_ACCOUNTS, f"{tx.tenant}:{refused}" if refused else str(tx.tenant))


async def prepare_account(tx: Tx, name: str, email: str | None) -> UUID:
    """Ask for the organisation's account; once, unless the service refuses it."""
    id = await _account_call(tx)
    await prepare_call(tx, id=id, subject=SUBJECT, wish=OpenAccount(name=name, email=email))
    return id


async def find_account(tx: Tx) -> str:
    """The number of the caller's account at the service. Raises `NotFound`."""
    call = await find_call(tx, await _account_call(tx))
    if call is None or call.reference is None:
        raise NotFound("The payment account is not open yet.")
    return call.reference


async def list_accounts(tx: Tx) -> list[str]:
    """Every account at the service, whoever it belongs to."""
    return await store.list_accounts(tx)


async def find_payee(tx: Tx) -> Payee | None:
    """How the caller's account stood when the service last spoke of it."""
    return await store.find_payee(tx)


async def keep_account(tx: Tx, account: Account, asked_at: datetime) -> Payee:
    """Remember how an account stood at an instant, unless a later one is known."""
    await store.keep_payee(tx, account, asked_at)
    payee = await store.find_payee(tx)
    if payee is None or payee.account != account.id:
        raise NotFound("This account belongs to another organisation.")
    return payee


async def withhold_payee(tx: Tx, reason: str) -> None:
    """Keep the caller's shares, however able its account is, until they are released."""
    await store.withhold_payee(tx, reason)


async def release_payee(tx: Tx) -> None:
    """Nothing keeps the caller's shares any more."""
    await store.release_payee(tx)


async def payee_account(tx: Tx, organisation: int) -> str | None:
    """Where an organisation's share can be moved to; None while it cannot be paid."""
    return await store.payee_account(tx, organisation)


async def keep_payout(tx: Tx, payout: Payout, asked_at: datetime) -> None:
    """Remember a payout to the caller's bank, and what it carries, as it stood at an instant; not
    when it is known as of later."""
    if not await store.keep_payout(tx, payout, asked_at):
        return
    for line in payout.lines:
        await store.keep_payout_line(tx, payout.id, line)
    await outbox.emit(tx, PayoutChanged(payout=payout.id, state=payout.state))


async def list_payouts(tx: Tx, wanted: int = 100) -> list[Payout]:
    """The newest payouts to the caller's bank."""
    return await store.list_payouts(tx, wanted)


async def find_payout(tx: Tx, id: str) -> Payout | None:
    """One payout to the caller's bank, however old."""
    return await store.find_payout(tx, id)


async def list_returned(tx: Tx, wanted: int = 10) -> list[Payout]:
    """The newest payouts that the caller's bank has sent back and after which none has arrived."""
    return await store.list_returned(tx, wanted)


async def total_paid_out(tx: Tx) -> int:
    """Cents that have arrived at the caller's bank."""
    return await store.total_paid_out(tx)


async def list_paid_days(tx: Tx, since: date, until: date) -> list[PaidDay]:
    """What has arrived at the caller's bank on each day of a span, the last one included."""
    return await store.list_paid_days(tx, since, until)


async def list_carried(tx: Tx, transfers: Sequence[str]) -> list[Carried]:
    """Which payouts carried these transfers to the caller's bank."""
    return await store.list_payout_lines(tx, transfers)
