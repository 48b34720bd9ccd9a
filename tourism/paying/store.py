"""The statements of paying. Each enters the wall itself, so that it may stand alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub import ledger, payments
from hub.core.db import Reads
from hub.core.idempotency import Once
from hub.core.outbox import Packed
from hub.core.sql import load_queries
from tourism.booking.models import Booking, Guest
from tourism.booking.subjects import subject_of

q = load_queries(__name__)


async def begin_payment(
    reads: Reads,
    charge: payments.Charge,
    booking: UUID,
    guest: Guest,
    *,
    actor: str,
    until: datetime,
    pending: dict[str, object],
    messages: Sequence[Packed],
) -> Booking | None:
    """The stay that is being paid now; None, and nothing written, where it is not the plain
    case."""
    text = await reads.value(
        str,
        q.begin_payment,
        tenant=charge.tenant,
        booking=booking,
        charge=charge.id,
        subject=charge.subject,
        total_cents=charge.amount_cents,
        method=charge.method,
        page=charge.page,
        guest=guest,
        actor=actor,
        now=charge.created_at,
        until=until,
        pending=pending,
        delays=[message.delay for message in messages],
        envelopes=[message.envelope for message in messages],
    )
    return None if text is None else msgspec.json.decode(text, type=Booking)


async def confirm_paid(
    reads: Reads,
    booking: Booking,
    charge: payments.Charge,
    outcome: payments.Outcome,
    *,
    actor: str,
    now: datetime,
    allocation: UUID,
    drafts: Sequence[ledger.Draft],
    act: dict[str, object],
    messages: Sequence[Packed],
    kept: tuple[Once, bytes] | None = None,
) -> Booking | None:
    """The confirmed stay, and its answer `kept` under its key; None, and nothing written, when
    anything has happened to it since."""
    once, body = kept or (None, None)
    text = await reads.value(
        str,
        q.confirm_paid,
        tenant=booking.tenant,
        booking=booking.id,
        revision=booking.revision,
        charge=charge.id,
        reference=outcome.reference,
        actor=actor,
        now=now,
        scheme=booking.quote.split.scheme,
        subject=subject_of(booking.id, booking.version),
        allocation=allocation,
        shares=booking.quote.split.allocation,
        drafts=list(drafts),
        act=act,
        envelopes=[message.envelope for message in messages],
        scope=once and once.scope,
        key=once and once.key,
        fingerprint=once and once.fingerprint,
        body=body,
    )
    return None if text is None else msgspec.json.decode(text, type=Booking)
