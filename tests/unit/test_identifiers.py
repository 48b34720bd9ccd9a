"""The keys of DOMAIN 2.3."""

import pytest

from hub.core.identifiers import (
    IdentifierInvalid,
    check_iban,
    check_siren,
    check_siret,
    check_vat_number,
)


@pytest.mark.parametrize(
    ("check", "number", "clean"),
    [
        (check_siren, "732 829 320", "732829320"),
        (check_siret, "73282932000074", "73282932000074"),
        (check_siret, "356 000 000 49837", "35600000049837"),  # La Poste: not Luhn, and valid
        (check_vat_number, "FR44 732829320", "44732829320"),
        (check_vat_number, "FR64 443061841", "64443061841"),
        (check_iban, "FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
    ],
)
def test_a_number_with_its_key_is_accepted(check, number: str, clean: str) -> None:
    assert check(number) == clean


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (check_siren, "732829321"),
        (check_siret, "73282932000075"),
        (check_siret, "732829320"),
        (check_vat_number, "FR45732829320"),
        (check_iban, "FR7630006000011234567890188"),
        (check_iban, ""),
    ],
)
def test_a_number_with_a_wrong_key_is_refused(check, number: str) -> None:
    with pytest.raises(IdentifierInvalid):
        check(number)
