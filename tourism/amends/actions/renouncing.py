"""The house goes back on a stay: everything comes back, and arrhes are owed twice.

What the guest has paid goes back to the card. The same again (code de la consommation L214-1) is
the house's debt in the ledger, kept from its next shares or paid by card, and what the platform
owes the guest until it is transferred.
"""

from uuid import UUID

from hub import ledger
from hub.core.db import Tx
from hub.ledger import Draft, Side
from tourism.amends import policy, store
from tourism.amends.actions import letters
from tourism.amends.models import OWED, RenounceStay
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.paying.actions import cancelling
from tourism.paying.errors import RefundChanged
from tourism.paying.models import CancelBooking, Refund
from tourism.paying.policy import amends_of


async def preview(tx: Tx, booking_id: UUID) -> tuple[Booking, Refund, int]:
    """The stay, what its guest gets back if the house goes back on it, and what beside."""
    booking, refund = await cancelling.preview_renounced(tx, booking_id)
    return booking, refund, amends_of(booking)


async def renounce_stay(tx: Tx, booking_id: UUID, command: RenounceStay) -> Booking:
    """Cancel it for the refund and the amends that were shown; a second call changes nothing.

    Raises `WrongState`, `RefundChanged`, `Invalid`."""
    note = policy.clean_note(command.note)
    wish = CancelBooking(refund_cents=command.refund_cents)
    before, after = await cancelling.renounce(tx, booking_id, wish, note)
    if before is after:
        return after
    cents = amends_of(before)
    if cents != command.amends_cents:
        raise RefundChanged("Look at the refund of now and confirm it.", amends_cents=cents)
    if cents:
        split = before.quote.split
        draft = Draft(
            reference=f"{subject_of(before.id, before.version)}:amends",
            debit=Side(holder=before.tenant, code="lodging.payable"),
            credit=Side(holder=split.platform, code=OWED),
            amount_cents=cents,
        )
        await ledger.post(tx, split.scheme, [draft])
        await store.insert_amends(tx, before, cents)
        await letters.write_renounced(tx, after, cents)
    return after
