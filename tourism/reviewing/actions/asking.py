"""After the departure, a guest is asked once how it was; reviews too old are forgotten."""

from uuid import UUID

from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from tourism.booking.actions.reading import find_booking
from tourism.booking.store import claim_letter
from tourism.reviewing import policy, store
from tourism.reviewing.errors import NotStayedYet
from tourism.reviewing.models import OldReviews, ReviewWanted, StayOver
from tourism.reviewing.store import StayOf
from tourism.reviews.models import SHOWN_FOR

ZONE = "Europe/Paris"
AT_ONCE = 1_000


async def announce_stays_over(tx: Tx, after: StayOf | None = None) -> StayOf | None:
    """Send the next stays whose guests are to be asked to their task; the last one of them, after
    which to go on, or None when there is none any more."""
    first, last = policy.days_asked(local_date(tx.now, ZONE))
    stays = await store.list_stays_over(tx, first, last, after, AT_ONCE)
    for stay in stays:
        await outbox.emit_for(tx, stay.tenant, StayOver(booking=stay.booking))
    return stays[-1] if stays else None


async def ask_guest(tx: Tx, booking_id: UUID) -> None:
    """Have the letter written that asks for a review; once a booking."""
    booking = await find_booking(tx, booking_id)
    try:
        policy.check_may_review(booking, tx.now)
    except NotStayedYet:
        return
    guest = booking.guest
    if guest is None or not guest.email or not await claim_letter(tx, booking_id, "review"):
        return
    wanted = ReviewWanted(
        tenant=booking.tenant,
        booking=booking.id,
        house=booking.quote.property_name,
        commune=booking.quote.commune,
        first_name=guest.first_name,
        email=guest.email,
        language=guest.language,
        arrival=booking.arrival,
        departure=booking.departure,
    )
    await outbox.emit_for(tx, booking.quote.split.platform, wanted)


async def announce_old(tx: Tx) -> None:
    """Send the tenants that have something to forget to their task."""
    for tenant in await store.list_tenants_with_old(tx, tx.now - SHOWN_FOR):
        await outbox.emit_for(tx, tenant, OldReviews())


async def forget_old(tx: Tx) -> None:
    """Forget them, behind one wall."""
    await store.forget_old(tx, tx.now - SHOWN_FOR)
