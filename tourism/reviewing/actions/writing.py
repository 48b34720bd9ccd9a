"""Write a review after a stay, once; look at it, take it back; the house answers it."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from tourism.booking.actions import reading
from tourism.booking.models import Booking
from tourism.reviewing import policy, store
from tourism.reviewing.errors import ReviewOver, ReviewUnknown
from tourism.reviewing.models import OwnReview, WriteReview
from tourism.reviews.models import ReviewState

MOST_LISTED = 200


async def find_stay(tx: Tx, booking: UUID) -> tuple[Booking, OwnReview | None]:
    """A stay with the review that its guest wrote. Raises `NotFound`."""
    return await reading.find_booking(tx, booking), await store.find_of_booking(tx, booking)


async def write_review(tx: Tx, booking_id: UUID, command: WriteReview) -> OwnReview:
    """Publish the review of a stay; the same once more gives the first one back.

    Raises `NotStayedYet`, `ReviewInvalid`, and `ReviewOver` for another one.
    """
    booking, written = await find_stay(tx, booking_id)
    if written is not None:
        return _same(written, command)
    policy.check_may_review(booking, tx.now)
    policy.check_review(command)
    assert booking.guest is not None
    author = policy.author_of(booking.guest)
    if await store.insert_review(tx, booking, author, booking.guest.email, command):
        await audit.record(
            tx,
            action="review.write",
            subject=f"booking:{booking.id}",
            detail={"score": command.score},
        )
    review = await store.find_of_booking(tx, booking_id)
    assert review is not None
    return _same(review, command)


def _same(written: OwnReview, command: WriteReview) -> OwnReview:
    said = (command.score, command.text.strip())
    if written.state is ReviewState.PUBLISHED and said != (written.score, written.text):
        raise ReviewOver("A stay has one review, and yours is published as you wrote it first.")
    return written


async def withdraw_review(tx: Tx, booking: UUID) -> OwnReview:
    """The author takes the review back; its words are gone. Raises `ReviewUnknown`, `ReviewOver`
    for one that was removed."""
    written = await store.find_of_booking(tx, booking)
    review = await lock_review(tx, written.id) if written else None
    if review is None:
        raise ReviewUnknown("There is no review of this stay.")
    if review.state is ReviewState.REMOVED:
        raise ReviewOver("It was removed already.")
    if review.state is ReviewState.PUBLISHED:
        await store.withdraw_review(tx, review.id)
        await audit.record(tx, action="review.withdraw", subject=f"review:{review.id}")
    return await find_review(tx, review.id)


async def find_review(tx: Tx, id: UUID) -> OwnReview:
    """One review of this wall. Raises `ReviewUnknown`."""
    review = await store.find_review(tx, id)
    if review is None:
        raise ReviewUnknown("It may have been forgotten: reviews are kept three years.")
    return review


async def lock_review(tx: Tx, id: UUID) -> OwnReview:
    """The same, nobody else's until the commit."""
    review = await store.lock_review(tx, id)
    if review is None:
        raise ReviewUnknown("It may have been forgotten: reviews are kept three years.")
    return review


async def list_own(tx: Tx) -> list[OwnReview]:
    """The newest reviews of the own house, whatever became of them."""
    return await store.list_own(tx, MOST_LISTED)


async def reply_to(tx: Tx, id: UUID, text: str) -> OwnReview:
    """The house's reply, beside the review; a new one replaces it. Raises `ReviewInvalid`,
    `ReviewUnknown`, `ReviewOver`."""
    said = policy.check_reply(text)
    review = await lock_review(tx, id)
    if review.state is not ReviewState.PUBLISHED:
        raise ReviewOver("It is no longer shown.")
    if review.reply != said:
        await store.keep_reply(tx, id, said)
        await audit.record(tx, action="review.reply", subject=f"review:{id}")
    return await find_review(tx, id)
