"""With `hub.stripe_gateway`, the one place that speaks to Stripe, or to the stand-in that speaks
like it.

Nothing here opens a transaction. Every write carries the id of the row that was committed before
as its idempotency key, and that id with its tenant as metadata, so that whatever the service tells
later can be brought home.
"""

from datetime import timedelta
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import stripe

from hub.core.sentences import say
from hub.payments.errors import PaymentMethodUnknown
from hub.payments.models import HOSTED, Charge, Outcome
from hub.stripe_gateway.accounts import Accounts, away
from hub.stripe_gateway.cards import CARD_ONLY, Cards, judge, judge_setup
from hub.stripe_gateway.line import TRANSPORTS, Line, Service
from hub.stripe_gateway.lost import Lost
from hub.stripe_gateway.moving import Moves, marks_of
from hub.stripe_gateway.telling import Told

PAGE_OPEN = timedelta(minutes=35)
WITH_COST = ["latest_charge.balance_transaction", "payment_method"]
# Otherwise the service books a payment later than it answers, and does not know its own cost yet.
AT_ONCE = "automatic"


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


class StripeGateway(Cards, Accounts, Lost, Moves, Told):
    """Stripe, by its own SDK: payments here, the rest as the classes of `hub.stripe_gateway`."""

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
            "metadata": marks_of("charge", charge.id, charge.tenant),
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
        marks = marks_of("charge", charge.id, charge.tenant)
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


def _declined(error: stripe.CardError) -> Outcome:
    said: Any = error.error
    intent = getattr(said, "payment_intent", None)
    return Outcome(
        succeeded=False,
        reference=getattr(intent, "id", "") or "declined",
        decline_code=getattr(said, "decline_code", None) or error.code or "card_declined",
    )
