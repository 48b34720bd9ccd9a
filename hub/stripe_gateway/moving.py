"""What moves money or opens an account beside a payment: refunds and prepared calls."""

from typing import Any
from uuid import UUID

import stripe

from hub.payments.errors import CallRefused
from hub.payments.models import Call, MoveShare, OpenAccount, Outcome, ReleaseCard, TakeBack
from hub.stripe_gateway.accounts import account_wish, away


def marks_of(name: str, id: UUID, tenant: int) -> dict[str, str]:
    """What the service keeps beside a thing, to bring it home: our row and its tenant."""
    return {name: str(id), "tenant": str(tenant)}


class Moves:
    """Refunds and calls, each under the id of the row that was committed before."""

    v1: Any

    async def refund(self, key: UUID, reference: str, amount_cents: int, tenant: int) -> Outcome:
        """Pay a part of a payment back."""
        wish: Any = {
            "payment_intent": reference,
            "amount": amount_cents,
            "metadata": marks_of("refund", key, tenant),
        }
        try:
            refund = await self.v1.refunds.create_async(wish, {"idempotency_key": str(key)})
        except stripe.InvalidRequestError as error:
            return Outcome(succeeded=False, reference=reference, decline_code=error.code)
        except stripe.StripeError as error:
            raise away(error) from None
        return judge_refund(refund)

    async def look_at_refund(self, reference: str) -> Outcome:
        """How a refund stands that was asked before."""
        try:
            return judge_refund(await self.v1.refunds.retrieve_async(reference))
        except stripe.StripeError as error:
            raise away(error) from None

    async def perform(self, call: Call) -> str:
        """Do what a call asks; the number that the service gave it.

        Raises `CallRefused` when the service will not, `ServiceAway` when nobody answers."""
        key: Any = {"idempotency_key": str(call.id)}
        marks = marks_of("call", call.id, call.tenant)
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


def judge_refund(refund: Any) -> Outcome:
    """A refund waits while the platform's balance cannot carry it, or its bank is slow."""
    return Outcome(
        succeeded=refund.status == "succeeded",
        waiting=refund.status in {"pending", "requires_action"},
        reference=refund.id,
        decline_code=refund.failure_reason,
    )
