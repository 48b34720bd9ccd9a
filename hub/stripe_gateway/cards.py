"""Cards that their holders leave with the service: asked for, kept, charged without them."""

from typing import Any

import stripe

from hub.payments.models import Charge, Outcome, Page
from hub.stripe_gateway.accounts import is_replayed

CARD_ONLY: Any = {"enabled": True, "allow_redirects": "never"}
WITH_CARD: Any = {"expand": ["payment_method"]}
AGAIN = ("", ":2", ":3")  # a holder who is written down twice at the service costs nothing


class Cards:
    """What a gateway does with cards for later."""

    v1: Any

    async def _keep_by_token(self, charge: Charge) -> Outcome:
        """Keep the card of a token, with its holder's agreement and nothing paid."""
        wish: Any = {
            "customer": await self._customer_of(charge),
            "payment_method": charge.method,
            "automatic_payment_methods": CARD_ONLY,
            "usage": "off_session",
            "confirm": True,
            "metadata": _marks(charge),
            **WITH_CARD,
        }
        if charge.page is not None:
            wish["return_url"] = charge.page.return_url
        key: Any = {"idempotency_key": str(charge.id)}
        return judge_setup(await self.v1.setup_intents.create_async(wish, key))

    async def _look_at_setup(self, reference: str) -> Outcome:
        """How a card stands that was asked for."""
        return judge_setup(await self.v1.setup_intents.retrieve_async(reference, WITH_CARD))

    async def _card_wish(self, charge: Charge) -> dict[str, Any]:
        """What a payment says of a card for later: keep it, or charge it without its holder."""
        if charge.keeps_card:
            customer = await self._customer_of(charge)
            return {"customer": customer, "setup_future_usage": "off_session"}
        if charge.customer is not None:
            return {"customer": charge.customer, "off_session": True}
        return {}

    async def _page_card_wish(self, charge: Charge, page: Page) -> dict[str, Any]:
        """Whose hosted page it is."""
        if charge.keeps_card:
            return {"customer": await self._customer_of(charge)}
        return {"customer_email": page.email} if page.email else {}

    async def _customer_of(self, charge: Charge) -> str:
        """The holder at the service: the same for the same charge, however often it is asked."""
        wish: Any = {"metadata": _marks(charge)}
        if charge.page is not None and charge.page.email:
            wish["email"] = charge.page.email
        for again in AGAIN:
            key: Any = {"idempotency_key": f"{charge.id}:customer{again}"}
            try:
                return (await self.v1.customers.create_async(wish, key)).id
            except stripe.StripeError as error:
                if not is_replayed(error) or again == AGAIN[-1]:
                    raise
        raise AssertionError("the last one answers or raises")


def _marks(charge: Charge) -> dict[str, str]:
    return {"charge": str(charge.id), "tenant": str(charge.tenant)}


def judge(intent: stripe.PaymentIntent) -> Outcome:
    """Where a payment stands, as an outcome; with the card that was kept beside it."""
    found: Any = intent
    if found.status == "succeeded":
        line = getattr(found.latest_charge, "balance_transaction", None)
        fee = getattr(line, "fee", None)
        return Outcome(
            succeeded=True,
            reference=found.id,
            fee_cents=fee or 0,
            fee_awaited=fee is None,
            **(_card_of(found) if found.setup_future_usage else {}),
        )
    return _undone(found, found.last_payment_error)


def judge_setup(setup: stripe.SetupIntent) -> Outcome:
    """Where a card stands that was asked for."""
    found: Any = setup
    if found.status == "succeeded":
        return Outcome(succeeded=True, reference=found.id, **_card_of(found))
    return _undone(found, found.last_setup_error)


def _undone(intent: Any, error: Any) -> Outcome:
    if intent.status in {"requires_action", "processing", "requires_confirmation"}:
        step = intent.next_action
        url = step.redirect_to_url.url if step and step.redirect_to_url else None
        return Outcome(succeeded=False, reference=intent.id, waiting=True, page_url=url)
    code = (getattr(error, "decline_code", None) or error.code) if error else intent.status
    return Outcome(succeeded=False, reference=intent.id, decline_code=code)


def _card_of(intent: Any) -> dict[str, Any]:
    method = intent.payment_method
    if isinstance(method, str | None) or intent.customer is None:
        return {}
    card = method.card
    label = f"{card.brand} {card.last4}" if card else method.type
    return {"customer": _id_of(intent.customer), "card": method.id, "card_label": label}


def _id_of(thing: Any) -> str:
    return thing if isinstance(thing, str) else thing.id
