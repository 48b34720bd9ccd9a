"""What became of something whose answer was lost: found by its own number at the service.

The service saves its first answer under a key, an error of its own with the rest, and forgets the
key after a day: the same key then does it again. So what was asked long ago is looked up first.
"""

from datetime import timedelta
from typing import Any

import stripe

from hub.payments.models import (
    HOSTED,
    Call,
    Charge,
    MoveShare,
    OpenAccount,
    Outcome,
    Refund,
    ReleaseCard,
    TakeBack,
)
from hub.stripe_gateway.accounts import LINES_MOST, away

EARLIER = timedelta(hours=1)  # how far the service's clock may be behind ours


class Lost:
    """What is found again of charges, refunds and calls."""

    v1: Any

    async def find_payment(self, charge: Charge) -> Outcome | None:
        """How a charge ended of which we know no reference; None when the service knows none.

        A page whose address nobody was ever given, and a card alone, took no money: those are over.
        """
        listed: Any = {"transfer_group": charge.subject, "limit": LINES_MOST}
        try:
            page = await self.v1.charges.list_async(listed)
            async for found in page.auto_paging_iter():
                if _is_of(found, "charge", charge.id):
                    return await self._look(str(found.payment_intent))
        except stripe.StripeError as error:
            raise away(error) from None
        if charge.method == HOSTED or charge.amount_cents == 0:
            return LOST
        return None

    async def _look(self, reference: str) -> Outcome:
        raise NotImplementedError

    async def find_refund(self, refund: Refund, reference: str) -> str | None:
        """The service's number of a refund of a payment."""
        try:
            page = await self.v1.refunds.list_async(
                {"payment_intent": reference, "limit": LINES_MOST}
            )
            return await _number_of(page, "refund", refund.id)
        except stripe.StripeError as error:
            raise away(error) from None

    async def find_call(self, call: Call) -> str | None:
        """The number that the service gave to what a call asked."""
        try:
            match call.wish:
                case OpenAccount():
                    since = int((call.created_at - EARLIER).timestamp())
                    listed: Any = {"created": {"gte": since}, "limit": LINES_MOST}
                    page = await self.v1.accounts.list_async(listed)
                case MoveShare():
                    page = await self.v1.transfers.list_async(
                        {"transfer_group": call.subject, "limit": LINES_MOST}
                    )
                case TakeBack() as wish:
                    page = await self.v1.transfers.reversals.list_async(
                        wish.transfer, {"limit": LINES_MOST}
                    )
                case ReleaseCard() as wish:
                    card = await self.v1.payment_methods.retrieve_async(wish.card)
                    return wish.card if card.customer is None else None
            return await _number_of(page, "call", call.id)
        except stripe.InvalidRequestError as error:
            if isinstance(call.wish, TakeBack | ReleaseCard):
                return None  # what it is about is gone: asking for it says so, and ends the call
            raise away(error) from None
        except stripe.StripeError as error:
            raise away(error) from None


LOST = Outcome(succeeded=False, reference="lost", decline_code="answer_lost")


async def _number_of(page: Any, name: str, id: object) -> str | None:
    async for found in page.auto_paging_iter():
        if _is_of(found, name, id):
            return str(found.id)
    return None


def _is_of(thing: Any, name: str, id: object) -> bool:
    marks = thing.metadata or {}
    return name in marks and marks[name] == str(id)
