"""A payment service inside our own database, for tests and for who has no service at all.

It keeps its own books in its own transactions, knows idempotency keys, and declines the cards that
ask for it. Its method tokens are those of Stripe's test cards, so that the same names work there.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from hub.core.db import Database
from hub.core.sentences import say
from hub.core.sql import load_queries
from hub.payments.errors import PaymentMethodUnknown
from hub.payments.models import SANDBOX, Charge, Outcome

q = load_queries(__name__)

SANDBOX_METHODS: Mapping[str, str | None] = {
    "pm_card_visa": None,
    "pm_card_mastercard": None,
    "pm_card_visa_chargeDeclined": "card_declined",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
}


class SandboxGateway:
    """A payment service that moves no money."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_method(self, method: str) -> None:
        if method not in SANDBOX_METHODS:
            raise PaymentMethodUnknown(
                say("The sandbox knows %(known)s.", known=", ".join(SANDBOX_METHODS))
            )

    async def charge(self, key: UUID, amount_cents: int, method: str) -> Outcome:
        self.check_method(method)
        return await self._once(key, "charge", amount_cents, SANDBOX_METHODS[method])

    async def ask(self, charge: Charge) -> Outcome:
        outcome = await self.charge(charge.id, charge.amount_cents, charge.method)
        if not charge.keeps_card or not outcome.succeeded:
            return outcome
        return msgspec.structs.replace(
            outcome, customer=f"{SANDBOX}guest", card=charge.method, card_label="test"
        )

    async def refund(self, key: UUID, reference: str, amount_cents: int, tenant: int) -> Outcome:
        del reference, tenant
        return await self._once(key, "refund", amount_cents, None)

    async def _once(self, key: UUID, kind: str, amount_cents: int, decline: str | None) -> Outcome:
        async with self._database.transaction(actor="sandbox") as tx:
            await tx.run(
                q.sandbox_move,
                key=key,
                kind=kind,
                amount_cents=amount_cents,
                decline_code=decline,
                reference=f"sandbox_{kind}_{key.hex[:16]}",
                now=tx.now,
            )
            outcome = await tx.one(Outcome, q.sandbox_outcome, key=key, kind=kind)
        if outcome is None:
            raise RuntimeError("the sandbox has lost a movement")
        return outcome
