"""What may stand on a police sheet, what it needs to be signed, its seal and its time."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from tourism.police import forms
from tourism.police.errors import ExportInvalid, SheetIncomplete
from tourism.police.models import Child, Content, ExportSheets, Sheet, State, WriteSheet
from tourism.police.policy import sealing
from tourism.police.policy.checking import check_export, check_to_sign, check_written
from tourism.police.policy.countries import FRENCH, countries_by_name, iso_countries

ARRIVAL = date(2027, 5, 20)
SIGNED = datetime(2027, 5, 20, 16, 0, tzinfo=UTC)
ID = UUID(int=7)
CHILD = Child(
    last_name="Keller",
    first_names="Mia",
    born_on=date(2015, 1, 1),
    birth_place="Bern",
    nationality="CH",
)
COMPLETE = Content(
    last_name="Keller",
    first_names="Anna Sophie",
    born_on=date(1980, 5, 31),
    birth_place="Bern",
    nationality="CH",
    address="1 Musterweg, 3000 Bern",
    children=(CHILD,),
)


def sheet(content: Content = COMPLETE, **fields) -> WriteSheet:
    given = {"arrival": ARRIVAL, "departure": date(2027, 5, 23), "content": content, **fields}
    return WriteSheet(**given)


def changed(**fields) -> WriteSheet:
    return sheet(msgspec.structs.replace(COMPLETE, **fields))


def with_child(**fields) -> WriteSheet:
    return changed(children=(msgspec.structs.replace(CHILD, **fields),))


def faults_of(written: WriteSheet, name: str = "Anna Keller") -> dict[str, str]:
    with pytest.raises(SheetIncomplete) as told:
        check_to_sign(written, name)
    return told.value.extra["faults"]  # pyright: ignore[reportReturnType]


def test_a_complete_sheet_can_be_signed_without_mobile_or_e_mail() -> None:
    check_to_sign(sheet(), "Anna Keller")


@pytest.mark.parametrize(
    "field", ["last_name", "first_names", "born_on", "birth_place", "nationality", "address"]
)
def test_everything_the_law_lists_is_needed_to_sign_and_nothing_to_keep(field: str) -> None:
    written = changed(**{field: None if field == "born_on" else ""})
    assert set(faults_of(written)) == {field}
    check_written(written)


@pytest.mark.parametrize("code", sorted(FRENCH))
def test_a_french_guest_has_no_sheet_not_even_a_draft(code: str) -> None:
    with pytest.raises(SheetIncomplete) as told:
        check_written(changed(nationality=code))
    assert told.value.extra["faults"] == {
        "nationality": "A French guest has no sheet: throw this one away."
    }


@pytest.mark.parametrize("code", ["DE", "IT", "CH", "US", "XK", "XX"])
def test_citizens_of_the_union_and_of_everywhere_else_have_one(code: str) -> None:
    check_to_sign(changed(nationality=code), "Anna Keller")


@pytest.mark.parametrize(
    ("born", "own_sheet"), [(date(2012, 5, 20), True), (date(2012, 5, 21), False)]
)
def test_from_the_fifteenth_birthday_a_minor_has_an_own_sheet(born: date, own_sheet: bool) -> None:
    child = msgspec.structs.replace(CHILD, born_on=born)
    alone, along = changed(born_on=born), changed(children=(child,))
    if own_sheet:
        check_to_sign(alone, "Anna Keller")
        assert set(faults_of(along)) == {"child_0_born_on"}
    else:
        check_to_sign(along, "Anna Keller")
        assert set(faults_of(alone)) == {"born_on"}


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (sheet(departure=date(2027, 5, 19)), "departure"),
        (sheet(departure=date(9999, 1, 1)), "departure"),
        (changed(email="anna"), "email"),
        (changed(nationality="QQ"), "nationality"),
        (changed(born_on=date(2027, 5, 21)), "born_on"),
        (changed(address="x" * 201), "address"),
        (with_child(nationality="FR"), "child_0_nationality"),
        (with_child(birth_place=""), "child_0_birth_place"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(written: WriteSheet, field: str) -> None:
    assert field in faults_of(written)


def test_without_a_typed_name_nothing_is_signed() -> None:
    assert set(faults_of(sheet(), "")) == {"signed_name"}


def signed(**fields) -> Sheet:
    written = sheet()
    sealed = sealing.seal(ID, None, written, "Anna Keller", SIGNED)
    made = Sheet(
        id=ID,
        booking=None,
        arrival=written.arrival,
        departure=written.departure,
        content=written.content,
        made_at=SIGNED,
        signed_at=SIGNED,
        signed_name="Anna Keller",
        content_hash=sealed,
    )
    return msgspec.structs.replace(made, **fields)


@pytest.mark.parametrize(
    "change",
    [
        {"arrival": date(2027, 5, 21)},
        {"departure": date(2027, 5, 24)},
        {"signed_name": "Someone else"},
        {"signed_at": SIGNED + timedelta(seconds=1)},
        {"content": changed(address="elsewhere").content},
        {"replaces": UUID(int=8)},
    ],
)
def test_the_seal_breaks_with_every_change(change: dict[str, object]) -> None:
    assert sealing.is_intact(signed())
    assert not sealing.is_intact(signed(**change))


def test_a_signed_sheet_counts_until_its_successor_is_signed() -> None:
    assert signed().state is State.SIGNED
    assert signed(replaced_by=UUID(int=9)).state is State.SIGNED
    assert signed(replaced_by=UUID(int=9), replaced_at=SIGNED).state is State.REPLACED


def test_a_sheet_lives_182_days_and_is_destroyed_on_the_183rd() -> None:
    assert sealing.destroyed_on(ARRIVAL) == ARRIVAL + timedelta(days=183)
    assert sealing.last_destroyed(ARRIVAL + timedelta(days=182)) < ARRIVAL
    assert sealing.last_destroyed(ARRIVAL + timedelta(days=183)) == ARRIVAL


def test_the_countries_are_those_of_iso_3166_in_the_readers_language() -> None:
    assert len(iso_countries()) == 249
    names = dict(countries_by_name("fr"))
    assert (names["DE"], dict(countries_by_name("en"))["DE"]) == ("Allemagne", "Germany")
    assert next(iter(names)) == "FR"
    assert "RE" not in names


@pytest.mark.parametrize(
    ("reason", "last", "field"),
    [("police", date(2027, 5, 20), "reason"), ("Brigade, flagrance", date(2027, 5, 1), "last")],
)
def test_sheets_are_handed_over_for_a_reason_only(reason: str, last: date, field: str) -> None:
    with pytest.raises(ExportInvalid) as told:
        check_export(ExportSheets(first=ARRIVAL, last=last, reason=reason))
    assert set(told.value.extra["faults"]) == {field}  # pyright: ignore[reportArgumentType]


def test_a_form_is_read_and_shown_again_the_same() -> None:
    typed = forms.show_sheet(signed())
    assert forms.read_sheet(typed) == sheet()
    assert forms.rows_of(typed) == 2


def test_empty_rows_of_children_are_left_out_and_the_rest_moves_up() -> None:
    typed = {"arrival": "2027-05-20", "departure": "2027-05-21", "child_3_last_name": " Keller "}
    closed = forms.close_rows(typed)
    assert closed["child_0_last_name"] == " Keller "
    assert [child.last_name for child in forms.read_sheet(closed).content.children] == ["Keller"]
    assert forms.rows_of({f"child_{n}_last_name": "x" for n in range(9)}) == 9


def test_days_that_cannot_be_read_are_told_all_at_once() -> None:
    with pytest.raises(SheetIncomplete) as told:
        forms.read_sheet({"arrival": "tomorrow", "born_on": "31.5.80"})
    faults = told.value.extra["faults"]
    assert set(faults) == {"arrival", "born_on", "departure"}  # pyright: ignore[reportArgumentType]
