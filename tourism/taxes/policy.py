"""The taxe de séjour of a stay: the algorithm of DOMAIN 1.6, in integers and exact rationals."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hub.core.money import BPS, round_half_up
from tourism.taxes.errors import TariffInvalid, TaxInputInvalid
from tourism.taxes.models import (
    AdditionalTax,
    Bound,
    Category,
    Line,
    NetCents,
    Occupant,
    Part,
    Regime,
    Rounding,
    StayTax,
    Tariff,
)

COMMUNE = "TS"
ADULT_AGE = 18
STAR_HOTELS = {5: Category.H5, 4: Category.H4, 3: Category.H3, 2: Category.H2, 1: Category.H1}
# R-TS-21: no category may cost more than a higher one of its kind.
LADDERS = (
    (Category.PALACE, Category.H5, Category.H4, Category.H3, Category.H2, Category.H1),
    (Category.C35, Category.C12),
)

TariffOn = Callable[[date, Category], Tariff | None]
AdditionalOn = Callable[[date], Sequence[AdditionalTax]]


def category_of(kind: str, stars: int | None) -> Category:
    """The line of the scale. `stars` are those still valid; without them a hotel or residence is
    NC, while campsites, villages, auberges and guest houses always have a fixed line (R-TS-08)."""
    if kind in {"campsite", "prl"}:
        return Category.C35 if (stars or 0) >= 3 else Category.C12
    if kind == "village":
        return Category.H2 if (stars or 0) >= 4 else Category.H1
    if kind in {"auberge", "guest_house"}:
        return Category.H1
    return STAR_HOTELS.get(stars or 0, Category.NC)


def unit_parts(
    tariff: Tariff,
    additional: Sequence[AdditionalTax],
    cost_per_person: NetCents | None,
    rounding: Rounding = Rounding.PER_PART,
) -> tuple[Part, ...]:
    """What each beneficiary receives for one person and night, the commune first.

    Additional taxes are on the commune's amount after its cap, not on each other (R-TS-11).
    """
    unit = _commune_unit(tariff, cost_per_person)
    parts = [Part(code=COMMUNE, beneficiary="commune", unit_cents=unit)]
    parts += [
        Part(
            code=tax.code,
            beneficiary=tax.beneficiary,
            unit_cents=round_half_up(Fraction(unit * tax.rate_bps, BPS)),
        )
        for tax in additional
    ]
    if rounding is Rounding.GLOBAL and additional:
        rates = sum(tax.rate_bps for tax in additional)
        whole = round_half_up(Fraction(unit * (BPS + rates), BPS))
        last = parts[-1]
        drift = whole - sum(part.unit_cents for part in parts)
        parts[-1] = Part(
            code=last.code, beneficiary=last.beneficiary, unit_cents=last.unit_cents + drift
        )
    return tuple(parts)


def _commune_unit(tariff: Tariff, cost_per_person: NetCents | None) -> int:
    if tariff.category is not Category.NC:
        return tariff.amount
    if cost_per_person is None:
        raise TaxInputInvalid("An unclassified lodging's tax needs the cost of the night.")
    if cost_per_person < 0:
        raise TaxInputInvalid("The cost of a night is not negative.")
    return min(round_half_up(Fraction(cost_per_person) * tariff.amount / BPS), tariff.highest_cents)


def exemption_of(occupant: Occupant) -> str | None:
    """Why a person does not pay on this night, or None (CGCT L2333-31)."""
    return "minor" if occupant.age < ADULT_AGE else occupant.exemption


def stay_tax(
    arrival: date,
    price_net: Sequence[NetCents],
    occupants: Sequence[Occupant],
    category: Category,
    tariff_on: TariffOn,
    additional_on: AdditionalOn,
    rounding: Rounding = Rounding.PER_PART,
) -> StayTax:
    """The tax of the nights from `arrival`, one net price (of the lodging, a night) each.

    The tariff is that in force on the night (R-TS-10); a night without one, or under the forfait,
    costs the guest nothing.
    """
    if not occupants:
        raise TaxInputInvalid("Nobody sleeps there.")
    if any(not isinstance(price, Fraction) for price in price_net):  # pyright: ignore[reportUnnecessaryIsInstance]  a gross int would pass unseen at run time
        raise TaxInputInvalid("Prices are net of VAT: make them with `net_of`.")
    if any(price < 0 for price in price_net):
        raise TaxInputInvalid("The price of a night is not negative.")
    lines = [
        _night(
            arrival + timedelta(days=n),
            price,
            occupants,
            category,
            tariff_on,
            additional_on,
            rounding,
        )
        for n, price in enumerate(price_net)
    ]
    return StayTax(lines=tuple(lines))


def _night(
    on: date,
    price: NetCents,
    occupants: Sequence[Occupant],
    category: Category,
    tariff_on: TariffOn,
    additional_on: AdditionalOn,
    rounding: Rounding,
) -> Line:
    exempt = tuple(reason for person in occupants if (reason := exemption_of(person)))
    tariff = tariff_on(on, category)
    due = tariff is not None and tariff.regime is Regime.REAL and price >= tariff.min_rent_cents
    parts: tuple[Part, ...] = ()
    if tariff is not None and due:
        cost = NetCents(Fraction(price) / len(occupants))
        parts = unit_parts(tariff, additional_on(on), cost, rounding)
    return Line(
        on=on,
        category=category,
        parts=parts,
        persons=len(occupants) - len(exempt) if due else 0,
        exempt=exempt,
        tariff_from=tariff.valid_from if tariff else None,
        demonstration=bool(tariff and tariff.demonstration),
        source=tariff.source if tariff else "no vote: no tax",
    )


def forfait_cents(capacity: int, abatement_bps: int, tariff_cents: int, nights: int) -> int:
    """What a house under the forfait owes: capacity less abatement, tariff, nights (DOMAIN 1.4)."""
    units = Fraction(capacity * (BPS - abatement_bps), BPS)
    return round_half_up(units * tariff_cents * nights)


def index_bound(bound_cents: int, price_growth_bps: int) -> int:
    """R-TS-20: grown by prices of N−2, to the tenth of a euro, a fraction of 0.05 € counts 0.10."""
    grown = Fraction(bound_cents * (BPS + price_growth_bps), BPS)
    return round_half_up(grown / 10) * 10


def clamp_to_bounds(amount: int, bound: Bound) -> int:
    """R-TS-22: an indexed scale that pushes a vote outside the bounds gives the nearest bound."""
    return min(max(amount, bound.floor), bound.ceiling)


def validate_tariffs(
    tariffs: Sequence[Tariff], bound_of: Callable[[Category, int], Bound]
) -> list[str]:
    """Raise `TariffInvalid` for tariffs that cannot be; give warnings for those that look odd.

    Refused: outside the national bounds, zero, periods that overlap, two regimes for one nature.
    """
    for tariff in tariffs:
        _validate_tariff(tariff, bound_of(tariff.category, tariff.valid_from.year))
    by_line: dict[tuple[str, Category], list[Tariff]] = {}
    for tariff in tariffs:
        by_line.setdefault((tariff.territory, tariff.category), []).append(tariff)
    for (territory, category), rows in by_line.items():
        ordered = sorted(rows, key=lambda row: row.valid_from)
        for before, after in pairwise(ordered):
            if after.valid_from <= before.valid_to:
                clash = before.regime is not after.regime
                what = "two regimes" if clash else "overlapping periods"
                raise TariffInvalid(f"{territory} {category.value}: {what}.")
    return _ladder_warnings(tariffs)


def _validate_tariff(tariff: Tariff, bound: Bound) -> None:
    where = f"{tariff.territory} {tariff.category.value}"
    if tariff.valid_to < tariff.valid_from:
        raise TariffInvalid(f"{where}: ends before it begins.")
    if tariff.amount == 0:
        raise TariffInvalid(f"{where}: a voted category has a tariff above zero.")
    if not bound.floor <= tariff.amount <= bound.ceiling:
        raise TariffInvalid(f"{where}: {tariff.amount} is outside {bound.floor}–{bound.ceiling}.")


def _ladder_warnings(tariffs: Sequence[Tariff]) -> list[str]:
    warnings: list[str] = []
    for ladder in LADDERS:
        for high, low in pairwise(ladder):
            for upper in (t for t in tariffs if t.category is high):
                warnings += [
                    f"{lower.territory}: {low.value} costs more than {high.value}"
                    for lower in tariffs
                    if lower.category is low
                    and lower.territory == upper.territory
                    and lower.valid_from <= upper.valid_to
                    and upper.valid_from <= lower.valid_to
                    and lower.amount > upper.amount
                ]
    return warnings
