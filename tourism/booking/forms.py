"""Forms of the booking pages: what the browser sends, turned into commands."""

from collections.abc import Mapping
from datetime import date

from tourism.booking.errors import StayInvalid
from tourism.booking.models import Guest, MakeQuote, PayBooking, RoomWanted

FormValues = Mapping[str, str]


def read_offer(form: FormValues) -> MakeQuote:
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


def write_rooms(rooms: tuple[RoomWanted, ...]) -> str:
    """The hidden value of a form that `read_offer` reads."""
    return ";".join(
        f"{room.room_type}:{room.adults}:{','.join(str(age) for age in room.child_ages)}"
        for room in rooms
    )


def read_guest(form: FormValues, language: str) -> Guest:
    """Who books, without spaces around."""
    return Guest(
        first_name=form.get("first_name", "").strip(),
        last_name=form.get("last_name", "").strip(),
        email=form.get("email", "").strip(),
        phone=form.get("phone", "").strip() or None,
        message=form.get("message", "").strip() or None,
        language=language,
    )


def read_payment(form: FormValues, language: str) -> PayBooking:
    """Guest details, the card, and the total that the button named."""
    total = form.get("total_cents", "")
    if not total.isdecimal():
        raise StayInvalid("Open the page again: the form came incomplete.")
    return PayBooking(
        guest=read_guest(form, language),
        payment_method=form.get("payment_method", ""),
        total_cents=int(total),
    )


def _read_room(text: str) -> RoomWanted:
    room_type, adults, ages = text.split(":")
    return RoomWanted(
        room_type=int(room_type),
        adults=int(adults),
        child_ages=tuple(int(age) for age in ages.split(",") if age),
    )
