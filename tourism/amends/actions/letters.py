"""What the guest is told when the house goes back on the stay, with a link to say where to pay."""

from hub.core.db import Tx
from tourism.booking.actions.letters import write_of
from tourism.booking.models import Booking

_PACKAGE = "tourism.amends"


async def write_renounced(tx: Tx, booking: Booking, cents: int) -> None:
    """The house owes the guest so much beside the refund."""
    await write_of(tx, booking, _PACKAGE, "renounced", cents=cents)


async def write_transferred(tx: Tx, booking: Booking, cents: int, end: str) -> None:
    """It is on its way to the account that ends so; once a stay."""
    claim = "amends:transferred"
    await write_of(tx, booking, _PACKAGE, "transferred", claim=claim, cents=cents, end=end)
