"""With `hub.stripe_gateway`, the one place that speaks to Stripe, or to the stand-in that speaks
like it.

Nothing here opens a transaction. Every write carries the id of the row that was committed before
as its idempotency key, and that id with its tenant as metadata, so that whatever the service tells
later can be brought home.
"""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import httpx
import msgspec
import stripe

from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.payments.errors import CallRefused, PaymentMethodUnknown, SignatureWrong
from hub.payments.models import (
    HOSTED,
    Call,
    Charge,
    Dispute,
    Heard,
    MoveShare,
    OpenAccount,
    Outcome,
    ReleaseCard,
    TakeBack,
)
from hub.stripe_gateway.accounts import LINES_MOST, Accounts, account_wish, away
from hub.stripe_gateway.cards import CARD_ONLY, Cards, judge, judge_setup
from hub.stripe_gateway.lost import Lost

TIMEOUT_S = 20
TOLERANCE_S = 300
PAGE_OPEN = timedelta(minutes=35)
WITH_COST = ["latest_charge.balance_transaction", "payment_method"]
# Otherwise the service books a payment later than it answers, and does not know its own cost yet.
AT_ONCE = "automatic"
# What is asked for again, in case its message was lost.
TOLD = [
    "account.updated",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.updated",
    "payment_intent.succeeded",
    "payout.created",
    "payout.failed",
    "payout.paid",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.succeeded",
    "transfer.created",
]
# Another way to the service for an address: tests put the stand-in of their own process here.
TRANSPORTS: dict[str, httpx.AsyncBaseTransport] = {}


