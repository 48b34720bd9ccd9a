"""The form of an offer: what the browser sends, turned into a command."""

from collections.abc import Mapping, Sequence
from datetime import date

from tourism.quoting.errors import StayInvalid
from tourism.quoting.models import MakeQuote, RoomWanted, SupplementWanted
from tourism.rates.models import SupplementPrice


def read_offer(form: Mapping[str, str]) -> MakeQuote:
    """The choice of one offer: dates, plan, and one `room` value `TYPE:ADULTS:AGE,AGE` a room."""
    try:
        rooms = tuple(_read_room(text) for text in form["rooms"].split(";") if text)
        shown = form.get("shown_total_cents", "")
        return MakeQuote(
            property=int(form["property"]),
            arrival=date.fromisoformat(form["arrival"]),
            departure=date.fromisoformat(form["departure"]),
            rate_plan=int(form["rate_plan"]),
            rooms=rooms,
            shown_total_cents=int(shown) if shown else None,
        )
    except (KeyError, ValueError):
        raise StayInvalid("Choose a room again: the form came incomplete.") from None


def read_supplements(form: Mapping[str, str], room: int) -> tuple[SupplementWanted, ...]:
    """What a form chooses for a room (from 1): `extra_ROOM_ID` is how often, empty or 0 is never.

    Raises `StayInvalid` with its field.
    """
    prefix = f"extra_{room}_"
    wanted: list[SupplementWanted] = []
    for name, text in form.items():
        id = name.removeprefix(prefix)
        if id == name or text.strip() in {"", "0"}:
            continue
        if not (_is_number(id) and _is_number(text.strip())):
            raise StayInvalid("This supplement cannot be taken so often.", field="supplements")
        wanted.append(SupplementWanted(id=int(id), quantity=int(text)))
    return tuple(wanted)


def write_supplements(
    chosen: Sequence[SupplementWanted | SupplementPrice], room: int
) -> dict[str, str]:
    """The same fields, filled."""
    return {f"extra_{room}_{one.id}": str(one.quantity) for one in chosen}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _read_room(text: str) -> RoomWanted:
    room_type, adults, ages = text.split(":")
    return RoomWanted(
        room_type=int(room_type),
        adults=int(adults),
        child_ages=tuple(int(age) for age in ages.split(",") if age),
    )
