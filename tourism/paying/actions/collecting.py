"""What the guest has paid at the house itself."""

from hub.core.clock import local_date
from hub.core.db import Tx
from tourism.booking.actions.moving import move
from tourism.booking.models import Booking, Event
from tourism.paying import policy
from tourism.paying.actions import sharing
from tourism.paying.models import OwedChanged


async def collect_at_house(tx: Tx, booking: Booking) -> Booking:
    """Count what the guest of a stay has paid at its house, once it can be known: the guest was
    seen, or the stay is over and nobody has said that the guest did not come. The caller has locked
    it; a second call changes nothing."""
    if not policy.is_paid_at_house(booking, local_date(tx.now, booking.quote.zone)):
        return booking
    await sharing.post_at_house(tx, booking)
    return await move(
        tx,
        booking,
        Event.OWED_PAID,
        "paid at the house",
        OwedChanged(booking=booking.id),
        owed_cents=0,
        detail={"at_house_cents": booking.owed_cents},
    )
