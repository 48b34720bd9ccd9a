"""The form of an offer: what the browser sends, turned into a command."""

from collections.abc import Mapping
from datetime import date

from tourism.quoting.errors import StayInvalid
from tourism.quoting.models import MakeQuote, RoomWanted


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


def _read_room(text: str) -> RoomWanted:
    room_type, adults, ages = text.split(":")
    return RoomWanted(
        room_type=int(room_type),
        adults=int(adults),
        child_ages=tuple(int(age) for age in ages.split(",") if age),
    )
