"""The forms of rooms kept for a group."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5

from hub.core.errors import HubError
from tourism.groups.errors import BlockInvalid
from tourism.groups.models import MakeBlock, PickUp, RoomsAsked, WashBlock
from tourism.quoting.forms import read_supplements
from tourism.quoting.models import RoomWanted
from tourism.quoting.policy import MAX_ROOMS
from tourism.rates.errors import EditInvalid
from tourism.rates.fields import read_cents

_NAMES = UUID("0c6f5a0e-7d52-4d38-9f1a-6f2f0a9d1c44")
FormValues = Mapping[str, str]


def read_block(form: FormValues, room_types: Iterable[int]) -> MakeBlock:
    """What is to be kept. Raises `BlockInvalid` with its `field`."""
    return MakeBlock(
        name=form.get("name", ""),
        arrival=_day(form, "arrival"),
        departure=_day(form, "departure"),
        cut_off_on=_day(form, "cut_off_on"),
        rate_plan=_whole(form, "rate_plan"),
        rooms=tuple(
            RoomsAsked(
                room_type=type,
                units=_whole(form, f"units_{type}"),
                price_cents=_cents(form, f"price_{type}"),
            )
            for type in room_types
            if form.get(f"units_{type}", "").strip() not in {"", "0"}
        ),
    )


def read_pickup(form: FormValues) -> PickUp:
    """Which rooms of the group, for which nights and whom. Raises `BlockInvalid`, and `StayInvalid`
    for a supplement."""
    return PickUp(
        arrival=_day(form, "arrival"),
        departure=_day(form, "departure"),
        rooms=tuple(_read_room(form, number) for number in range(1, count_rooms(form) + 1)),
    )


def count_rooms(form: FormValues) -> int:
    """How many rooms the form has, or shall have once a button of it was pressed."""
    text = form.get("rooms", "1")
    known = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 1
    more = {"more": 1, "less": -1}.get(form.get("act", ""), 0)
    return min(MAX_ROOMS, max(1, known + more))


def _read_room(form: FormValues, number: int) -> RoomWanted:
    words = form.get(f"ages_{number}", "").replace(",", " ").split()
    return RoomWanted(
        room_type=_whole(form, f"type_{number}"),
        adults=_whole(form, f"adults_{number}"),
        child_ages=tuple(_number(word, f"ages_{number}") for word in words[:20]),
        supplements=read_supplements(form, number),
    )


def read_wash(form: FormValues) -> WashBlock:
    """What goes back to the sale. Raises `BlockInvalid`."""
    return WashBlock(room_type=_whole(form, "room_type"), units=_whole(form, "units"))


def block_id(tenant: int | None, key: str) -> UUID:
    """The id of what a form asks for: the same form sent twice asks once."""
    return uuid5(_NAMES, f"{tenant}:{key}")


def _day(form: FormValues, field: str) -> date:
    try:
        return date.fromisoformat(form.get(field, "").strip())
    except ValueError:
        raise BlockInvalid("Give a day of the calendar.", field=field) from None


def _whole(form: FormValues, name: str) -> int:
    return _number(form.get(name, "").strip(), name)


def block_field_of(error: HubError, room_types: Sequence[int]) -> str:
    """The field of a block's form that an error is about: rooms are counted type by type, the
    first stands for all of them."""
    field = str(error.extra.get("field", ""))
    if field != "rooms" or not room_types:
        return field
    return f"{error.extra.get('of', 'units')}_{error.extra.get('room_type', room_types[0])}"


def pickup_field_of(error: HubError) -> str:
    """The field of a guest's form that an error is about: the form numbers the rooms."""
    field = str(error.extra.get("field", ""))
    if field != "rooms":
        return field
    name = {"adults": "adults", "child_ages": "ages"}.get(str(error.extra.get("of")), "type")
    return f"{name}_{error.extra.get('room', 1)}"


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BlockInvalid("Choose or give a number.", field=field)
    return int(text)


def _cents(form: FormValues, name: str) -> int:
    try:
        return read_cents(form.get(name, ""), name)
    except EditInvalid:
        raise BlockInvalid("Give the price of a room and night.", field=name) from None
