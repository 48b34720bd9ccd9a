"""The shipped tables, read once."""

import csv
import lzma
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from io import StringIO

from hub.territory.models import (
    Commune,
    Department,
    FormerCommune,
    Holiday,
    Outline,
    Region,
    Ring,
)

UNKNOWN_AFTER = date(2028, 8, 31)


def _rows(name: str) -> Iterator[dict[str, str]]:
    raw = resources.files("hub.territory").joinpath("data", name).read_bytes()
    text = (lzma.decompress(raw) if name.endswith(".xz") else raw).decode("utf-8")
    yield from csv.DictReader(StringIO(text))


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def communes() -> tuple[Commune, ...]:
    """Every commune and municipal arrondissement."""
    return tuple(
        Commune(
            code=row["code"],
            name=row["name"],
            department=row["department"],
            region=row["region"],
            parent=row["parent"] or None,
            postcodes=tuple(row["postcodes"].split()),
            lat=_number(row["lat"]),
            lng=_number(row["lng"]),
            area_km2=float(row["area_km2"]),
            population=int(row["population"]),
            sea_km=_number(row["sea_km"]),
            massif=row["massif"],
            people_near=int(row["people_near"]),
        )
        for row in _rows("communes.csv.xz")
    )


@cache
def former_communes() -> tuple[FormerCommune, ...]:
    """Delegated, associated and merged communes."""
    return tuple(
        FormerCommune(
            code=row["code"],
            name=row["name"],
            department=row["department"],
            present=row["present"],
        )
        for row in _rows("former_communes.csv.xz")
    )


@cache
def departments() -> tuple[Department, ...]:
    return tuple(
        Department(
            code=row["code"],
            name=row["name"],
            region=row["region"],
            lat=float(row["lat"]),
            lng=float(row["lng"]),
            zone=row["zone"] or None,
        )
        for row in _rows("departments.csv")
    )


@cache
def regions() -> tuple[Region, ...]:
    return tuple(
        Region(code=row["code"], name=row["name"], lat=float(row["lat"]), lng=float(row["lng"]))
        for row in _rows("regions.csv")
    )


@cache
def outlines() -> tuple[Outline, ...]:
    """The simplified outlines of the departments of metropolitan and overseas France."""
    rings: dict[str, list[Ring]] = {}
    for row in _rows("outlines.csv.xz"):
        pairs = [point.split() for point in row["points"].split(";")]
        points = tuple((float(lng), float(lat)) for lng, lat in pairs)
        lngs, lats = [lng for lng, _ in points], [lat for _, lat in points]
        ring = Ring(points=points, south=min(lats), west=min(lngs), north=max(lats), east=max(lngs))
        rings.setdefault(row["code"], []).append(ring)
    return tuple(Outline(code=code, rings=tuple(found)) for code, found in rings.items())


@cache
def school_holidays() -> tuple[Holiday, ...]:
    """School holidays by zone, until `UNKNOWN_AFTER`."""
    return tuple(
        Holiday(
            zone=row["zone"],
            first=date.fromisoformat(row["first"]),
            last=date.fromisoformat(row["last"]),
        )
        for row in _rows("school_holidays.csv")
    )


@cache
def public_holidays(year: int) -> dict[date, str]:
    """The public holidays of metropolitan France, with their French names."""
    import holidays  # noqa: PLC0415  slow to import, needed by a few pages only

    return dict(holidays.country_holidays("FR", years=year, language="fr"))
