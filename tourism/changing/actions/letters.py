"""What the guest is told of a change."""

from hub.core.db import Tx
from tourism.booking.actions.letters import write_letter
from tourism.changing.models import StayChanged


async def write_change(tx: Tx, told: StayChanged) -> None:
    """The stay as it is now, and what was paid, is paid later or comes back, once a revision."""
    now = told.cents - told.later_cents
    said = {
        "due_cents": max(now, 0),
        "back_cents": max(-now, 0),
        "later_cents": told.later_cents,
    }
    await write_letter(tx, told.booking, "change", claim=f"change:{told.revision}", said=said)
