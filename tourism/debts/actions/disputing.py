"""A bank takes back what a card has paid of a debt: a claim first, owed again once it is lost."""

from uuid import uuid5

from hub import ledger, payments
from hub.core.db import Tx
from hub.ledger import Draft, Side
from tourism import settlement
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.debts import store
from tourism.debts.actions.paying import clearing_id
from tourism.debts.models import Payment
from tourism.settlement import claims


async def hear_dispute(tx: Tx, told: payments.DisputeChanged) -> None:
    """Bring the ledger to where a dispute stands, if it is of a debt's payment; a second call
    changes nothing."""
    dispute = await payments.find_dispute(tx, told.dispute)
    payment = await store.find_payment(tx, dispute.charge) if dispute else None
    if dispute is None or payment is None:
        return
    booking = await find_booking(tx, payment.lines[0].booking)
    split = booking.quote.split
    known = await ledger.list_by_reference(tx, f"dispute:{dispute.id}")
    await ledger.post(tx, split.scheme, payments.money_of(dispute, split.platform, known))
    if dispute.state == "lost":
        await _owe_again(tx, booking, payment, dispute)


async def _owe_again(tx: Tx, booking: Booking, payment: Payment, dispute: payments.Dispute) -> None:
    """Stay by stay; what no stay takes is the platform's loss."""
    left, name = dispute.amount_cents, f"dispute:{dispute.id}"
    for line in payment.ordered:
        cleared = clearing_id(payment.id, line)
        clearing = settlement.Clearing(
            id=uuid5(cleared, dispute.id), name=name, code=claims.CLAIMS, is_paid=True
        )
        _, cents = await settlement.undo_clearing(tx, line.booking, cleared, left, clearing)
        left -= cents
    split = booking.quote.split
    loss = Draft(
        reference=f"{name}:loss",
        debit=Side(holder=split.platform, code=claims.LOSSES),
        credit=Side(holder=split.platform, code=claims.CLAIMS),
        amount_cents=left,
    )
    await ledger.post(tx, split.scheme, [loss])
