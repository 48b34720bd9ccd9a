"""A traveller of any country reaches the house by a press on its number."""

import pytest

from tourism.storefront.policy.telephone import dialled


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("04 50 12 34 56", "+33450123456"),
        ("04.50.12-34.56", "+33450123456"),
        ("+33 (0)4 50 12 34 56", "+33450123456"),
        ("0033 4 50 12 34 56", "+33450123456"),
        ("0033 (0)4 50 12 34 56", "+33450123456"),
        ("+33 04 50 12 34 56", "+33450123456"),
        ("+41 22 123 45 67", "+41221234567"),
        ("06 39 69 12 34", "+262639691234"),
        ("0590 12 34 56", "+590590123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0594 12 34 56", "+594594123456"),
        ("0262 12 34 56", "+262262123456"),
        ("0820 12 34 56", "0820123456"),
        ("0709 12 34 56", "0709123456"),
        ("3631", "3631"),
        ("26 12 34", "261234"),
        ("(.-) .-", None),
        ("٠٤٥٠١٢٣٤٥٦", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_house_wrote_is_dialled_from_abroad(written: str | None, number: str | None) -> None:
    assert dialled(written) == number
