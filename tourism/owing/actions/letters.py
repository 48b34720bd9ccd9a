"""What the guest is told of what is owed, in their language, with a link where they must act."""

from hub.core.db import Tx
from tourism.booking.actions.letters import write_of
from tourism.booking.models import Booking
from tourism.owing import policy
from tourism.owing.models import Due, DueKind, DueState

_PACKAGE = "tourism.owing"


async def write_due(tx: Tx, booking: Booking, due: Due) -> None:
    """What is owed: announced before its day, or asked for after the card did not pay."""
    lapses_at = policy.lapse_at(due, booking) if due.kind is DueKind.BALANCE else None
    name = "unpaid" if due.state is DueState.UNPAID else "soon"
    await write_of(tx, booking, _PACKAGE, name, due=due, lapses_at=lapses_at)


async def write_paid(tx: Tx, booking: Booking, kind: DueKind, cents: int) -> None:
    """What was owed is paid."""
    await write_of(tx, booking, _PACKAGE, "paid", kind=kind, cents=cents)
