"""Searches of FHIR read: which instants a date means, and what is refused."""

from datetime import UTC, datetime

import pytest

from verticals.health.fhir.errors import FhirInvalid, FhirNotAcceptable, FhirNotSupported
from verticals.health.fhir.reading import read_search

PARIS = "Europe/Paris"


def at(day: int, hour: int = 23, month: int = 12, year: int = 2026) -> datetime:
    """A Paris midnight in winter is 23:00 of the day before, by UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        ("2026-12-04", at(3), at(4)),
        ("eq2026-12-04", at(3), at(4)),
        ("ge2026-12-04", at(3), None),
        ("gt2026-12-04", at(4), None),
        ("lt2026-12-04", None, at(3)),
        ("le2026-12-04", None, at(4)),
        ("2026-12", at(30, month=11), at(31)),
        ("2026", at(31, year=2025), at(31)),
        # The night in which clocks go back has twenty-five hours.
        ("2026-10-25", at(24, 22, month=10), at(25, month=10)),
        ("2026-12-04T09:00:00Z", at(4, 9), datetime(2026, 12, 4, 9, 0, 1, tzinfo=UTC)),
        ("ge2026-12-04T09:00:00 01:00", at(4, 8), None),
    ],
)
def test_a_date_means_the_instants_of_the_practice_s_clock(
    value: str, since: datetime | None, until: datetime | None
) -> None:
    span = read_search("Slot", [("start", value)], PARIS).span
    assert (span.since, span.until) == (since, until)


def test_two_bounds_hold_together_and_may_leave_nothing() -> None:
    both = read_search("Slot", [("start", "ge2026-12-04"), ("start", "lt2026-12-05")], PARIS)
    assert (both.span.since, both.span.until, both.nothing) == (at(3), at(4), False)
    none = read_search("Slot", [("start", "ge2026-12-05"), ("start", "lt2026-12-05")], PARIS)
    assert none.nothing


@pytest.mark.parametrize(
    ("type", "name", "value", "error"),
    [
        ("Slot", "start", "04/12/2026", FhirInvalid),
        ("Slot", "start", "2026-02-30", FhirInvalid),
        ("Slot", "start", "2026-12-04T09:00:00", FhirInvalid),  # without its zone
        ("Slot", "start", "ap2026-12-04", FhirInvalid),
        ("Slot", "start", "9999", FhirInvalid),
        ("Slot", "start", "٢٠٢٦", FhirInvalid),
        ("Slot", "status", "maybe", FhirInvalid),
        ("Slot", "start:missing", "true", FhirNotSupported),
        ("Slot", "_include", "Slot:schedule", FhirNotSupported),
        ("Slot", "schedule.actor", "x", FhirNotSupported),
        ("Patient", "family", "", FhirNotSupported),
        ("Observation", "_id", "x", FhirNotSupported),
        ("Patient", "_count", "-1", FhirInvalid),
        ("Patient", "_format", "xml", FhirNotAcceptable),
    ],
)
def test_what_cannot_be_read_is_refused(
    type: str, name: str, value: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_search(type, [(name, value)], PARIS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_id", "1"),
        ("_id", "00000000000000000000000000000001"),
        ("patient", "Patient/1"),
        ("patient", "Practitioner/00000000-0000-0000-0000-000000000001"),
        ("patient", "https://other.example/Patient/1"),
    ],
)
def test_an_id_that_none_has_here_matches_nothing(name: str, value: str) -> None:
    assert read_search("Appointment", [(name, value)], PARIS).nothing


@pytest.mark.parametrize(("asked", "count"), [("1", 1), ("0", 1), ("100", 100), ("5000", 100)])
def test_a_page_has_at_most_a_hundred(asked: str, count: int) -> None:
    assert read_search("Patient", [("_count", asked)], PARIS).count == count
