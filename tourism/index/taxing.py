"""The rules of the tourist tax as the compiled passes take them, by key and night."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from tourism import taxes
from tourism.nights.codes import REGIMES
from tourism.nights.layout import Ints, Tables
from tourism.reckoning.question import Taxes
from tourism.reckoning.taxes import ADDITIONAL, FIXED, HIGHEST, LEAST, SHARE

MAX_STAYS = 20_000


def _rules(keys: Sequence[str], on: date) -> Ints:
    """The rule of every tax key (place and category) on a day, a row each: `reckoning.taxes`."""
    rules = [_rule(key, on) for key in keys]
    most = max((len(rule.additional_bps) for rule in rules), default=0)
    found = np.zeros((len(rules), ADDITIONAL + most), np.int64)
    for number, rule in enumerate(rules):
        found[number, FIXED], found[number, SHARE] = rule.fixed_cents, rule.bps
        found[number, HIGHEST], found[number, LEAST] = rule.highest_cents, rule.min_rent_cents
        found[number, ADDITIONAL : ADDITIONAL + len(rule.additional_bps)] = rule.additional_bps
    return found


def _rule(key: str, on: date) -> taxes.UnitRule:
    commune, department, category = key.split("|")
    return taxes.unit_rule(commune, department, taxes.Category(category), on)


class Taxing:
    """The rules of a generation's keys, read when a day needs them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rules: dict[date, Ints] = {}
        self._changes = taxes.days_of_change()
        self._stays: dict[tuple[int, int], tuple[int, Taxes]] = {}

    def _rules_on(self, ordinal: int, count: int) -> Ints:
        """The rules in force on a day. Raises `taxes.RateMissing`."""
        place = bisect_right(self._changes, date.fromordinal(ordinal))
        since = self._changes[max(place - 1, 0)]
        known = self._rules.get(since)
        if known is None or len(known) < count:
            keys = [bytes(key).decode() for key in self._tables.keys[:count]]
            known = self._rules[since] = _rules(keys, since)
        return known[:count]

    def taxes(self, arrival: int, nights: int) -> Taxes:
        """The nights of a stay by the rules that are in force. Raises `taxes.RateMissing`."""
        stay, count = (arrival, nights), self._tables["keys"]
        known = self._stays.get(stay)
        if known is None or known[0] != count:
            if len(self._stays) > MAX_STAYS:
                self._stays.clear()
            known = self._stays[stay] = (count, self._divide(arrival, nights, count))
        return known[1]

    def _divide(self, arrival: int, nights: int, count: int) -> Taxes:
        first = bisect_right(self._changes, date.fromordinal(arrival))
        last = bisect_right(self._changes, date.fromordinal(arrival + nights - 1))
        ends = [day.toordinal() - arrival for day in self._changes[first:last]]
        parts = [self._rules_on(arrival + start, count) for start in (0, *ends)]
        most = max(part.shape[1] for part in parts)
        if len(parts) == 1:
            rules = parts[0][None]  # a view: stays of the same rules share them
        else:
            rules = np.stack([np.pad(p, ((0, 0), (0, most - p.shape[1]))) for p in parts])
        return Taxes(rules, np.array([0, *ends, nights], np.int64), _vat(arrival))


@lru_cache(maxsize=1_000)
def _vat(arrival: int) -> Ints:
    on = date.fromordinal(arrival)
    return np.array([taxes.lodging_vat_on(regime, on) for regime in REGIMES], np.int64)
