"""Registration numbers of furnished lets, and the nights that a main residence may be let."""

import csv
import re
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from importlib import resources

import msgspec
from stdnum.fr import siret as siret_key

from hub.core.sentences import Sentence, say

NATIONAL_LIMIT = 120
# D324-1-1: the commune's code (Corsica: 2A, 2B), six digits, a key of two letters or digits.
NUMBER = re.compile(r"(\d{5}|2[AB]\d{3})\d{6}[0-9A-Z]{2}")
LA_POSTE = "356000000"


class NightLimit(msgspec.Struct, frozen=True, kw_only=True):
    """From a day on, a commune lets main residences so many nights a year."""

    commune: str
    first_on: date
    nights: int
    source: str


@cache
def night_limits() -> tuple[NightLimit, ...]:
    """The communes that voted fewer nights than the law, dated."""
    text = resources.files("tourism.lodging").joinpath("data", "night_limits.csv")
    rows = csv.DictReader(text.read_text(encoding="utf-8").splitlines())
    return tuple(msgspec.convert(row, NightLimit, strict=False) for row in rows)


def nights_max(communes: Collection[str], year: int) -> int:
    """How many nights of a year a main residence may be let; `communes` are its own code and the
    one of its city (L324-1-1: 120, or fewer by a reasoned vote of the commune)."""
    first = date(year, 1, 1)
    voted = [
        limit.nights
        for limit in night_limits()
        if limit.commune in communes and limit.first_on <= first
    ]
    return min(voted, default=NATIONAL_LIMIT)


def nights_by_year(arrival: date, departure: date) -> dict[int, int]:
    """The nights of a stay in each calendar year (a night belongs to the day it begins)."""
    found: dict[int, int] = {}
    for n in range((departure - arrival).days):
        year = (arrival + timedelta(days=n)).year
        found[year] = found.get(year, 0) + 1
    return found


def number_fault(number: str, communes: Collection[str]) -> Sentence | None:
    """What is wrong with a registration number, in words; None when its shape and its commune are
    right. The two characters at its end cannot be recomputed: their rule is not published."""
    match = NUMBER.fullmatch(number)
    if match is None:
        return say("A registration number has 13 characters: commune, six digits, two of a key.")
    if match.group(1) not in communes:
        return say("The number begins with another commune than the address.")
    return None


def siret_fault(siret: str) -> Sentence | None:
    """What is wrong with a SIRET, in words (14 digits, Luhn key; La Poste's own rule)."""
    digits = re.sub(r"[\s.]", "", siret)
    if not digits.isdecimal() or len(digits) != 14:
        return say("A SIRET has 14 digits.")
    la_poste = digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0
    if not siret_key.is_valid(digits) and not la_poste:
        return say("The SIRET's key is wrong: compare it with your papers.")
    return None
