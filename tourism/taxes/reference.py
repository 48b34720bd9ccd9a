"""The dated tables, read once from the package's data."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources

from tourism.taxes.errors import RateMissing
from tourism.taxes.models import (
    AdditionalTax,
    Bound,
    Category,
    Regime,
    Tariff,
    VatRate,
    VatRegime,
)
from tourism.taxes.vat import LODGING

NATION = "FR"


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("tourism.taxes").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=";")


@cache
def bounds() -> dict[tuple[Category, int], Bound]:
    """The national floor and ceiling of each category and year."""
    found = [
        Bound(
            category=Category(row["category"]),
            year=int(row["year"]),
            floor=int(row["floor"]),
            ceiling=int(row["ceiling"]),
            source=row["source"],
        )
        for row in _rows("bounds.csv")
    ]
    return {(bound.category, bound.year): bound for bound in found}


def bound_of(category: Category, year: int) -> Bound:
    """Raises `RateMissing` for a year that the table does not hold."""
    try:
        return bounds()[category, year]
    except KeyError:
        raise RateMissing(f"No bound of {category.value} for {year}.") from None


@cache
def tariffs() -> dict[tuple[str, Category], tuple[Tariff, ...]]:
    """The votes, by territory and category."""
    found: dict[tuple[str, Category], list[Tariff]] = {}
    for row in _rows("tariffs.csv"):
        tariff = Tariff(
            territory=row["territory"],
            category=Category(row["category"]),
            regime=Regime(row["regime"]),
            amount=int(row["amount"]),
            highest_cents=int(row["highest_cents"] or 0),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]),
            demonstration=row["demonstration"] == "yes",
            source=row["source"],
        )
        found.setdefault((tariff.territory, tariff.category), []).append(tariff)
    return {line: tuple(rows) for line, rows in found.items()}


@cache
def additional_taxes() -> tuple[AdditionalTax, ...]:
    """The taxes on top of the commune's."""
    return tuple(
        AdditionalTax(
            code=row["code"],
            rate_bps=int(row["rate_bps"]),
            departments=tuple(row["departments"].split()),
            communes=tuple(row["communes"].split()),
            except_communes=tuple(row["except_communes"].split()),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]),
            beneficiary=row["beneficiary"],
            demonstration=row["demonstration"] == "yes",
            source=row["source"],
        )
        for row in _rows("additional.csv")
    )


@cache
def tariff_on(commune: str, department: str, category: Category, on: date) -> Tariff | None:
    """The tariff in force on a night: the commune's (or its city's), else the demonstration's.

    Raises `RateMissing` after the last year of the table.
    """
    del department
    for territory in (commune, NATION):
        rows = tariffs().get((territory, category), ())
        for tariff in rows:
            if tariff.valid_from <= on <= tariff.valid_to:
                return tariff
        if rows and on > max(row.valid_to for row in rows):
            raise RateMissing(f"No tariff of {category.value} after {rows[-1].valid_to}.")
        if any((territory, other) in tariffs() for other in Category):
            return None
    return None


@cache
def additional_on(commune: str, department: str, on: date) -> tuple[AdditionalTax, ...]:
    """The additional taxes in force on a night at a place."""
    return tuple(
        tax
        for tax in additional_taxes()
        if tax.valid_from <= on <= tax.valid_to
        and commune not in tax.except_communes
        and (commune in tax.communes or department in tax.departments)
    )


@cache
def vat_rates() -> tuple[VatRate, ...]:
    """VAT by kind of supply."""
    return tuple(
        VatRate(
            supply=row["supply"],
            rate_bps=int(row["rate_bps"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]),
            source=row["source"],
        )
        for row in _rows("vat.csv")
    )


@cache
def vat_rate_on(supply: str, on: date) -> int:
    """The rate of a supply in bps. Raises `RateMissing`: there is no default."""
    for rate in vat_rates():
        if rate.supply == supply and rate.valid_from <= on <= rate.valid_to:
            return rate.rate_bps
    raise RateMissing(f"No VAT rate of {supply} on {on}.")


def supply_vat_on(supply: str, regime: VatRegime | str, on: date) -> int:
    """The VAT, in bps, of what a house sells beside the night: none under the franchise of
    art. 293 B; a supply that is not the lodging's own has its own rate even where the lodging is
    exempt (DOMAIN 2.1)."""
    if supply == LODGING:
        return lodging_vat_on(regime, on)
    return 0 if VatRegime(regime) is VatRegime.FRANCHISE_293B else vat_rate_on(supply, on)


def lodging_vat_on(regime: VatRegime | str, on: date) -> int:
    """The VAT of a night under a house's regime, in bps."""
    if VatRegime(regime) is VatRegime.HOTEL_10:
        return vat_rate_on(LODGING, on)
    return 0