class Line(stripe.HTTPXClient):
    """The SDK's own line to the service; a test may give it another transport."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self._web = httpx.AsyncClient(transport=transport, timeout=TIMEOUT_S)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """As the SDK's, but the body is given to httpx as the content that it is."""
        body = post_data if isinstance(post_data, str | bytes) else None
        try:
            answer = await self._web.request(method, url, headers=dict(headers), content=body)
        except Exception as error:
            self._handle_request_error(error)
        return answer.content, answer.status_code, answer.headers

    async def close_async(self) -> None:
        await self._web.aclose()


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Which service, with which keys."""

    secret_key: str
    webhook_secrets: tuple[str, ...]
    base: str | None


def read_service(environment: Mapping[str, str] | None = None) -> Service | None:
    """The service that the environment names: `STRIPE_SECRET_KEY`, `STRIPE_WEBHOOK_SECRET` (several
    with commas: the platform's events and those of its accounts have each their own), and
    `STRIPE_API_BASE` for a stand-in. None without a key."""
    env = os.environ if environment is None else environment
    key = env.get("STRIPE_SECRET_KEY")
    if not key:
        return None
    return Service(
        secret_key=key,
        webhook_secrets=tuple(
            filter(None, re.split(r"[,\s]+", env.get("STRIPE_WEBHOOK_SECRET", "")))
        ),
        base=env.get("STRIPE_API_BASE") or None,
    )


@cache
def open_stripe(service: Service) -> "StripeGateway":
    """The gateway of a service; one line for each process."""
    return StripeGateway(service)


class Gateway(Protocol):
    """A payment service. The same charge always has the same outcome and moves money once."""

    def check_method(self, method: str) -> None:
        """Raise `PaymentMethodUnknown` for a token that can never work."""
        ...

    async def ask(self, charge: Charge) -> Outcome: ...

    async def refund(
        self, key: UUID, reference: str, amount_cents: int, tenant: int
    ) -> Outcome: ...


def _marks(name: str, id: UUID, tenant: int) -> dict[str, str]:
    return {name: str(id), "tenant": str(tenant)}


class StripeGateway(Cards, Accounts, Lost):
    """Stripe, by its own SDK: payments and calls; accounts and balances as `Accounts`."""

    def __init__(self, service: Service) -> None:
        self._secrets = service.webhook_secrets
        base: Any = {"api": service.base} if service.base else None
        client = stripe.StripeClient(
            service.secret_key,
            base_addresses=base,
            http_client=Line(TRANSPORTS.get(service.base or "")),
            max_network_retries=0,
        )
        self.v1 = client.v1

    def check_method(self, method: str) -> None:
        """A hosted page, or the token of a payment method."""
        if method != HOSTED and not method.startswith("pm_"):
            raise PaymentMethodUnknown(
                say("Give %(hosted)s, or the token of a payment method.", hosted=HOSTED)
            )

    async def ask(self, charge: Charge) -> Outcome:
        """Make the charge, or look how it stands. Raises `ServiceAway` when nobody answers."""
        try:
            if charge.reference is not None:
                return await self._look(charge.reference)
            if charge.method == HOSTED:
                return await self._open_page(charge)
            if charge.amount_cents == 0:
                return await self._keep_by_token(charge)
            return await self._pay_by_token(charge)
        except stripe.CardError as error:
            return _declined(error)
        except stripe.InvalidRequestError as error:
            return Outcome(succeeded=False, reference="refused", decline_code=error.code)
        except stripe.StripeError as error:
            raise away(error) from None

    async def _look(self, reference: str) -> Outcome:
        if reference.startswith("cs_"):
            expand = [f"payment_intent.{path}" for path in WITH_COST]
            expand.append("setup_intent.payment_method")
            session = await self.v1.checkout.sessions.retrieve_async(reference, {"expand": expand})
            return _judge_session(session)
        if reference.startswith("seti_"):
            return await self._look_at_setup(reference)
        return judge(await self.v1.payment_intents.retrieve_async(reference, {"expand": WITH_COST}))

    async def _pay_by_token(self, charge: Charge) -> Outcome:
        wish: Any = {
            "amount": charge.amount_cents,
            "currency": charge.currency.lower(),
            "payment_method": charge.method,
            "automatic_payment_methods": CARD_ONLY,
            "capture_method": AT_ONCE,
            "confirm": True,
            "transfer_group": charge.subject,
            "metadata": _marks("charge", charge.id, charge.tenant),
            "expand": WITH_COST,
        }
        if charge.page is not None:
            wish["return_url"] = charge.page.return_url
        wish |= await self._card_wish(charge)
        key: Any = {"idempotency_key": str(charge.id)}
        return judge(await self.v1.payment_intents.create_async(wish, key))

    async def _open_page(self, charge: Charge) -> Outcome:
        page = charge.page
        assert page is not None, "a hosted charge says where to come back to"
        marks = _marks("charge", charge.id, charge.tenant)
        wish: Any = {
            **(_setup_page(marks) if charge.amount_cents == 0 else _payment_page(charge, marks)),
            **await self._page_card_wish(charge, page),
            "metadata": marks,
            "client_reference_id": str(charge.id),
            "locale": page.language,
            "success_url": page.return_url,
            "cancel_url": page.return_url,
            "expires_at": int((charge.created_at + PAGE_OPEN).timestamp()),
        }
        key: Any = {"idempotency_key": str(charge.id)}
        return _judge_session(await self.v1.checkout.sessions.create_async(wish, key))

    async def give_up(self, reference: str) -> Outcome:
        """Close a page or an intent that nobody will pay; what was paid meanwhile is told so."""
        try:
            if reference.startswith("cs_"):
                await self.v1.checkout.sessions.expire_async(reference)
            elif reference.startswith("seti_"):
                await self.v1.setup_intents.cancel_async(reference)
            else:
                await self.v1.payment_intents.cancel_async(reference)
        except stripe.InvalidRequestError:
            pass  # it is closed already, one way or the other: look which
        except stripe.StripeError as error:
            raise away(error) from None
        try:
            return await self._look(reference)
        except stripe.StripeError as error:
            raise away(error) from None

    async def refund(self, key: UUID, reference: str, amount_cents: int, tenant: int) -> Outcome:
        """Pay a part of a payment back."""
        wish: Any = {
            "payment_intent": reference,
            "amount": amount_cents,
            "metadata": _marks("refund", key, tenant),
        }
        try:
            refund = await self.v1.refunds.create_async(wish, {"idempotency_key": str(key)})
        except stripe.InvalidRequestError as error:
            return Outcome(succeeded=False, reference=reference, decline_code=error.code)
        except stripe.StripeError as error:
            raise away(error) from None
        return _judge_refund(refund)

    async def look_at_refund(self, reference: str) -> Outcome:
        """How a refund stands that was asked before."""
        try:
            return _judge_refund(await self.v1.refunds.retrieve_async(reference))
        except stripe.StripeError as error:
            raise away(error) from None

    async def perform(self, call: Call) -> str:
        """Do what a call asks; the number that the service gave it.

        Raises `CallRefused` when the service will not, `ServiceAway` when nobody answers."""
        key: Any = {"idempotency_key": str(call.id)}
        marks = _marks("call", call.id, call.tenant)
        try:
            return await self._perform(call, key, marks)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise CallRefused(error.code or "refused") from None
        except stripe.StripeError as error:
            raise away(error) from None

    async def _perform(self, call: Call, key: Any, marks: dict[str, str]) -> str:
        match call.wish:
            case OpenAccount() as wish:
                return (await self.v1.accounts.create_async(account_wish(wish, marks), key)).id
            case MoveShare() as wish:
                moved: Any = {
                    "amount": wish.amount_cents,
                    "currency": "eur",
                    "destination": wish.destination,
                    "transfer_group": call.subject,
                    "metadata": marks,
                }
                return (await self.v1.transfers.create_async(moved, key)).id
            case TakeBack() as wish:
                back: Any = {"amount": wish.amount_cents, "metadata": marks}
                made = self.v1.transfers.reversals.create_async
                return (await made(wish.transfer, back, key)).id
            case ReleaseCard() as wish:
                return (await self.v1.payment_methods.detach_async(wish.card, {}, key)).id

    async def look_at_dispute(self, id: str) -> tuple[Dispute, int]:
        """A dispute, and the tenant of its charge; raises `NotFound` for a payment that was not
        made here."""
        expand: Any = {"expand": ["payment_intent"]}
        try:
            found: Any = await self.v1.disputes.retrieve_async(id, expand)
        except stripe.StripeError as error:
            raise away(error) from None
        marks: Any = found.payment_intent.metadata if found.payment_intent else {}
        if "charge" not in marks or "tenant" not in marks:
            raise NotFound("This dispute is about a payment that was not made here.")
        dispute = Dispute(
            id=found.id,
            charge=UUID(marks["charge"]),
            amount_cents=found.amount,
            state=_dispute_state(found),
            reason=found.reason,
            opened_at=datetime.fromtimestamp(found.created, UTC),
            fee_cents=sum(line.fee for line in found.balance_transactions),
        )
        return dispute, int(marks["tenant"])

    async def list_events(
        self, since: datetime, until: datetime | None = None, account: str | None = None
    ) -> list[Heard]:
        """What the service has told between two instants, the platform or an account of it."""
        on: Any = {"stripe_account": account} if account else {}
        created = {"gte": int(since.timestamp())}
        if until is not None:
            created["lt"] = int(until.timestamp())
        wish: Any = {"created": created, "types": TOLD, "limit": LINES_MOST}
        try:
            page = await self.v1.events.list_async(wish, on)
            return [_heard(event.to_dict(), account) async for event in page.auto_paging_iter()]
        except stripe.StripeError as error:
            raise away(error) from None

    def read_event(self, body: bytes, signature: str, now: datetime) -> Heard:
        """What the service tells, if it is the service: its signature, not older than five minutes.

        Raises `SignatureWrong`."""
        try:
            said = body.decode()
            told = int(signature.split("t=", 1)[1].split(",", 1)[0])
        except (UnicodeDecodeError, ValueError, IndexError):
            raise SignatureWrong() from None
        signed = any(_is_signed(said, signature, secret) for secret in self._secrets)
        if not signed or abs(now.timestamp() - told) > TOLERANCE_S:
            raise SignatureWrong()
        return _heard(msgspec.json.decode(body), None)


def _dispute_state(found: Any) -> str:
    """A dispute that was prevented is over before it began: the money went back to its holder, or
    nothing was taken. One that is appealed is open again, unless we know how it was decided."""
    if found.status != "prevented":
        return str(found.status)
    taken = -sum(line.amount for line in found.balance_transactions)
    return "lost" if taken > 0 else "warning_closed"


def _is_signed(body: str, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, None)
    except stripe.SignatureVerificationError:
        return False
    return True


def _heard(event: Any, account: str | None) -> Heard:
    thing = event["data"]["object"]
    return Heard(
        id=event["id"],
        kind=event["type"],
        thing=thing.get("id", ""),  # a balance has none
        account=event.get("account") or account,
        marks=thing.get("metadata") or {},
        created_at=datetime.fromtimestamp(event["created"], UTC),
    )


def _payment_page(charge: Charge, marks: dict[str, str]) -> dict[str, Any]:
    price = {
        "currency": charge.currency.lower(),
        "unit_amount": charge.amount_cents,
        "product_data": {"name": charge.page.title if charge.page else ""},
    }
    intent: dict[str, Any] = {
        "transfer_group": charge.subject,
        "metadata": marks,
        "capture_method": AT_ONCE,
    }
    if charge.keeps_card:
        intent["setup_future_usage"] = "off_session"
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": intent,
    }


def _setup_page(marks: dict[str, str]) -> dict[str, Any]:
    return {"mode": "setup", "currency": "eur", "setup_intent_data": {"metadata": marks}}


def _judge_session(session: Any) -> Outcome:
    """Where a hosted page stands: open, paid, or closed without a payment."""
    intent = session.payment_intent
    if session.status == "complete" and not isinstance(intent, str | None):
        return judge(intent)
    setup = session.setup_intent
    if session.status == "complete" and not isinstance(setup, str | None):
        return judge_setup(setup)
    if session.status == "expired":
        return Outcome(succeeded=False, reference=session.id, decline_code="page_closed")
    return Outcome(succeeded=False, reference=session.id, waiting=True, page_url=session.url)


def _judge_refund(refund: Any) -> Outcome:
    """A refund waits while the platform's balance cannot carry it, or its bank is slow."""
    return Outcome(
        succeeded=refund.status == "succeeded",
        waiting=refund.status in {"pending", "requires_action"},
        reference=refund.id,
        decline_code=refund.failure_reason,
    )


def _declined(error: stripe.CardError) -> Outcome:
    said: Any = error.error
    intent = getattr(said, "payment_intent", None)
    return Outcome(
        succeeded=False,
        reference=getattr(intent, "id", "") or "declined",
        decline_code=getattr(said, "decline_code", None) or error.code or "card_declined",
    )
