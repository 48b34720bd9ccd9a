"""The tax of a stay at a place, from the shipped tables; and the quick form that search uses."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import msgspec

from tourism.taxes.models import Category, NetCents, Occupant, StayTax
from tourism.taxes.policy import ADULT_AGE, stay_tax, unit_parts
from tourism.taxes.reference import (
    additional_on,
    additional_taxes,
    lodging_vat_on,
    tariff_on,
    tariffs,
)
from tourism.taxes.vat import net_of


def tax_of_stay(
    *,
    commune: str,
    department: str,
    category: Category,
    arrival: date,
    price_net: Sequence[NetCents],
    ages: Sequence[int],
) -> StayTax:
    """The taxe de séjour of one lodging unit: net prices a night, the persons' ages."""
    return stay_tax(
        arrival,
        price_net,
        [Occupant(age=age) for age in ages],
        category,
        lambda on, line: tariff_on(commune, department, line, on),
        lambda on: additional_on(commune, department, on),
    )


def net_prices(gross_cents: Sequence[int], vat_regime: str, on: date) -> list[NetCents]:
    """The exact net prices of some nights without meals: what the tax may be a share of."""
    rate = lodging_vat_on(vat_regime, on)
    return [net_of(cents, rate) for cents in gross_cents]


@cache
def fixed_unit_cents(commune: str, department: str, category: Category, on: date) -> int:
    """What one taxable person pays on a night, for the categories with a fixed tariff."""
    tariff = tariff_on(commune, department, category, on)
    if tariff is None or tariff.regime.value == "forfait":
        return 0
    parts = unit_parts(tariff, additional_on(commune, department, on), None)
    return sum(part.unit_cents for part in parts)


def quick_total_cents(
    *,
    commune: str,
    department: str,
    category: Category,
    arrival: date,
    price_net: Sequence[NetCents],
    ages: Sequence[int],
) -> int:
    """The total of `tax_of_stay`, a hundred times quicker where the tariff is fixed."""
    if category is Category.NC:
        return tax_of_stay(
            commune=commune,
            department=department,
            category=category,
            arrival=arrival,
            price_net=price_net,
            ages=ages,
        ).total_cents
    taxable = sum(age >= ADULT_AGE for age in ages)
    return taxable * sum(
        fixed_unit_cents(commune, department, category, arrival + timedelta(days=n))
        for n in range(len(price_net))
    )


class UnitRule(msgspec.Struct, frozen=True, kw_only=True):
    """What one taxable person pays on a night, for those who compute many at once: fixed cents; or
    `bps` of the net cost a person, at most `highest_cents`, and each additional tax on that."""

    fixed_cents: int = 0
    bps: int = 0
    highest_cents: int = 0
    min_rent_cents: int = 0
    additional_bps: tuple[int, ...] = ()


@cache
def unit_rule(commune: str, department: str, category: Category, on: date) -> UnitRule:
    """The rule behind `tax_of_stay` at a place on a night. Raises `RateMissing`."""
    if category is not Category.NC:
        return UnitRule(fixed_cents=fixed_unit_cents(commune, department, category, on))
    tariff = tariff_on(commune, department, category, on)
    if tariff is None or tariff.regime.value == "forfait":
        return UnitRule()
    return UnitRule(
        bps=tariff.amount,
        highest_cents=tariff.highest_cents,
        min_rent_cents=tariff.min_rent_cents,
        additional_bps=tuple(tax.rate_bps for tax in additional_on(commune, department, on)),
    )


@cache
def _places_of_their_own() -> frozenset[str]:
    named = {territory for territory, _ in tariffs()}
    for tax in additional_taxes():
        named |= {*tax.communes, *tax.except_communes}
    return frozenset(named)


def tax_place(commune: str) -> str:
    """The commune where some table names it, else one name for all that only their department
    and the nation decide about."""
    return commune if commune in _places_of_their_own() else "-"


@cache
def days_of_change() -> tuple[date, ...]:
    """The days from which some tariff or additional tax is another than the day before."""
    dated = [row for rows in tariffs().values() for row in rows]
    firsts = {row.valid_from for row in (*dated, *additional_taxes())}
    lasts = {row.valid_to for row in (*dated, *additional_taxes())}
    return tuple(sorted(firsts | {last + timedelta(days=1) for last in lasts}))
