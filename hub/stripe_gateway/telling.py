"""What Stripe tells: its signed messages, the same asked for again, and the disputes of banks."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import stripe

from hub.payments.errors import SignatureWrong
from hub.payments.models import Dispute, Heard
from hub.stripe_gateway.accounts import LINES_MOST, away

TOLERANCE_S = 300
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


class Told:
    """What is heard of the service, and looked at because it was told."""

    v1: Any
    _secrets: tuple[str, ...]

    async def look_at_dispute(self, id: str) -> tuple[Dispute, int] | None:
        """A dispute, and the tenant of its charge; None for a payment that was not made here."""
        expand: Any = {"expand": ["payment_intent"]}
        try:
            found: Any = await self.v1.disputes.retrieve_async(id, expand)
        except stripe.StripeError as error:
            raise away(error) from None
        marks: Any = found.payment_intent.metadata if found.payment_intent else {}
        if "charge" not in marks or "tenant" not in marks:
            return None
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
