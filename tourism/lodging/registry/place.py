"""Where a row is shown: a sunflower around its commune's centre, marked approximate."""

from collections import Counter
from collections.abc import Sequence
from math import cos, pi, radians, sin, sqrt

from hub.territory import Commune, communes, fold
from tourism.lodging.registry.match import Matcher
from tourism.lodging.registry.models import Listed, Match, Report, Row

GOLDEN_ANGLE = radians(137.508)
KM_PER_DEGREE = 111.32


def list_rows(rows: Sequence[Row]) -> tuple[list[Listed], Report]:
    """Every row at its commune, and how each rule did. Unmatched rows are in the report only."""
    matcher = Matcher()
    matched = [(row, matcher.match(row)) for row in rows]
    found = [(row, match) for row, match in matched if match is not None]
    report = Report(
        rows=len(rows),
        by_rule=dict(Counter(match.rule for _, match in found)),
        unmatched=tuple(row.line for row, match in matched if match is None),
    )
    return _place(found), report


def _place(found: Sequence[tuple[Row, Match]]) -> list[Listed]:
    by_code = {commune.code: commune for commune in communes()}
    counts = Counter(match.commune_code for _, match in found)
    ranks: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    listed: list[Listed] = []
    for row, match in found:
        commune = by_code[match.commune_code]
        lat, lng, radius = sunflower(commune, ranks[commune.code], counts[commune.code])
        ranks[commune.code] += 1
        key = f"{row.kind.value}:{match.commune_code}:{fold(row.name)}"
        keys[key] += 1
        if keys[key] > 1:
            key = f"{key}:{keys[key]}"
        listed.append(
            Listed(row=row, key=key, match=match, lat=lat, lng=lng, position_radius_m=round(radius))
        )
    return listed


def sunflower(commune: Commune, rank: int, count: int) -> tuple[float | None, float | None, float]:
    """The k-th of n points of a commune, and the radius (m) that it is approximate within."""
    radius_km = min(max(0.5 * sqrt(commune.area_km2 / pi), 0.3), 2.5)
    if commune.lat is None or commune.lng is None:
        return None, None, radius_km * 1000
    r = radius_km * sqrt((rank + 0.5) / count)
    angle = rank * GOLDEN_ANGLE
    lat = commune.lat + r * sin(angle) / KM_PER_DEGREE
    lng = commune.lng + r * cos(angle) / (KM_PER_DEGREE * cos(radians(commune.lat)))
    return round(lat, 6), round(lng, 6), radius_km * 1000
