"""What the guest is told of a change."""

from uuid import UUID

from hub.core.db import Tx
from tourism.booking.actions.letters import write_letter


async def write_change(tx: Tx, booking_id: UUID, revision: int, cents: int) -> None:
    """The stay as it is now, and what was paid or comes back, once a revision."""
    said = {"due_cents": max(cents, 0), "back_cents": max(-cents, 0)}
    await write_letter(tx, booking_id, "change", claim=f"change:{revision}", said=said)
