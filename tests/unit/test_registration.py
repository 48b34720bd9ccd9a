"""Registration numbers, yearly limits and SIRETs: the vectors of the law."""

from datetime import date

import pytest

from tourism.lodging.models import Kind
from tourism.lodging.policy.hosting import vat_warning
from tourism.lodging.policy.registration import (
    nights_by_year,
    nights_max,
    number_fault,
    siret_fault,
)


@pytest.mark.parametrize(
    ("id", "number", "communes", "good"),
    [
        ("NB-1", "7510501234567", {"75105", "75056"}, True),
        ("NB-2", "2A00412345681", {"2A004"}, True),
        ("NB-3", "751050123456", {"75105"}, False),
        ("NB-4", "7510501234567", {"69381", "69123"}, False),
        ("lower", "2a00412345681", {"2A004"}, False),
        ("long", "75105012345678", {"75105"}, False),
        ("text", "ABCDEFGHIJKLM", {"ABCDE"}, False),
        ("corsica", "2C00412345681", {"2C004"}, False),
        ("line", "7510501234567\n", {"75105"}, False),
    ],
)
def test_a_registration_number_has_its_shape_and_its_commune(
    id: str, number: str, communes: set[str], good: bool
) -> None:
    fault = number_fault(number, communes)
    assert (fault is None) is good, (id, fault)


@pytest.mark.parametrize(
    ("communes", "year", "nights"),
    [
        ({"74010"}, 2027, 120),
        ({"75105", "75056"}, 2024, 120),
        ({"75105", "75056"}, 2025, 90),  # NL-2: since 1 January 2025
        ({"75105", "75056"}, 2027, 90),
    ],
)
def test_the_limit_is_the_communes_of_that_year(communes: set[str], year: int, nights: int) -> None:
    assert nights_max(communes, year) == nights


def test_a_stay_over_the_new_year_counts_in_both_years() -> None:
    # NL-3: 30 December to 3 January counts two and two.
    assert nights_by_year(date(2026, 12, 30), date(2027, 1, 3)) == {2026: 2, 2027: 2}
    assert nights_by_year(date(2027, 2, 27), date(2027, 3, 2)) == {2027: 3}


@pytest.mark.parametrize(
    ("siret", "good"),
    [
        ("73282932000074", True),
        ("732 829 320 00074", True),
        ("73282932000075", False),
        ("7328293200007", False),
        ("35600000049837", True),  # La Poste's own rule: the digits' sum is a multiple of five
        ("", False),
        ("7328293200007A", False),
    ],
)
def test_a_siret_has_its_key(siret: str, good: bool) -> None:
    assert (siret_fault(siret) is None) is good


@pytest.mark.parametrize(
    ("regime", "services", "kind", "warning"),
    [
        ("HOTEL_10", (), Kind.HOTEL, None),
        ("EXEMPT_261D", (), Kind.HOTEL, "hotel_exempt"),
        ("EXEMPT_261D", ("BREAKFAST", "LINEN"), Kind.FURNISHED, None),
        (
            "EXEMPT_261D",
            ("BREAKFAST", "LINEN", "CLEANING"),
            Kind.FURNISHED,
            "three_services_exempt",
        ),
        ("HOTEL_10", ("LINEN",), Kind.FURNISHED, "few_services_taxed"),
        ("HOTEL_10", ("BREAKFAST", "LINEN"), Kind.GUEST_HOUSE, "few_services_taxed"),
        ("HOTEL_10", (), Kind.RESIDENCE, "few_services_taxed"),
        ("HOTEL_10", ("BREAKFAST", "LINEN", "CLEANING"), Kind.GUEST_HOUSE, None),
        ("HOTEL_10", (), Kind.CAMPSITE, None),
        ("HOTEL_10", ("BREAKFAST", "LINEN", "RECEPTION"), Kind.FURNISHED, None),
        ("FRANCHISE_293B", ("LINEN",), Kind.FURNISHED, None),
    ],
)
def test_a_vat_regime_that_does_not_go_with_the_services_is_warned_of(
    regime: str, services: tuple[str, ...], kind: Kind, warning: str | None
) -> None:
    assert vat_warning(regime, services, kind) == warning
