"""The form of a change: filled with the stay as it is, read into a command."""

from collections.abc import Mapping
from datetime import date

import msgspec

from hub.core.errors import HubError
from tourism.booking.models import Booking
from tourism.booking.policy import clean_note
from tourism.changing.models import ChangeStay
from tourism.quoting.errors import StayInvalid
from tourism.quoting.forms import read_supplements, write_supplements
from tourism.quoting.models import RoomWanted
from tourism.quoting.policy import MAX_ROOMS

FormValues = Mapping[str, str]


def write_change(booking: Booking) -> dict[str, str]:
    """The fields of a change, filled with the stay as it is."""
    typed = {
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departure.isoformat(),
        "rate_plan": str(booking.quote.rate_plan),
        "rooms": str(len(booking.live_rooms)),
    }
    for number, room in enumerate(booking.live_rooms, start=1):
        typed[f"type_{number}"] = str(room.room_type)
        typed[f"adults_{number}"] = str(room.party.adults)
        typed[f"ages_{number}"] = ", ".join(str(age) for age in room.party.child_ages)
        typed |= write_supplements(room.chosen, number)
    return typed


def count_rooms(form: FormValues) -> int:
    """How many rooms the form shows: what was sent, as far as a stay can have so many."""
    text = form.get("rooms", "1")
    known = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 1
    return min(MAX_ROOMS, max(1, known))


def field_of(error: HubError) -> str:
    """The field of the form that an error is about: a stay's rules speak of rooms and of what of
    them, the form numbers them."""
    room = error.extra.get("room")
    if room is None:
        return str(error.extra.get("field", ""))
    return f"{'ages' if error.extra.get('of') == 'child_ages' else 'adults'}_{room}"


def read_change(form: FormValues) -> ChangeStay:
    """The stay that is wanted, with the difference that was shown. The house's switches are read by
    `read_house_change` only. Raises `StayInvalid` with its `field`."""
    count = _number(form, "rooms")
    shown = form.get("difference_cents", "")
    if not 1 <= count <= MAX_ROOMS or not (shown == "" or shown.removeprefix("-").isdecimal()):
        raise StayInvalid("Open the page again: the form came incomplete.")
    return ChangeStay(
        arrival=_day(form, "arrival"),
        departure=_day(form, "departure"),
        rate_plan=_number(form, "rate_plan"),
        rooms=tuple(_read_room(form, number) for number in range(1, count + 1)),
        difference_cents=int(shown) if shown else None,
        payment_method=form.get("payment_method") or None,
    )


def read_house_change(form: FormValues) -> ChangeStay:
    """The same, with the house's own switches. Raises `NoteTooLong`."""
    return msgspec.structs.replace(
        read_change(form),
        with_fee=not form.get("no_fee"),
        check_restrictions=not form.get("no_restrictions"),
        note=clean_note(form.get("note", "")),
    )


def _read_room(form: FormValues, number: int) -> RoomWanted:
    words = form.get(f"ages_{number}", "").replace(",", " ").replace(";", " ").split()
    if not all(word.isascii() and word.isdecimal() and len(word) < 3 for word in words):
        raise StayInvalid("Write ages as numbers, such as 7, 4.", field=f"ages_{number}")
    return RoomWanted(
        room_type=_number(form, f"type_{number}"),
        adults=_number(form, f"adults_{number}"),
        child_ages=tuple(int(word) for word in words),
        supplements=read_supplements(form, number) if form.get("extras") else None,
    )


def _number(form: FormValues, field: str) -> int:
    text = form.get(field, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise StayInvalid("Choose or give a number.", field=field)
    return int(text)


def _day(form: FormValues, field: str) -> date:
    try:
        return date.fromisoformat(form.get(field, "").strip())
    except ValueError:
        raise StayInvalid("Give a day of the calendar.", field=field) from None
