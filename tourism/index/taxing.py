"""The tourist tax of many lanes at once, by the rules of `tourism.taxes`, in whole numbers."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

import numpy as np

from hub.core.money import BPS
from tourism import taxes
from tourism.nights.codes import REGIMES
from tourism.nights.layout import Ints, Tables

MAX_STAYS = 20_000


class Rules:
    """The rule of every tax key (place and category) on a day, as arrays by key."""

    def __init__(self, keys: Sequence[str], on: date) -> None:
        rules = [_rule(key, on) for key in keys]
        self.count = len(rules)
        self.fixed = np.array([rule.fixed_cents for rule in rules], np.int64)
        self.bps = np.array([rule.bps for rule in rules], np.int64)
        self.highest = np.array([rule.highest_cents for rule in rules], np.int64)
        self.least = np.array([rule.min_rent_cents for rule in rules], np.int64)
        most = max((len(rule.additional_bps) for rule in rules), default=0)
        self.additional = np.zeros((most, len(rules)), np.int64)
        for number, rule in enumerate(rules):
            for place, bps in enumerate(rule.additional_bps):
                self.additional[place, number] = bps


def _rule(key: str, on: date) -> taxes.UnitRule:
    commune, department, category = key.split("|")
    return taxes.unit_rule(commune, department, taxes.Category(category), on)


class Taxing:
    """The rules of a generation's keys, read when a day needs them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rules: dict[date, Rules] = {}
        self._changes = taxes.days_of_change()
        self._stays: dict[tuple[int, int], tuple[int, list[tuple[Rules, int, int]]]] = {}

    def rules(self, ordinal: int) -> Rules:
        """The rules in force on a day. Raises `taxes.RateMissing`."""
        place = bisect_right(self._changes, date.fromordinal(ordinal))
        since = self._changes[max(place - 1, 0)]
        known, count = self._rules.get(since), self._tables["keys"]
        if known is None or known.count < count:
            keys = [bytes(key).decode() for key in self._tables.keys[:count]]
            known = self._rules[since] = Rules(keys, since)
        return known

    def cents(
        self, arrival: int, night_cents: Ints, houses: Ints, stars: Ints, adults: int, persons: int
    ) -> Ints:
        """The tax of one unit for each lane: lodging prices (night, lane), the lane's house, the
        stars that may be shown of it today, who sleeps there."""
        rows = self._tables.houses
        keys = np.where(stars > 0, rows["tax"][houses], rows["tax_unclassified"][houses])
        total = np.zeros(night_cents.shape[1], np.int64)
        for rules, first, last in self._parts(arrival, night_cents.shape[0]):
            total += rules.fixed.take(keys) * (last - first)
            shared = rules.bps.take(keys).nonzero()[0]
            if len(shared):
                some = houses.take(shared)
                vat = _vat(arrival).take(rows["vat"][some])
                part = night_cents[first:last].take(shared, axis=1)
                total[shared] += _shares(rules, keys.take(shared), part, vat, persons)
        return total * adults

    def _parts(self, arrival: int, nights: int) -> list[tuple[Rules, int, int]]:
        """The nights of a stay by the rules that are in force, from one to before another."""
        stay, count = (arrival, nights), self._tables["keys"]
        known = self._stays.get(stay)
        if known is None or known[0] != count:
            if len(self._stays) > MAX_STAYS:
                self._stays.clear()
            known = self._stays[stay] = (count, self._divide(arrival, nights))
        return known[1]

    def _divide(self, arrival: int, nights: int) -> list[tuple[Rules, int, int]]:
        first = bisect_right(self._changes, date.fromordinal(arrival))
        last = bisect_right(self._changes, date.fromordinal(arrival + nights - 1))
        ends = [day.toordinal() - arrival for day in self._changes[first:last]]
        cuts = [0, *ends, nights]
        return [(self.rules(arrival + a), a, b) for a, b in pairwise(cuts)]


def _shares(rules: Rules, keys: Ints, gross: Ints, vat: Ints, persons: int) -> Ints:
    """What one person pays of the cost of the nights (R-TS-06): a share of the net cost a person,
    capped, then each additional tax on that; each rounded half up by itself."""
    below = (BPS + vat) * persons
    unit = (gross * (2 * rules.bps.take(keys)) + below) // (2 * below)
    unit = np.minimum(unit, rules.highest.take(keys))
    whole = unit.copy()
    for bps in rules.additional:
        whole += (unit * (2 * bps.take(keys)) + BPS) // (2 * BPS)
    least = rules.least.take(keys)
    if least.any():
        whole[gross * BPS < least * (BPS + vat)] = 0
    return whole.sum(axis=0)


@lru_cache(maxsize=1_000)
def _vat(arrival: int) -> Ints:
    on = date.fromordinal(arrival)
    return np.array([taxes.lodging_vat_on(regime, on) for regime in REGIMES], np.int64)
