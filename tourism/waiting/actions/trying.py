"""Whether a house has what somebody waits for, by its calendar. Nothing is read or written here."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from tourism import offers
from tourism.index import Wants
from tourism.offers.models import Shelf
from tourism.rates.models import Obstacle
from tourism.waiting import policy
from tourism.waiting.errors import NotWaitable, StillFree
from tourism.waiting.models import JoinList, Trial, Wish


def check_waitable(shelf: Shelf, command: JoinList, now: datetime) -> None:
    """Raise `StillFree` when the whole wish can be booked now, `NotWaitable` when something else
    than missing rooms stands in the way, or the house is asked first for all that would do: what
    nobody can hold is never offered."""
    shelf = _only_types(shelf, command.room_types)
    parties = policy.parties_of(command)
    if offers.cheapest(shelf, command.stay, parties, now) is not None:
        raise StillFree("Book it now, before somebody else does.")
    refusal = offers.refusal_of(shelf, command.stay, parties, now)
    obstacles = refusal.obstacles
    if Obstacle.SOLD_OUT in obstacles:
        if _is_instant(shelf):
            return
        obstacles = (Obstacle.ON_REQUEST,)
    names = [obstacle.value for obstacle in obstacles]
    raise NotWaitable("Choose other dates or another house.", obstacles=names)


def _is_instant(shelf: Shelf) -> bool:
    """Whether a room and a rate are sold without asking the house first."""
    rooms = any(not room.on_request for room in shelf.rooms)
    return rooms and any(not plan.details.on_request for plan in shelf.plans)


def try_wish(shelf: Shelf, wish: Wish, now: datetime, today: date) -> Trial | None:
    """The cheapest rooms for the whole wish on the nearest of its stays; None when there are not
    enough, or only under a rate that the wish does not want, or that the house is asked for first:
    a part of a wish is never offered, nor what nobody can hold."""
    shelf = _only_types(shelf, wish.room_types)
    for stay in policy.stays_of(wish, today):
        parties = policy.parties_of(wish)
        found = offers.cheapest(
            shelf, stay, parties, now, Wants(instant=True), refundable=wish.refundable
        )
        if found is not None:
            rooms = tuple((room.room_type, room.party) for room in found.rooms)
            return Trial(stay=stay, rate_plan=found.plan.id, rooms=rooms)
    return None


def _only_types(shelf: Shelf, room_types: Sequence[int]) -> Shelf:
    if not room_types:
        return shelf
    rooms = [room for room in shelf.rooms if room.room_type in room_types]
    return msgspec.structs.replace(shelf, rooms=rooms)
