"""Accounts at Stripe, their payouts, and what the service says of every balance."""

from datetime import UTC, date, datetime
from typing import Any

import stripe

from hub.payments.errors import ServiceAway
from hub.payments.models import (
    Account,
    BalanceLine,
    OpenAccount,
    Payout,
    PayoutLine,
)

LINES_MOST = 100
SERVER_ERROR = 500


class Accounts:
    """What is asked of accounts and of balances."""

    v1: Any

    async def onboarding_page(self, account: str, *, back: str, again: str) -> str:
        """The address of the service's page where an account becomes payable; short-lived."""
        wish: Any = {
            "account": account,
            "type": "account_onboarding",
            "return_url": back,
            "refresh_url": again,
        }
        try:
            return (await self.v1.account_links.create_async(wish)).url
        except stripe.StripeError as error:
            raise away(error) from None

    async def look_at_account(self, account: str) -> Account:
        """How an account stands."""
        try:
            found: Any = await self.v1.accounts.retrieve_async(account)
        except stripe.StripeError as error:
            raise away(error) from None
        can: Any = found.capabilities
        return Account(
            id=found.id,
            tenant=int(found.metadata["tenant"]),
            payable=found.payouts_enabled and getattr(can, "transfers", None) == "active",
            submitted=found.details_submitted,
            due=tuple(found.requirements.currently_due or ()),
            reason=found.requirements.disabled_reason,
        )

    async def look_at_payout(self, id: str, account: str) -> Payout:
        """A payout with the transfers that it carries, those of an earlier one that came back
        among them."""
        on: Any = {"stripe_account": account}
        try:
            found: Any = await self.v1.payouts.retrieve_async(id, {}, on)
            lines = await self._lines_of(id, on)
        except stripe.StripeError as error:
            raise away(error) from None
        return Payout(
            id=found.id,
            amount_cents=found.amount,
            state=found.status,
            failure=found.failure_code,
            arrives_on=_day(found.arrival_date),
            lines=tuple(lines),
        )

    async def _lines_of(self, payout: str, on: Any) -> list[PayoutLine]:
        """One line a transfer: what came of it, less what was taken back of it before the bank."""
        listed: Any = {"payout": payout, "limit": LINES_MOST, "expand": ["data.source"]}
        cents: dict[str, int] = {}
        page = await self.v1.balance_transactions.list_async(listed, on)
        async for line in page.auto_paging_iter():
            if line.type == "payout_failure":
                for earlier in await self._lines_of(line.source.id, on):
                    _add(cents, earlier.transfer, earlier.amount_cents)
            elif transfer := await self._transfer_of(line, on):
                _add(cents, transfer, line.net)
        return [PayoutLine(transfer=name, amount_cents=net) for name, net in cents.items()]

    async def _transfer_of(self, line: Any, on: Any) -> str | None:
        """The platform's transfer that a line of an account's balance comes from."""
        payment: Any = line.source
        if line.type == "payment_refund":
            payment = await self.v1.charges.retrieve_async(payment.charge, {}, on)
        elif line.type != "payment":
            return None
        found = getattr(payment, "source_transfer", None)
        return str(found) if found else None

    async def balance_cents(self, account: str | None = None) -> int:
        """All that the platform, or an account, has at the service, at once or later."""
        on: Any = {"stripe_account": account} if account else {}
        try:
            found = await self.v1.balance.retrieve_async({}, on)
        except stripe.StripeError as error:
            raise away(error) from None
        return sum(part.amount for part in [*found.available, *found.pending])

    async def list_payouts(self, since: datetime, account: str | None) -> list[Payout]:
        """The payouts of an account, or the platform's own, since an instant, without the transfers
        that they carry."""
        wish: Any = {"created": {"gte": int(since.timestamp())}, "limit": LINES_MOST}
        on: Any = {"stripe_account": account} if account else {}
        try:
            page = await self.v1.payouts.list_async(wish, on)
            return [_payout(found) async for found in page.auto_paging_iter()]
        except stripe.StripeError as error:
            raise away(error) from None

    async def find_payout_of_line(self, line: str) -> Payout | None:
        """The platform's own payout that a movement of its balance is of."""
        try:
            found: Any = await self.v1.balance_transactions.retrieve_async(
                line, {"expand": ["source"]}
            )
        except stripe.StripeError as error:
            raise away(error) from None
        source = found.source
        return _payout(source) if getattr(source, "object", None) == "payout" else None

    async def list_balance_lines(self, since: datetime) -> list[BalanceLine]:
        """Every movement of the platform's balance since an instant, with what it was for."""
        wish: Any = {
            "created": {"gte": int(since.timestamp())},
            "limit": LINES_MOST,
            "expand": ["data.source"],
        }
        try:
            page = await self.v1.balance_transactions.list_async(wish)
            return [_balance_line(found) async for found in page.auto_paging_iter()]
        except stripe.StripeError as error:
            raise away(error) from None


def _add(cents: dict[str, int], name: str, more: int) -> None:
    cents[name] = cents.get(name, 0) + more


def _payout(found: Any) -> Payout:
    return Payout(
        id=found.id,
        amount_cents=found.amount,
        state=found.status,
        failure=found.failure_code,
        arrives_on=_day(found.arrival_date),
        line=found.balance_transaction,
    )


def _balance_line(found: Any) -> BalanceLine:
    source = found.source
    marks: Any = getattr(source, "metadata", None) or {}
    mark = next(
        (f"{name}:{marks[name]}" for name in ("charge", "refund", "call") if name in marks), None
    )
    return BalanceLine(
        id=found.id,
        kind=found.type,
        source=str(getattr(source, "id", source) or ""),
        mark=mark,
        amount_cents=found.amount,
        fee_cents=found.fee,
        at=datetime.fromtimestamp(found.created, UTC),
    )


def account_wish(wish: OpenAccount, marks: dict[str, str]) -> Any:
    given: dict[str, Any] = {
        "type": "express",
        "country": wish.country,
        "business_profile": {"name": wish.name},
        "capabilities": {"transfers": {"requested": True}},
        "settings": {"payouts": {"schedule": {"interval": "daily"}}},
        "metadata": marks,
    }
    return given | ({"email": wish.email} if wish.email else {})


def _day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def away(error: stripe.StripeError) -> ServiceAway:
    """The service does not answer; or only that what was asked before has failed in its midst."""
    found = ServiceAway(type(error).__name__)
    found.lost = is_replayed(error)
    found.refused = isinstance(error, stripe.PermissionError | stripe.InvalidRequestError)
    return found


def is_replayed(error: stripe.StripeError) -> bool:
    """Whether an error of the service's own is the saved answer to an earlier request."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return (error.http_status or 0) >= SERVER_ERROR and headers.get("idempotent-replayed") == "true"
