"""What is paid and owed of a stay, as its guest and its house see it."""

from hub import payments
from hub.core.db import Tx
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.owing import policy, store
from tourism.owing.models import DueKind, DueState, Owing


async def find_owing(tx: Tx, booking: Booking) -> Owing:
    """How the payment of a stay stands."""
    dues = await store.list_dues(tx, booking.id)
    unpaid = [due for due in dues if due.state is DueState.UNPAID and due.kind is DueKind.BALANCE]
    return Owing(
        paid_cents=booking.paid_cents,
        owed_cents=booking.owed_cents,
        card=await payments.find_kept_card(tx, subject_of(booking.id)),
        dues=tuple(due for due in dues if due.kind is not DueKind.RELEASE),
        lapses_at=policy.lapse_at(unpaid[0], booking) if unpaid else None,
    )
