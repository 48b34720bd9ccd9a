"""What is wrong with a sheet: each fault beside its field."""

from datetime import date, timedelta
from typing import TypeAlias

from hub.core.errors import Invalid
from hub.core.sentences import Sentence, say
from tourism.police.errors import ExportInvalid, SheetIncomplete
from tourism.police.models import OWN_SHEET_AGE, Child, Content, ExportSheets, WriteSheet
from tourism.police.policy.countries import FRENCH, nationalities

Faults: TypeAlias = dict[str, Sentence]

TEXT_MAX = 200
REASON_MIN, REASON_MAX = 10, 500
BORN_FIRST = date(1900, 1, 1)
STAYS_FIRST, STAYS_LAST = date(2020, 1, 1), date(2100, 12, 31)
_FRENCH_GUEST = say("A French guest has no sheet: throw this one away.")
_PERSON = ("last_name", "first_names", "birth_place", "nationality")


def check_written(sheet: WriteSheet) -> None:
    """Raise `SheetIncomplete` for what may not even stand on a draft."""
    faults = find_wrong(sheet)
    if faults:
        raise SheetIncomplete("Look at the fields that are marked.", faults=faults)


def check_to_sign(sheet: WriteSheet, signed_name: str) -> None:
    """Raise `SheetIncomplete` unless everything that R814-2 lists is there and a name is typed.

    Mobile and e-mail are asked of everybody and left empty by a guest who has none.
    """
    faults = find_missing(sheet.content) | find_wrong(sheet)
    if not signed_name:
        faults["signed_name"] = say("The guest types his or her name to sign.")
    elif len(signed_name) > TEXT_MAX:
        faults["signed_name"] = say("This is too long.")
    if faults:
        raise SheetIncomplete("Look at the fields that are marked.", faults=faults)


def check_arrived(written: WriteSheet, today: date) -> None:
    """Raise `SheetIncomplete` for a guest who is not there yet, by the house's own day: a sheet is
    signed on arrival, and kept for six months from then on."""
    if written.arrival > today + timedelta(days=1):
        faults = {"arrival": say("A sheet is signed on arrival: the day before at the earliest.")}
        raise SheetIncomplete("Look at the fields that are marked.", faults=faults)


def find_wrong(sheet: WriteSheet) -> Faults:
    """Fields that say something impossible; an empty field is not wrong."""
    faults: Faults = {}
    content = sheet.content
    for field in ("last_name", "first_names", "birth_place", "address", "mobile", "email"):
        if len(getattr(content, field)) > TEXT_MAX:
            faults[field] = say("This is too long.")
    if content.email and "@" not in content.email:
        faults["email"] = say("Write an address such as name@example.org.")
    for field in ("arrival", "departure"):
        if not STAYS_FIRST <= getattr(sheet, field) <= STAYS_LAST:
            faults[field] = say("This day of a stay cannot be.")
    if sheet.departure < sheet.arrival:
        faults["departure"] = say("The departure comes after the arrival.")
    faults |= _wrong_person(content, "", sheet.arrival)
    if "born_on" not in faults and _is_child(content.born_on, sheet.arrival):
        faults["born_on"] = say("A child under 15 stands on the sheet of an adult.")
    for number, child in enumerate(content.children):
        prefix = f"child_{number}_"
        faults |= _wrong_person(child, prefix, sheet.arrival)
        if child.born_on and not _is_child(child.born_on, sheet.arrival):
            faults.setdefault(
                f"{prefix}born_on", say("From 15 years on, a guest has a sheet alone.")
            )
    return faults


def find_missing(content: Content) -> Faults:
    """Fields that a signed sheet needs and that are empty."""
    faults = _missing_of(content, "")
    if not content.address:
        faults["address"] = say("This is still missing.")
    for number, child in enumerate(content.children):
        faults |= _missing_of(child, f"child_{number}_")
    return faults


def age_on(born: date, on: date) -> int:
    """Whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _is_child(born: date | None, arrival: date) -> bool:
    return born is not None and age_on(born, arrival) < OWN_SHEET_AGE


def _wrong_person(person: Content | Child, prefix: str, arrival: date) -> Faults:
    faults: Faults = {}
    if prefix:
        for field in ("last_name", "first_names", "birth_place"):
            if len(getattr(person, field)) > TEXT_MAX:
                faults[prefix + field] = say("This is too long.")
    if person.born_on and not BORN_FIRST <= person.born_on <= arrival:
        faults[f"{prefix}born_on"] = say("This day of birth cannot be.")
    if person.nationality in FRENCH:
        faults[f"{prefix}nationality"] = (
            say("A French child does not stand on a sheet: empty these fields.")
            if prefix
            else _FRENCH_GUEST
        )
    elif person.nationality and person.nationality not in nationalities():
        faults[f"{prefix}nationality"] = say("Choose a country of the list.")
    return faults


def _missing_of(person: Content | Child, prefix: str) -> Faults:
    missing = [field for field in _PERSON if not getattr(person, field)]
    if person.born_on is None:
        missing.append("born_on")
    return {prefix + field: say("This is still missing.") for field in missing}


def check_day(on: date) -> date:
    """The day itself. Raises `Invalid` for one that no stay can have."""
    if not STAYS_FIRST <= on <= STAYS_LAST:
        raise Invalid("Choose another day.")
    return on


def check_export(command: ExportSheets) -> None:
    """Raise `ExportInvalid` unless there is a reason and the days are in order."""
    faults: Faults = {}
    if not REASON_MIN <= len(command.reason) <= REASON_MAX:
        faults["reason"] = say("Write who asks and why, in 10 to 500 characters.")
    if command.last < command.first:
        faults["last"] = say("The last day does not come before the first.")
    if faults:
        raise ExportInvalid("Look at the fields that are marked.", faults=faults)
