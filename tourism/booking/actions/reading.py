"""Look at bookings."""

from datetime import date
from uuid import UUID

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism.booking import store
from tourism.booking.models import Booking
from tourism.booking.store import Revision


async def find_booking(tx: Tx, id: UUID) -> Booking:
    """One booking of this wall. Raises `NotFound`."""
    booking = await store.find_booking(tx, id)
    if booking is None:
        raise NotFound("This booking is unknown.")
    return booking


async def list_day(tx: Tx, day: date | None = None) -> list[Booking]:
    """Confirmed stays that arrive, stay or leave on a day; today, in Paris, by default."""
    return await store.list_day(tx, day or today(tx))


def today(tx: Tx) -> date:
    """The calendar date in Paris."""
    return local_date(tx.now, "Europe/Paris")


async def list_newest(tx: Tx, wanted: int = 20) -> list[Booking]:
    """The newest confirmed or cancelled bookings of this wall."""
    return await store.list_newest(tx, wanted)


async def list_revisions(tx: Tx, id: UUID) -> list[Revision]:
    """Every change of a booking, oldest first."""
    return await store.list_revisions(tx, id)
