"""The taxe de séjour: every vector of DOMAIN 1.7 by its id, and the inputs it refuses."""

from datetime import date
from fractions import Fraction

import pytest

from tourism.taxes import policy, reference
from tourism.taxes.errors import RateMissing, TariffInvalid, TaxInputInvalid
from tourism.taxes.models import (
    AdditionalTax,
    Category,
    NetCents,
    Occupant,
    Regime,
    Rounding,
    Tariff,
)
from tourism.taxes.stay import quick_total_cents, tax_of_stay

YEAR = (date(2024, 1, 1), date(2028, 12, 31))
ADULT = Occupant(age=40)
MINOR = Occupant(age=7)


def tariff(amount: int, category: Category = Category.H3, highest: int = 0, **other) -> Tariff:
    return Tariff(
        territory="X",
        category=category,
        amount=amount,
        highest_cents=highest,
        valid_from=other.pop("valid_from", YEAR[0]),
        valid_to=other.pop("valid_to", YEAR[1]),
        source="vector",
        **other,
    )


def additional(*percents: int) -> list[AdditionalTax]:
    return [
        AdditionalTax(
            code=f"A{n}",
            rate_bps=percent * 100,
            departments=(),
            valid_from=YEAR[0],
            valid_to=YEAR[1],
            beneficiary=f"beneficiary {n}",
            source="vector",
        )
        for n, percent in enumerate(percents)
    ]


UNITS = [
    ("TV-01", 100, (10, 15, 200), 325),
    ("TV-02", 160, (10, 15, 200), 520),
    ("TV-03", 250, (10, 15, 200), 813),
    ("TV-04", 330, (10, 15, 200), 1073),
    ("TV-05", 480, (10, 15, 200), 1560),
    ("TV-06", 490, (10, 15, 200), 1593),
    ("TV-07-H2", 70, (10, 34), 101),
    ("TV-07-H3", 160, (10, 34), 230),
    ("TV-07-H4", 250, (10, 34), 360),
    ("TV-07-H5", 300, (10, 34), 432),
    ("TV-08-H2", 80, (34,), 107),
    ("TV-08-H3", 150, (34,), 201),
    ("TV-08-H4", 220, (34,), 295),
    ("TV-08-H5", 300, (34,), 402),
    ("TV-10-H2", 100, (10,), 110),
    ("TV-10-H3", 160, (10,), 176),
    ("TV-10-H4", 250, (10,), 275),
    ("TV-10-H5", 330, (10,), 363),
    ("TV-13", 90, (10, 15), 113),
]


@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize(
    ("base", "percents", "expected"), [pytest.param(*row[1:], id=row[0]) for row in UNITS]
)
def test_unit_tariffs_equal_the_published_grids(base, percents, expected, rounding) -> None:
    parts = policy.unit_parts(tariff(base), additional(*percents), None, rounding)
    assert sum(part.unit_cents for part in parts) == expected


@pytest.mark.parametrize(
    ("rounding", "expected"), [(Rounding.PER_PART, 80), (Rounding.GLOBAL, 79)], ids=lambda v: v
)
def test_tv_14_follows_the_configured_rounding(rounding: Rounding, expected: int) -> None:
    parts = policy.unit_parts(tariff(55), additional(10, 34), None, rounding)
    assert sum(part.unit_cents for part in parts) == expected


PLACES = [
    ("TV-02", "75109", "75", Category.H3, date(2024, 6, 1), 520),
    ("TV-05", "75108", "75", Category.PALACE, date(2025, 6, 1), 1560),
    ("TV-06", "75108", "75", Category.PALACE, date(2026, 6, 1), 1593),
    ("TV-07-H3", "31555", "31", Category.H3, date(2024, 6, 1), 230),
    ("TV-08-H4", "06088", "06", Category.H4, date(2024, 6, 1), 295),
    ("TV-10-H5", "67482", "67", Category.H5, date(2024, 6, 1), 363),
]


