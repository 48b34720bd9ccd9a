"""Every form of a house and of a guest is in a table of mistakes: who adds one says what can be
wrong in it, and sees that the page says it beside the field and loses nothing."""

import importlib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.forms import Form
from tests.templates import Written, forms_of, list_templates

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "tourism", ROOT / "hub" / "invoices")
# Forms of other people than a house and its guests: the operator, the federation, an office.
OTHERS = {
    "amends/transfers.html /pro/amends",
    "claims/decide.html /pro/claims/{}",
    "debts/write_offs.html /pro/write-offs",
    "declaring/declarations.html /pro/declarations/{}/sent",
    "projects/projects.html /pro/projects",
    "reconciling/reconciliation.html /pro/reconciliation/explain",
    "reconciling/reconciliation.html /pro/reconciliation/note",
    "repaying/received.html /pro/received-transfers",
    "repaying/received.html /pro/received-transfers/{}",
    "reviewing/reported.html /pro/reported-reviews/{}",
}
# Nothing is typed: a choice among what the page offers, and the button.
CHOICES = {
    "changing/change.html {}/confirmconfirmer",
    "debts/debts.html /pro/debts/pay",
    "owing/due.html /reservation/{}/solde",
    "quoting/quote.html /devis/{}/supplements",
}
# Forms whose own tests look at each mistake and at what is kept, not by a table.
BY_HAND = {
    "channels/channels.html /pro/channels/feeds": "test_channels_pages.py",
    "claims/claim.html /pro/claim/{}/proof": "test_claims_pages.py",
    "claims/claim.html /pro/claim/{}/code": "test_claims_pages.py",
    "claims/claim.html /pro/claim/{}/office": "test_claims_pages.py",
    "claims/house.html /pro/claim/houses/{}": "test_claims_pages.py",
    "claims/search.html /pro/claim/houses": "test_claims_pages.py",
    "mandate/mandate.html /pro/mandate": "test_onboarding_pages.py",
    "mandate/mandate.html /pro/mandate/end": "test_onboarding_pages.py",
    "photos/photos.html /pro/photos": "test_photos_pages.py",
    "photos/photos.html /pro/photos/upload": "test_photos_pages.py",
    "planning/calendar.html /pro/calendar/copy": "test_calendar_pages.py",
    "planning/calendar.html /pro/calendar/file": "test_calendar_pages.py",
    "planning/calendar.html /pro/calendar/preview": "test_calendar_pages.py",
    "police/day.html /pro/police/export": "test_police_pages.py",
    "police/sheet.html /pro/police/sheets/{}": "test_police_pages.py",
}


def written() -> list[Written]:
    """The forms that send what somebody types."""
    return [
        form
        for template in list_templates(*FOLDERS)
        for form in forms_of(template)
        if form.method == "post"
    ]


def tried() -> list[Form]:
    """The forms of the tables."""
    tests = ROOT / "tests" / "api"
    return [
        form
        for path in sorted(tests.glob("test_forms_of_*.py"))
        for form in importlib.import_module(f"tests.api.{path.stem}").FORMS
    ]


def test_every_form_is_in_a_table_or_said_to_be_elsewhere() -> None:
    known = {form.key for form in tried()} | OTHERS | CHOICES | set(BY_HAND)
    assert {form.key for form in written()} - known == set()


def test_nothing_is_said_of_a_form_that_no_page_has() -> None:
    there = {form.key for template in list_templates(*FOLDERS) for form in forms_of(template)}
    named = [form.key for form in tried()] + [*OTHERS, *CHOICES, *BY_HAND]
    assert set(named) <= there
    apart = [OTHERS, CHOICES, set(BY_HAND), {form.key for form in tried()}]
    assert sum(map(len, apart)) == len(set().union(*apart))
    for file in set(BY_HAND.values()):
        assert (ROOT / "tests" / "api" / file).exists(), file


@pytest.mark.parametrize("form", written(), ids=lambda form: form.key)
def test_every_field_of_a_form_in_a_table_is_wrong_once_or_said_never_to_be(form: Written) -> None:
    """By name, a number in it as a star; the tests of the tables look again at the page itself."""
    of_it = [one for one in tried() if one.key == form.key]
    if not of_it:
        return
    spoken = {m.wrong for one in of_it for m in one.mistakes}
    spoken |= {name for one in of_it for name in one.never}
    for name in form.names:
        pattern = name.replace("{}", "*")
        assert any(fnmatchcase(one, pattern) or fnmatchcase(name, one) for one in spoken), name


def test_a_form_is_found_wherever_it_is_written() -> None:
    keys = {form.key: form for form in written()}
    seller = keys["declaring/seller.html /pro/seller"]
    assert seller.names[:2] == ("person", "name")
    assert "requests/list.html /pro/requests/{}/decline" in keys  # written by a macro
    assert "takeaway/takeaway.html /pro/take-away" not in keys  # nothing is typed there
