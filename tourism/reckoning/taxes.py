"""The tourist tax of one unit, by the rules of `tourism.taxes`, in whole numbers."""

from typing import Any

from hub.core.money import BPS
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled
from tourism.reckoning.question import Taxes
from tourism.reckoning.sections import Book

FIXED, SHARE, HIGHEST, LEAST, ADDITIONAL = range(5)


@compiled
def shared_cents(rule: Any, cents: int, vat: int, persons: int) -> int:
    """What one person pays of the cost of a night (R-TS-06): a share of the net cost a person,
    capped, then each additional tax on that; each rounded half up by itself."""
    if cents * BPS < rule[LEAST] * (BPS + vat):
        return 0
    below = (BPS + vat) * persons
    unit = min((cents * (2 * rule[SHARE]) + below) // (2 * below), rule[HIGHEST])
    whole = unit
    for place in range(ADDITIONAL, len(rule)):
        whole += (unit * (2 * rule[place]) + BPS) // (2 * BPS)
    return whole


@compiled
def tax_cents(
    book: Book, taxes: Taxes, number: int, stars: int, nights: Any, adults: int, persons: int
) -> int:
    """The tax of one unit in a house: the prices of its nights without meals, the stars that may
    be shown of it today, who sleeps there."""
    house = of.houses(book)[number]
    key = house["tax"] if stars > 0 else house["tax_unclassified"]
    vat, cents = taxes.vat[house["vat"]], 0
    for part in range(len(taxes.rules)):
        rule = taxes.rules[part, key]
        first, last = taxes.cuts[part], taxes.cuts[part + 1]
        cents += rule[FIXED] * (last - first)
        if rule[SHARE]:
            for night in range(first, last):
                cents += shared_cents(rule, nights[night], vat, persons)
    return cents * adults


@compiled
def fixed_cents(book: Book, taxes: Taxes, number: int, stars: int) -> int:
    """What each adult pays in a house whatever the nights cost."""
    house = of.houses(book)[number]
    key, cents = house["tax"] if stars > 0 else house["tax_unclassified"], 0
    for part in range(len(taxes.rules)):
        cents += taxes.rules[part, key, FIXED] * (taxes.cuts[part + 1] - taxes.cuts[part])
    return cents