@pytest.mark.parametrize(
    ("commune", "department", "category", "on", "expected"),
    [pytest.param(*row[1:], id=row[0]) for row in PLACES],
)
def test_the_shipped_tables_give_the_published_units(
    commune, department, category, on, expected
) -> None:
    found = reference.tariff_on(commune, department, category, on)
    assert found is not None
    assert not found.demonstration
    parts = policy.unit_parts(found, reference.additional_on(commune, department, on), None)
    assert sum(part.unit_cents for part in parts) == expected


def stay(
    nights: int,
    price_cents: int,
    occupants: list[Occupant],
    chosen: Tariff,
    *percents: int,
    arrival: date = date(2026, 6, 1),
):
    prices = [NetCents(Fraction(price_cents, nights))] * nights
    return policy.stay_tax(
        arrival,
        prices,
        occupants,
        chosen.category,
        lambda on, _: chosen if chosen.valid_from <= on <= chosen.valid_to else None,
        lambda _: additional(*percents),
    )


NC = Category.NC
STAYS = [
    ("TV-20", 2, 20_000, [ADULT] * 2, tariff(150), (), 600),
    ("TV-21", 2, 6_000, [ADULT] * 3, tariff(40, Category.C35), (), 240),
    ("TV-22", 7, 70_000, [ADULT, ADULT, MINOR, MINOR], tariff(500, NC, 230), (), 1750),
    ("TV-23", 7, 70_000, [ADULT, ADULT, MINOR, MINOR], tariff(500, NC, 230), (10,), 1932),
    ("TV-26", 7, 63_000, [ADULT] * 3 + [MINOR] * 2, tariff(300, NC, 330), (10,), 1239),
]


@pytest.mark.parametrize(
    ("nights", "price", "occupants", "chosen", "percents", "expected"),
    [pytest.param(*row[1:], id=row[0]) for row in STAYS],
)
def test_the_tax_of_a_stay(nights, price, occupants, chosen, percents, expected) -> None:
    tax = stay(nights, price, occupants, chosen, *percents)
    assert tax.total_cents == expected
    assert sum(tax.by_beneficiary().values()) == expected


def test_tv_23_keeps_one_amount_for_each_beneficiary() -> None:
    tax = stay(7, 70_000, [ADULT, ADULT, MINOR, MINOR], tariff(500, NC, 230), 10)
    assert list(tax.by_beneficiary().values()) == [1750, 182]
    assert tax.lines[0].unit_cents == 138


def test_tv_29_only_minors_pay_nothing_and_the_reason_is_kept() -> None:
    tax = stay(2, 20_000, [MINOR, MINOR], tariff(150), 10)
    assert tax.total_cents == 0
    assert tax.lines[0].exempt == ("minor", "minor")


def test_tv_30_each_night_has_the_tariff_of_its_year() -> None:
    tax = tax_of_stay(
        commune="75108",
        department="75",
        category=Category.H4,
        arrival=date(2025, 12, 30),
        price_net=[NetCents(Fraction(20_000))] * 3,
        ages=[40],
    )
    assert tax.total_cents == 2535
    assert [line.on.year for line in tax.lines] == [2025, 2025, 2026]
    assert [line.tariff_from for line in tax.lines] == [
        date(2025, 1, 1),
        date(2025, 1, 1),
        date(2026, 1, 1),
    ]


def test_tv_32_one_more_child_changes_the_unit_of_everybody() -> None:
    before = stay(1, 10_000, [ADULT, ADULT], tariff(300, NC, 330))
    after = stay(1, 10_000, [ADULT, ADULT, MINOR], tariff(300, NC, 330))
    assert (before.lines[0].unit_cents, after.lines[0].unit_cents) == (150, 100)
    assert (before.lines[0].persons, after.lines[0].persons) == (2, 2)


def test_tv_f1_the_forfait_counts_42_units_not_30() -> None:
    assert policy.forfait_cents(60, 3_000, 90, 183) == 691_740


def test_a_stay_over_the_edge_of_the_period_mixes_tax_and_none() -> None:
    summer = tariff(150, valid_from=date(2026, 4, 1), valid_to=date(2026, 9, 30))
    assert stay(3, 30_000, [ADULT], summer, arrival=date(2026, 9, 29)).total_cents == 300


def test_under_the_forfait_the_guest_pays_nothing() -> None:
    assert stay(2, 20_000, [ADULT], tariff(150, regime=Regime.FORFAIT)).total_cents == 0


