"""What programs see of rooms kept for a group."""

from datetime import date

import msgspec

from tourism.groups.models import BlockRooms, BlockShown, BlockState, Figures


class GroupRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room type of a group: its price a unit and night, VAT included, without tourist tax, and
    how many units the group may still take on each night."""

    room_type: int
    price_cents: int
    left: tuple[int, ...]


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """A group as who has its code sees it."""

    code: str
    name: str
    property: int
    arrival: date
    departure: date
    cut_off_on: date
    rate_plan: int
    state: BlockState
    rooms: tuple[GroupRoom, ...]


class HouseGroup(GroupView, frozen=True, kw_only=True):
    """The same as its house sees it, with what was taken of it."""

    figures: Figures


def view_group(shown: BlockShown) -> GroupView:
    return GroupView(**_common(shown))  # pyright: ignore[reportArgumentType]


def view_house_group(shown: BlockShown) -> HouseGroup:
    return HouseGroup(figures=shown.figures, **_common(shown))  # pyright: ignore[reportArgumentType]


def _common(shown: BlockShown) -> dict[str, object]:
    block = shown.block
    names = ("code", "name", "property", "arrival", "departure", "cut_off_on", "rate_plan", "state")
    rooms = tuple(_room(room) for room in shown.rooms)
    return {"rooms": rooms, **{name: getattr(block, name) for name in names}}


def _room(room: BlockRooms) -> GroupRoom:
    return GroupRoom(room_type=room.room_type, price_cents=room.price_cents, left=room.held)
