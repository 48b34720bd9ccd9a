"""Our own calendar of a room type, as other platforms read it."""

from datetime import timedelta

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism import lodging, rates
from tourism.channels import policy
from tourism.channels.models import EXPORT_DAYS


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar file and its entity tag."""

    text: str
    tag: str


async def export_calendar(tx: Tx, room_type: int) -> Export:
    """The nights of the next 400 days on which nothing is left. Raises `NotFound`."""
    house = await lodging.find_own_property(tx)
    types = await lodging.list_room_types(tx, house.id) if house else []
    chosen = next((type for type in types if type.id == room_type), None)
    if house is None or chosen is None:
        raise NotFound("This calendar is no longer there.")
    today = local_date(tx.now, house.zone)
    span = timedelta(days=EXPORT_DAYS)
    # As far back, so that a run of full nights keeps the day it began on.
    nights = await rates.list_nights(tx, [room_type], today - span, today + span)
    stays = policy.find_full_stays(nights, room_type, today)
    name = f"{house.name} · {chosen.name or chosen.code}"
    return Export(
        text=policy.write_calendar(name, stays, tx.now), tag=policy.tag_calendar(name, stays)
    )