def test_a_commune_without_a_vote_has_no_tax_and_no_error() -> None:
    tax = policy.stay_tax(
        date(2026, 6, 1),
        [NetCents(Fraction(10_000))],
        [ADULT],
        Category.H3,
        lambda *_: None,
        lambda _: (),
    )
    assert tax.total_cents == 0


@pytest.mark.parametrize(
    ("kind", "stars", "category"),
    [
        ("hotel", 3, Category.H3),
        ("hotel", None, Category.NC),  # an expired classification falls back
        ("residence", 4, Category.H4),
        ("campsite", 3, Category.C35),
        ("campsite", None, Category.C12),  # R-TS-08: never a percentage
        ("prl", 4, Category.C35),
        ("village", 5, Category.H2),
        ("village", None, Category.H1),
        ("auberge", None, Category.H1),
        ("furnished", None, Category.NC),
    ],
)
def test_the_line_of_the_scale(kind: str, stars: int | None, category: Category) -> None:
    assert policy.category_of(kind, stars) is category


@pytest.mark.parametrize(
    ("bound", "growth", "expected"), [(330, 480, 350), (260, 180, 260), (260, 200, 270)]
)
def test_r_ts_20_bounds_are_indexed_to_the_tenth_of_a_euro(bound, growth, expected) -> None:
    assert policy.index_bound(bound, growth) == expected


def test_r_ts_22_an_indexed_scale_stays_within_the_bounds() -> None:
    bound = reference.bound_of(Category.H3, 2026)
    assert policy.clamp_to_bounds(40, bound) == 50
    assert policy.clamp_to_bounds(200, bound) == 170


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([tariff(600, NC)], "outside"),
        ([tariff(180)], "outside"),
        ([tariff(0)], "above zero"),
        ([tariff(100), tariff(110, valid_from=date(2026, 1, 1))], "overlapping"),
        ([tariff(100), tariff(110, regime=Regime.FORFAIT)], "two regimes"),
        ([tariff(100, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1))], "before it begins"),
    ],
)
def test_a_tariff_that_cannot_be_is_refused(rows: list[Tariff], words: str) -> None:
    with pytest.raises(TariffInvalid, match=words):
        policy.validate_tariffs(rows, reference.bound_of)


def test_r_ts_21_a_lower_category_that_costs_more_is_a_warning() -> None:
    rows = [tariff(60), tariff(90, Category.H2)]
    assert policy.validate_tariffs(rows, reference.bound_of) == ["X: H2 costs more than H3"]


def test_the_shipped_tariffs_are_valid() -> None:
    rows = [tariff for line in reference.tariffs().values() for tariff in line]
    assert len(rows) > 300
    assert policy.validate_tariffs(rows, reference.bound_of) == []


@pytest.mark.parametrize(
    ("prices", "occupants", "words"),
    [
        ([NetCents(Fraction(1))], [], "Nobody"),
        ([NetCents(Fraction(-1))], [ADULT], "negative"),
        ([10_000], [ADULT], "net of VAT"),
    ],
)
def test_inputs_that_cannot_be_are_refused(prices, occupants, words) -> None:
    with pytest.raises(TaxInputInvalid, match=words):
        policy.stay_tax(
            date(2026, 6, 1), prices, occupants, Category.H3, lambda *_: tariff(100), lambda _: ()
        )


def test_a_year_without_tariffs_refuses() -> None:
    with pytest.raises(RateMissing):
        reference.tariff_on("74010", "74", Category.H3, date(2029, 1, 1))
    with pytest.raises(RateMissing):
        reference.bound_of(Category.H3, 2040)


@pytest.mark.parametrize("category", list(Category))
def test_the_quick_total_is_the_total(category: Category) -> None:
    place = {"commune": "74010", "department": "74", "category": category}
    asked = {
        "arrival": date(2026, 12, 30),
        "price_net": [NetCents(Fraction(8_123, 3))] * 4,
        "ages": [40, 38, 17, 3],
    }
    assert quick_total_cents(**place, **asked) == tax_of_stay(**place, **asked).total_cents
