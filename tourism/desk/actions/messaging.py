"""Messages between the guest of a stay and the house."""

from datetime import timedelta
from uuid import UUID, uuid5

from hub.core import outbox
from hub.core.db import Tx
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.desk import policy, store
from tourism.desk.actions import letters
from tourism.desk.models import Message, MessageWritten, Sender

_DAY = timedelta(days=1)


async def write_message(
    tx: Tx, booking_id: UUID, sender: Sender, author: str, text: str, key: str
) -> Booking:
    """Send a message; the same key again sends nothing more.

    `author` is the name shown beside it. Raises `MessageInvalid`, `WrongState`,
    `TooManyMessages`, `NotFound`.
    """
    booking = await find_booking(tx, booking_id)
    body = policy.clean_message(text)
    id = uuid5(booking.id, f"{sender.value}:{key or body}")
    if await store.find_message(tx, id) is not None:
        return booking
    since = tx.now - _DAY
    written = await store.count_recent_messages(tx, booking.id, sender, since)
    policy.check_may_write(booking, written)
    if await store.insert_message(tx, id, booking.id, sender, author, body):
        await outbox.emit(tx, MessageWritten(message=id))
    return booking


async def write_guest_message(tx: Tx, booking_id: UUID, text: str, key: str) -> Booking:
    """The same for the guest, under the name that booked."""
    guest = (await find_booking(tx, booking_id)).guest
    author = f"{guest.first_name} {guest.last_name}" if guest else ""
    return await write_message(tx, booking_id, Sender.GUEST, author, text, key)


async def read_messages(tx: Tx, booking_id: UUID, reader: Sender) -> list[Message]:
    """The messages of a stay, oldest first; what the other side wrote counts as seen from now on.

    The list tells what was unseen until now (`seen_at` is None).
    """
    found = await store.list_messages(tx, booking_id)
    other = Sender.GUEST if reader is Sender.HOUSE else Sender.HOUSE
    if any(message.sender is other and message.seen_at is None for message in found):
        await store.mark_seen(tx, booking_id, other)
    return found


async def announce_message(tx: Tx, message_id: UUID) -> None:
    """Tell the other side by e-mail, once a message."""
    message = await store.find_message(tx, message_id)
    if message is None or not await store.claim_announcement(tx, message_id):
        return
    await letters.announce(tx, await find_booking(tx, message.booking), message)
