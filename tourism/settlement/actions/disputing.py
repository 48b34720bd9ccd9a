"""A dispute in the ledger.

The bank takes the money first: that is written down as a claim, and its fee as a cost. A dispute
that is won gives both back; one that is lost takes the shares of the stay back in proportion, so
that each beneficiary bears its part, as with a refund, but for what a fund of the agreement
absorbs."""

from hub import ledger, payments
from hub.core.db import Tx
from hub.rules import Absorption
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.settlement import claims
from tourism.settlement.actions import absorbing


async def post_disputes(
    tx: Tx, booking: Booking, clauses: tuple[Absorption, ...] = ()
) -> list[payments.Dispute]:
    """Bring the ledger to where the disputes of a stay stand; a second call posts nothing."""
    disputes = await payments.list_disputes(tx, subject_of(booking.id))
    for dispute in disputes:
        known = await ledger.list_by_reference(tx, f"dispute:{dispute.id}")
        drafts = payments.money_of(dispute, booking.quote.split.platform, known)
        if dispute.state == "lost" and not claims.is_borne(dispute, known):
            shared = await ledger.list_by_reference(tx, subject_of(booking.id))
            absorbed = await absorbing.absorb_dispute(tx, booking, dispute, clauses)
            cents = sum(draft.amount_cents for draft in absorbed)
            drafts += absorbed
            drafts += claims.borne(dispute, booking.quote.split.platform, shared, cents)
        await ledger.post(tx, booking.quote.split.scheme, drafts)
    return disputes
