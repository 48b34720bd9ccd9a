"""Open a season in one go: the same price every night, every unit, through the calendar."""

from datetime import timedelta

from hub.core.clock import local_date
from hub.core.db import Tx
from tourism import lodging
from tourism.calendar import push_calendar
from tourism.calendar.models import Field, PushCalendar, Values
from tourism.lodging import Property
from tourism.onboarding.errors import OpeningInvalid
from tourism.onboarding.models import Opening
from tourism.rates.errors import EditInvalid

SEASON_DAYS = 730


async def open_season(tx: Tx, house: Property, said: Opening) -> None:
    """All room types with a price, all or nothing, as one change that the calendar can undo.

    Raises `OpeningInvalid`, `CalendarMoved` when more is sold than would be offered.
    """
    today = local_date(tx.now, house.zone)
    types = await lodging.list_room_types(tx, house.id)
    if not types:
        raise OpeningInvalid("Add a room type first.", field="first")
    if said.first < today:
        raise OpeningInvalid("The season begins today at the earliest.", field="first")
    if said.last < said.first:
        raise OpeningInvalid("The last night is not before the first.", field="last")
    if (said.last - today).days > SEASON_DAYS:
        raise OpeningInvalid("Two years ahead is the furthest.", field="last")
    if not 1 <= said.min_stay <= 28:
        raise OpeningInvalid("The minimum stay is from 1 to 28 nights.", field="min_stay")
    nights = (said.last - said.first) // timedelta(days=1) + 1
    values: list[Values] = []
    for type in types:
        cents = said.price_cents.get(type.id)
        if cents is None or not 100 <= cents <= 10_000_000:
            raise OpeningInvalid("A price is from 1 to 100,000 euros.", field=f"price_{type.id}")
        said_of_type = {
            Field.PRICE: cents,
            Field.OFFERED: type.units,
            Field.MIN_STAY: said.min_stay,
            Field.CLOSED: 0,
        }
        values += [
            Values(room_type=type.id, field=field, first=said.first, values=(value,) * nights)
            for field, value in said_of_type.items()
        ]
    try:
        await push_calendar(tx, house, PushCalendar(values=tuple(values)))
    except EditInvalid as error:
        if str(error).startswith("Nothing"):  # the calendar says all of it already
            return
        raise OpeningInvalid(str(error), field="last") from None
