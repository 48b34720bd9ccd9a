"""The class of place of a lodging: it decides the season's shape and the illustration."""

from collections import Counter
from collections.abc import Sequence
from math import pi, sqrt

from hub.territory import Commune, communes
from tourism.lodging.registry import Listed

IDF = {"75", "77", "78", "91", "92", "93", "94", "95"}
MED = {"06", "83", "13", "34", "30", "11", "66", "2A", "2B"}
SKI_DEPARTMENTS = frozenset("73 74 38 05 04 06 65 64 09 31 66 39 25 88 63 15 01 26 68".split())
# The capacity rule misses large or mixed resorts, and takes spas and summer places for ski.
SKI_ADDED = {"88196", "38548", "74236", "65481", "64320", "15101", "73071", "38205", "26321"}
SKI_REMOVED = {"04135", "05164", "05040", "66109", "66222", "64477", "06066", "39307", "25361"}


def landscapes(listed: Sequence[Listed]) -> dict[str, str]:
    """The class of every commune that has a lodging, by its code."""
    beds: Counter[str] = Counter()
    for entry in listed:
        if entry.row.kind in {"hotel", "residence", "village"}:
            beds[entry.match.commune_code] += entry.row.capacity
    wanted = {entry.match.commune_code for entry in listed}
    return {
        commune.code: classify(commune, beds[commune.code])
        for commune in communes()
        if commune.code in wanted
    }


def classify(commune: Commune, beds: int) -> str:
    """overseas, paris, idf, ski, coast_med, coast_atl, city, mountain or country, in this order."""
    if len(commune.department) == 3:
        return "overseas"
    if commune.department in IDF:
        return "paris" if commune.department == "75" else "idf"
    if is_ski(commune, beds):
        return "ski"
    if is_coast(commune):
        return "coast_med" if commune.department in MED else "coast_atl"
    if commune.population >= 40_000 or commune.people_near >= 90_000:
        return "city"
    corsica_inland = commune.department in {"2A", "2B"} and (commune.sea_km or 0) > 8
    return "mountain" if commune.massif or corsica_inland else "country"


def is_ski(commune: Commune, beds: int) -> bool:
    if commune.code in SKI_ADDED or commune.code in SKI_REMOVED:
        return commune.code in SKI_ADDED
    return (
        bool(commune.massif)
        and commune.department in SKI_DEPARTMENTS
        and beds >= 200
        and beds >= 0.22 * commune.population
        and commune.people_near < 40_000
    )


def is_coast(commune: Commune) -> bool:
    reach = min(1.3 * sqrt(commune.area_km2 / pi) + 0.5, 12)
    near = commune.sea_km is not None and commune.sea_km <= reach
    return near and commune.population < 120_000
