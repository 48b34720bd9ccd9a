"""One house for a stay: what its room types offer, or what stands in the way."""

import numpy as np

from tourism.index.engine import Inquiry
from tourism.index.generation import Generation
from tourism.index.models import Ask, RoomCheck
from tourism.index.offers import offers_of
from tourism.nights.codes import BIT, OBSTACLES
from tourism.rates.models import Obstacle
from tourism.reckoning.rooms import find_standing, units_left
from tourism.reckoning.seeking import judge_room, quote


def check_house(generation: Generation, ask: Ask) -> tuple[RoomCheck, ...]:
    """Every room type of a house. Raises `AskInvalid`."""
    tables, inquiry = generation.tables, Inquiry(generation, ask)
    columns = find_standing(generation.book, generation.atlas.find(ask.area))
    if not len(columns):
        return ()
    number = int(tables.house[columns[0]])
    rooms = {room.id: room for room in generation.card(number).rooms}
    found: list[RoomCheck] = []
    for column in columns[tables.house.take(columns) == number].tolist():
        slots, masks, least = judge_room(
            generation.book, inquiry.stay, inquiry.guests, inquiry.instant, column
        )
        page = quote(
            generation.book, inquiry.stay, inquiry.guests, inquiry.instant, inquiry.taxes,
            column, slots[masks == 0], ask.wants.instant,
        )  # fmt: skip
        offers = offers_of(generation, ask, page)
        bits = np.bitwise_count(masks)
        nearest = int(masks[bits.argmin()]) if len(masks) else BIT[Obstacle.CLOSED]
        found.append(
            RoomCheck(
                room=rooms[int(tables.room_type[column])],
                units_left=max(units_left(generation.book, inquiry.stay, column), 0),
                offers=tuple(sorted(offers, key=lambda offer: offer.total_cents)),
                obstacles=() if offers else tuple(o for o in OBSTACLES if nearest & BIT[o]),
                min_stay=least,
            )
        )
    return tuple(found)
