"""Forms of the desk: what the browser sends, turned into selections and commands."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from tourism.booking.models import Guest
from tourism.desk.errors import SelectionInvalid, WalkInInvalid
from tourism.desk.models import Act, Selection, Show, Sort
from tourism.quoting.models import DESK, MakeQuote, RoomWanted

FormValues = Mapping[str, str]
S = TypeVar("S", Show, Sort)
TEXT_LETTERS = 200
_ASKED = ("text", "show", "first", "last", "room_type", "unread", "sort", "page")


def asked_of(query: FormValues) -> dict[str, str]:
    """What was asked of a list, as its links carry it on: nothing empty, nothing unknown."""
    return {name: query[name].strip() for name in _ASKED if query.get(name, "").strip()}


def read_selection(asked: FormValues) -> Selection:
    """The selection that a list's address names. Raises `SelectionInvalid` with its `field`."""
    if len(asked.get("text", "")) > TEXT_LETTERS:
        raise SelectionInvalid("Search with fewer words.", field="text")
    first, last = _day(asked, "first"), _day(asked, "last")
    if first and last and last < first:
        raise SelectionInvalid("The last day is before the first.", field="last")
    return Selection(
        text=asked.get("text", ""),
        show=_choice(Show, asked, "show", Show.BOOKED),
        first=first,
        last=last,
        room_type=_number(asked, "room_type"),
        unread=bool(asked.get("unread")),
        sort=_choice(Sort, asked, "sort", Sort.BOOKED),
        page=_number(asked, "page") or 1,
    )


def _day(asked: FormValues, field: str) -> date | None:
    text = asked.get(field, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SelectionInvalid("This day does not exist.", field=field) from None


def _number(asked: FormValues, field: str) -> int | None:
    text = asked.get(field, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise SelectionInvalid("This is not a number.", field=field)
    return int(text)


def _choice(kind: type[S], asked: FormValues, field: str, default: S) -> S:
    text = asked.get(field, "")
    try:
        return kind(text) if text else default
    except ValueError:
        raise SelectionInvalid("This choice does not exist.", field=field) from None


def read_act(form: FormValues) -> Act | None:
    """The act that a button names, or None."""
    return next((act for act in Act if act.value == form.get("act")), None)


def read_walk_in(form: FormValues, house: int) -> MakeQuote:
    """One room of the house for a guest at the desk. Raises `WalkInInvalid` with its `field`."""
    return MakeQuote(
        property=house,
        arrival=_stay_day(form, "arrival"),
        departure=_stay_day(form, "departure"),
        rate_plan=_count(form, "rate_plan"),
        rooms=(
            RoomWanted(
                room_type=_count(form, "room_type"),
                adults=_count(form, "adults"),
                child_ages=_ages(form),
            ),
        ),
        channel=DESK,
    )


def _stay_day(form: FormValues, field: str) -> date:
    try:
        return date.fromisoformat(form.get(field, "").strip())
    except ValueError:
        raise WalkInInvalid("Give a day of the calendar.", field=field) from None


def _count(form: FormValues, field: str) -> int:
    text = form.get(field, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise WalkInInvalid("Choose or give a number.", field=field)
    return int(text)


def _ages(form: FormValues) -> tuple[int, ...]:
    words = form.get("child_ages", "").replace(",", " ").replace(";", " ").split()
    if not all(word.isascii() and word.isdecimal() and len(word) < 3 for word in words):
        raise WalkInInvalid("Write ages as numbers, such as 7, 4.", field="child_ages")
    return tuple(int(word) for word in words)


def read_desk_guest(form: FormValues, language: str) -> Guest:
    """Who stays; everything but the name may be missing."""
    return Guest(
        first_name=form.get("first_name", "").strip(),
        last_name=form.get("last_name", "").strip(),
        email=form.get("email", "").strip(),
        phone=form.get("phone", "").strip() or None,
        message=form.get("message", "").strip() or None,
        language=language,
    )
