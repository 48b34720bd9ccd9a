"""A change in the ledger."""

from collections.abc import Sequence

from hub import agreements, ledger, payments
from hub.core.db import Tx
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.paying.actions import reversing, sharing
from tourism.paying.models import Worth


async def post_change(
    tx: Tx,
    before: Booking,
    after: Booking,
    kept_cents: int,
    charge: payments.Charge | None,
    refunds: Sequence[payments.Refund],
    owed_cents: int,
) -> None:
    """One version of a stay gives way to the next: its shares are taken back but for what is kept,
    the new price is shared whole, and the difference is paid, on its way back, or owed more (or,
    below zero, less)."""
    split = after.quote.split
    drafts = await reversing.take_back(tx, before, Worth(gross_cents=kept_cents))
    await agreements.freeze_allocation(
        tx,
        scheme=split.scheme,
        subject=subject_of(after.id, after.version),
        allocation=split.allocation,
    )
    drafts += sharing.share_drafts(after)
    if charge is not None:
        drafts += sharing.charged_drafts(before, charge)
    drafts += sharing.pending_refunds(before, refunds)
    drafts += sharing.owed_drafts(before, owed_cents)
    await ledger.post(tx, split.scheme, drafts)
