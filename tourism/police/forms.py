"""The form of a sheet: what the browser sends, and what it shows again."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from hub.core.errors import NotFound
from hub.core.sentences import Sentence, say
from tourism.police.errors import ExportInvalid, SheetIncomplete
from tourism.police.models import (
    CHILDREN_MAX,
    Child,
    Content,
    ExportSheets,
    Sheet,
    WriteSheet,
)

FormValues = Mapping[str, str]
TEXTS = ("last_name", "first_names", "birth_place", "nationality", "address", "mobile", "email")
CHILD_TEXTS = ("last_name", "first_names", "birth_place", "nationality")
ROWS_SHOWN = 2
_UNREADABLE = say("Write a day as 2027-05-31.")


def read_sheet(form: FormValues) -> WriteSheet:
    """What was typed. Raises `SheetIncomplete` for days that cannot be read; a child's row that
    was left empty is no child."""
    faults: dict[str, Sentence] = {}
    texts = {name: _text(form, name) for name in TEXTS}
    born_on = _day(form, "born_on", faults)
    arrival = _day(form, "arrival", faults, needed=True)
    departure = _day(form, "departure", faults, needed=True)
    children = tuple(
        Child(
            **{name: _text(form, f"child_{number}_{name}") for name in CHILD_TEXTS},
            born_on=_day(form, f"child_{number}_born_on", faults),
        )
        for number in range(CHILDREN_MAX)
        if _has_child(form, number)
    )
    if faults or arrival is None or departure is None:
        raise SheetIncomplete("Look at the fields that are marked.", faults=faults)
    content = Content(**texts, born_on=born_on, children=children)
    return WriteSheet(arrival=arrival, departure=departure, content=content)


def show_sheet(sheet: Sheet) -> dict[str, str]:
    """A sheet as the form shows it."""
    content = sheet.content
    shown = {name: str(getattr(content, name)) for name in TEXTS}
    shown |= {"arrival": str(sheet.arrival), "departure": str(sheet.departure)}
    shown["born_on"] = str(content.born_on or "")
    for number, child in enumerate(content.children):
        shown |= {f"child_{number}_{name}": str(getattr(child, name)) for name in CHILD_TEXTS}
        shown[f"child_{number}_born_on"] = str(child.born_on or "")
    return shown


def rows_of(form: FormValues) -> int:
    """How many rows of children a form shows: those filled, and one more, at least two."""
    filled = [number for number in range(CHILDREN_MAX) if _has_child(form, number)]
    return min(max(ROWS_SHOWN, max(filled, default=-1) + 2), CHILDREN_MAX)


def close_rows(form: FormValues) -> dict[str, str]:
    """The form with its filled rows of children one after the other, so that the fault of the
    second child stands beside the second row."""
    closed = {name: text for name, text in form.items() if not name.startswith("child_")}
    filled = [number for number in range(CHILDREN_MAX) if _has_child(form, number)]
    for place, number in enumerate(filled):
        for name in (*CHILD_TEXTS, "born_on"):
            closed[f"child_{place}_{name}"] = form.get(f"child_{number}_{name}", "")
    return closed


def read_export(form: FormValues) -> ExportSheets:
    """The days and the reason of a request. Raises `ExportInvalid` for days it cannot read."""
    faults: dict[str, Sentence] = {}
    first = _day(form, "first", faults, needed=True)
    last = _day(form, "last", faults, needed=True)
    if first is None or last is None:
        raise ExportInvalid("Look at the fields that are marked.", faults=faults)
    return ExportSheets(first=first, last=last, reason=_text(form, "reason"))


def read_booking(form: FormValues) -> UUID | None:
    """The booking that a sheet is prepared for, or None. Raises `NotFound` for no id at all."""
    text = _text(form, "booking")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound("This booking is unknown.") from None


def _has_child(form: FormValues, number: int) -> bool:
    return any(_text(form, f"child_{number}_{name}") for name in (*CHILD_TEXTS, "born_on"))


def _text(form: FormValues, name: str) -> str:
    return form.get(name, "").strip()


def _day(
    form: FormValues, name: str, faults: dict[str, Sentence], *, needed: bool = False
) -> date | None:
    text = _text(form, name)
    if not text:
        if needed:
            faults[name] = say("This is still missing.")
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults[name] = _UNREADABLE
        return None
