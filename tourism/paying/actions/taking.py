"""A stay that was paid after its hold was over takes its rooms again, if it still can."""

from zoneinfo import ZoneInfo

from hub.core.db import Tx
from tourism import lodging
from tourism.booking.actions.inventory import try_take_rooms
from tourism.booking.models import Booking
from tourism.quoting.models import DESK


async def take_again(tx: Tx, booking: Booking) -> str | None:
    """Take the rooms again; why not, when they are gone, when the first night has passed, or when
    the house has left the sale."""
    if tx.now.astimezone(ZoneInfo(booking.quote.zone)).date() > booking.arrival:
        return "the stay had begun, all is paid back"
    house = await lodging.find_property(tx, booking.property)
    if booking.quote.channel != DESK and (house is None or house.listing not in lodging.SELLING):
        return "the house had left the sale, all is paid back"
    if not await try_take_rooms(tx, booking.quote):
        return "the rooms were gone, all is paid back"
    return None
