"""The form of a place on a waiting list."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5

from tourism.booking.models import Guest
from tourism.paying.forms import read_guest
from tourism.waiting.errors import WishInvalid
from tourism.waiting.models import JoinList

_NAMES = UUID("5d0f7c4e-6a43-4f0e-9a5e-0a4f6b1f7d11")
NOBODY = Guest(first_name="", last_name="", email="")
FormValues = Mapping[str, Sequence[str]]


def read_join(form: FormValues, property: int, guest: Guest) -> JoinList:
    """The stay that is waited for. Raises `WishInvalid` with its `field`."""
    return JoinList(
        property=property,
        arrival=_day(form, "arrival"),
        departure=_day(form, "departure"),
        adults=_number(form, "adults", "2"),
        child_ages=_numbers(form, "child_ages"),
        rooms=_number(form, "rooms", "1"),
        room_types=_numbers(form, "room_types"),
        flex_days=_number(form, "flex_days", "0"),
        refundable=one(form, "refundable") == "on",
        guest=guest,
    )


def guest_of(form: FormValues, language: str) -> Guest:
    """Who waits."""
    return read_guest({name: one(form, name) for name in form}, language)


def one(form: FormValues, name: str, default: str = "") -> str:
    return next(iter(form.get(name, ())), default).strip()


def wish_id(property: int, key: str) -> UUID:
    """The id of what a form asks for: the same form sent twice asks once."""
    return uuid5(_NAMES, f"{property}:{key}")


def _day(form: FormValues, field: str) -> date:
    try:
        return date.fromisoformat(one(form, field))
    except ValueError:
        raise WishInvalid("Give a day of the calendar.", field=field) from None


def _number(form: FormValues, field: str, default: str) -> int:
    return _whole(one(form, field, default), field)


def _numbers(form: FormValues, field: str) -> tuple[int, ...]:
    words = [word for value in form.get(field, ()) for word in value.split(",") if word.strip()]
    return tuple(_whole(word.strip(), field) for word in words[:30])


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise WishInvalid("Choose or give a number.", field=field)
    return int(text)
