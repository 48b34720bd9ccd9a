"""A room type's number of units, and the nights of the calendar that follow it."""

from datetime import date

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.sentences import say
from tourism import lodging
from tourism.calendar import store
from tourism.calendar.actions.applying import apply_now
from tourism.calendar.models import Month, RowKey
from tourism.calendar.policy import applying, units
from tourism.lodging import Property, RoomInvalid, RoomType
from tourism.lodging.models import SaveRoomType
from tourism.rates import list_rate_plans


async def save_room_type(tx: Tx, house: Property, said: SaveRoomType) -> int:
    """Add or change a room type; its id. Where it has another number of units from now on, the
    calendar follows as a change of its own. Raises `NotFound`, and `RoomInvalid`: also when more
    are sold, held or out of order on a night to come."""
    await store.lock_house(tx, house.id)
    types = await lodging.list_room_types(tx, house.id)
    before = next((type for type in types if type.id == said.id), None)
    id = await lodging.save_room_type(tx, house, said)
    if before is not None and before.units != said.units:
        await _follow_units(tx, house, before, said.units)
    return id


async def _follow_units(tx: Tx, house: Property, type: RoomType, now: int) -> None:
    # Every month is locked, in the order of all holds, before one of them is written.
    await store.list_room_months(tx, [type.id], date.min, date.max, lock=True)
    await store.keep_offered(tx, type.id, type.units)
    known = await store.list_room_months(tx, [type.id], date.min, date.max)
    months: dict[tuple[RowKey, date], Month] = {(month.key, month.month): month for month in known}
    pieces = units.plan_units(known, type.units, now, local_date(tx.now, house.zone))
    short = applying.find_short(pieces, months)
    if short:
        raise RoomInvalid(
            say(
                "From %(night)s on, up to %(least)s units are sold, held or out of order at once: "
                "keep at least %(least)s, or free those nights first.",
                night=short[0].on,
                least=max(units.needed_units(months, cell) for cell in short),
            ),
            field="units",
        )
    if pieces:
        plans = await list_rate_plans(tx, house.id)
        await apply_now(tx, house, "units", pieces, months, plans)
