"""The shipped list of well-known places, and the names that visitors use, read once."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources
from io import StringIO

from tourism.places.models import Landmark, OtherName


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("tourism.places").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(StringIO(text))


@cache
def landmarks() -> dict[str, Landmark]:
    """Every well-known place, by its code."""
    return {
        row["code"]: Landmark(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            department=row["department"],
            lat=float(row["lat"]),
            lng=float(row["lng"]),
            radius_km=float(row["radius_km"]),
            weight=int(row["weight"]),
            aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        )
        for row in _rows("landmarks.csv")
    }


@cache
def other_names() -> tuple[OtherName, ...]:
    """What regions, departments and cities are called in other languages, or were called."""
    return tuple(
        OtherName(kind=row["kind"], code=row["code"], name=row["name"])
        for row in _rows("names.csv")
    )
