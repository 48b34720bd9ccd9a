"""Charges and refunds, whoever the payment service is."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class State(StrEnum):
    """Where a charge or a refund stands."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A payment asked of a guest. Its id is also the idempotency key at the payment service."""

    id: UUID
    tenant: int
    subject: str
    amount_cents: int
    currency: str
    method: str
    state: State
    reference: str | None
    decline_code: str | None
    created_at: datetime
    settled_at: datetime | None


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money that goes back to the guest. Its id is the idempotency key at the service."""

    id: UUID
    tenant: int
    charge: UUID
    subject: str
    amount_cents: int
    state: State
    reference: str | None
    created_at: datetime
    settled_at: datetime | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the payment service answered: its reference, and why it declined if it did."""

    succeeded: bool
    reference: str
    decline_code: str | None = None


class RefundPrepared(msgspec.Struct, frozen=True, kw_only=True):
    refund: UUID


class RefundSettled(msgspec.Struct, frozen=True, kw_only=True):
    refund: UUID
    subject: str
    amount_cents: int
