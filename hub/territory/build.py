"""Make the shipped extracts from the raw public files: `python -m hub.territory.build FOLDER`.

Reads the folder's `geo/`, `decoupage-administratif/` and `vacances-scolaires/`; writes `data/`.
"""

import csv
import json
import lzma
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import pairwise
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from hub.territory.names import fold

HERE = Path(__file__).parent / "data"
PRESENT = {"commune-actuelle", "arrondissement-municipal"}
KM_PER_DEGREE = 111.2
# Communes that the coordinates file lacks: set by hand from their town's place (lat, lng).
BY_HAND = {
    "97701": (17.8966, -62.8498),
    "97502": (46.7811, -56.1764),
    "98818": (-22.2763, 166.4572),
    "98821": (-20.9167, 167.2667),
}
# Overseas collectivities that stand beside the departments and regions.
COLLECTIVITIES = tuple(
    {"code": code, "name": name, "region": code, "lat": lat, "lng": lng}
    for code, name, lat, lng in (
        ("975", "Saint-Pierre-et-Miquelon", 46.96, -56.33),
        ("977", "Saint-Barthélemy", 17.90, -62.83),
        ("978", "Saint-Martin", 18.08, -63.05),
        ("987", "Polynésie française", -17.68, -149.41),
        ("988", "Nouvelle-Calédonie", -21.30, 165.50),
    )
)
COASTAL = frozenset(
    "59 62 80 76 27 14 50 35 22 29 56 44 85 17 33 40 64 66 11 34 30 13 83 06 2A 2B".split()
)
MASSIFS = {
    "alps": "6.3 46.42 6.9 46.45 7.1 45.9 7.3 45.4 7.25 44.7 7.75 44.15 7.45 43.87 6.9 43.78 "
    "6.3 43.78 5.75 44.15 5.3 44.6 5.3 45 5.55 45.3 5.75 45.7 6.05 46 6.3 46.15",
    "pyrenees": "-1.75 43.28 -1.2 43.22 -.6 43.13 -.1 43.08 .15 43.07 .7 43.03 1.3 42.98 "
    "1.75 42.95 2.2 42.87 2.45 42.66 2.8 42.5 2.5 42.3 1.4 42.3 0 42.6 -1.5 42.9",
    "jura": "5.65 46.05 5.65 46.4 5.8 46.75 6.2 47 6.75 47.3 7.1 47.35 6.5 46.75 6.1 46.3 5.9 46.1",
    "vosges": "6.6 47.75 6.75 48.15 7 48.6 7.35 48.6 7.2 48.1 7.1 47.8",
    "central": "2.45 44.6 2.4 45.1 2.6 45.75 3.1 45.75 3.6 45.7 4.1 45.6 4.5 45.3 4.45 44.75 "
    "3.95 44.2 3.4 43.95 3 44.4",
}
Points = np.ndarray[Any, np.dtype[np.float64]]


def main(raw: Path) -> None:
    official = json.loads((raw / "decoupage-administratif/communes.json").read_text())
    located = _located(raw / "geo/communes.csv")
    rows = _commune_rows(official, located)
    points = np.array([[r["lat"] or np.nan, r["lng"] or np.nan] for r in rows], dtype=float)
    sea = _sea_km(points, json.loads((raw / "geo/departements.geojson").read_text()))
    cities = {r["parent"] for r in rows}
    # Paris, Lyon and Marseille live in their arrondissements: count nobody twice.
    people = np.array([0 if r["code"] in cities else r["population"] for r in rows], dtype=float)
    near = _people_near(points, people)
    for row, sea_km, around, point in zip(rows, sea, near, points, strict=True):
        metropolitan = len(row["department"]) == 2
        row["sea_km"] = round(float(sea_km), 1) if metropolitan and not isnan(sea_km) else ""
        row["people_near"] = int(around)
        row["massif"] = _massif(point) if metropolitan else ""
    _write_xz("communes.csv.xz", rows)
    _write_xz("former_communes.csv.xz", list(_former_rows(official, located)))
    zones = {
        r["departement"]: r["zone"]
        for r in _read(raw / "vacances-scolaires/zones_by_departement.csv")
        if r["zone"] in {"A", "B", "C"}
    }
    _write(
        "departments.csv",
        [
            {
                "code": r["insee_dep"],
                "name": r["departement"],
                "region": r["insee_reg"],
                "lat": r["lat"],
                "lng": r["lng"],
                "zone": zones.get(r["insee_dep"], ""),
            }
            for r in _read(raw / "geo/departements.csv")
        ]
        + [{"zone": "", **collectivity} for collectivity in COLLECTIVITIES],
    )
    _write(
        "regions.csv",
        [
            {"code": r["insee_reg"], "name": r["region"], "lat": r["lat"], "lng": r["lng"]}
            for r in _read(raw / "geo/regions.csv")
        ]
        + [
            {name: collectivity[name] for name in ("code", "name", "lat", "lng")}
            for collectivity in COLLECTIVITIES
        ],
    )
    _write_xz(
        "outlines.csv.xz",
        list(_outline_rows(json.loads((raw / "geo/departements.geojson").read_text()))),
    )
    _write(
        "school_holidays.csv",
        list(_holidays(raw / "vacances-scolaires/vacances_scolaires_0.12.0.csv")),
    )


def _outline_rows(departments: dict[str, Any]) -> Iterable[dict[str, str]]:
    """Each ring of each department, to about a hundred metres."""
    for feature in departments["features"]:
        geometry = feature["geometry"]
        polygons = (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        )
        for polygon in polygons:
            points = [f"{lng:.3f} {lat:.3f}" for lng, lat in polygon[0]]
            yield {"code": feature["properties"]["code"], "points": ";".join(points)}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _located(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in _read(path):
        known = found.setdefault(row["insee_com"], {**row, "postcodes": []})
        if row["code_postal"] and row["code_postal"] not in known["postcodes"]:
            known["postcodes"].append(row["code_postal"])
    return found


def _commune_rows(
    official: Sequence[dict[str, Any]], located: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    seats: dict[str, dict[str, Any]] = {}
    for entry in official:
        if entry["type"] not in PRESENT and entry["code"] in located:
            seats.setdefault(entry["chefLieu"], located[entry["code"]])
    rows: list[dict[str, Any]] = []
    for entry in official:
        if entry["type"] not in PRESENT:
            continue
        code = entry["code"]
        at = located.get(code) or seats.get(code) or {}
        lat, lng = BY_HAND.get(code, (at.get("lat"), at.get("lng")))
        postcodes = {*entry.get("codesPostaux", ()), *at.get("postcodes", ())}
        rows.append(
            {
                "code": code,
                "name": entry["nom"],
                "department": entry["departement"],
                "region": entry["region"],
                "parent": entry.get("commune", ""),
                "postcodes": " ".join(sorted(postcodes)),
                "lat": float(lat) if lat else "",
                "lng": float(lng) if lng else "",
                "area_km2": at.get("superficie_km2", "") or 0,
                "population": entry.get("population") or int(at.get("population_2021") or 0),
            }
        )
    _place_cities(rows)
    return rows


def _place_cities(rows: list[dict[str, Any]]) -> None:
    # Paris, Lyon and Marseille have coordinates by arrondissement only: take the mean.
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["parent"] and row["lat"] != "":
            parts[row["parent"]].append(row)
    for row in rows:
        if row["lat"] == "" and row["code"] in parts:
            own = parts[row["code"]]
            row["lat"] = round(sum(part["lat"] for part in own) / len(own), 5)
            row["lng"] = round(sum(part["lng"] for part in own) / len(own), 5)
            row["area_km2"] = round(sum(float(part["area_km2"]) for part in own), 2)


def _former_rows(
    official: Sequence[dict[str, Any]], located: dict[str, dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for entry in official:
        if entry["type"] not in PRESENT:
            seen.add((entry["nom"], entry["chefLieu"]))
            yield {
                "code": entry["code"],
                "name": entry["nom"],
                "department": entry["departement"],
                "present": entry["chefLieu"],
            }
    names = {entry["code"]: entry["nom"] for entry in official if entry["type"] in PRESENT}
    for code, row in located.items():
        name, parent = row["commune_article"], row["insee_parente"]
        if code in names and fold(name) != fold(names[code]):
            # The same commune under the name it had in 2024.
            yield {"code": code, "name": name, "department": row["insee_dep"], "present": code}
        elif code not in names and parent in names and (name, parent) not in seen:
            yield {"code": code, "name": name, "department": row["insee_dep"], "present": parent}


def _sea_km(points: Points, departments: dict[str, Any]) -> Points:
    """Distance to the coast: outline edges that belong to one coastal department only."""
    owners: dict[tuple[tuple[float, float], tuple[float, float]], list[str]] = defaultdict(list)
    for feature in departments["features"]:
        code = feature["properties"]["code"]
        geometry = feature["geometry"]
        polygons = (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        )
        for polygon in polygons:
            for ring in polygon:
                for a, b in pairwise(ring):
                    edge = (tuple(a), tuple(b))
                    owners[min(edge), max(edge)].append(code)  # pyright: ignore[reportArgumentType]  pairs
    coast = [
        edge
        for edge, codes in owners.items()
        if len(codes) == 1 and codes[0] in COASTAL and _is_sea(codes[0], edge[0])
    ]
    lines = np.array(coast, dtype=float)
    return np.array([_to_lines(lat, lng, lines) for lat, lng in points])


def _is_sea(department: str, point: tuple[float, float]) -> bool:
    lng, lat = point
    land_border = {
        "59": lng > 2.55 or lat < 50.97,
        "64": lat < 43.33 or lng > -1.4,
        "66": lng < 3.0 or lat < 42.42,
        "06": lat > 43.80,
    }
    return not land_border.get(department, False)


def _to_lines(lat: float, lng: float, lines: Points) -> float:
    if isnan(lat):
        return float("nan")
    scale = np.array([KM_PER_DEGREE * np.cos(np.radians(lat)), KM_PER_DEGREE])
    a = (lines[:, 0] - [lng, lat]) * scale
    along = (lines[:, 1] - lines[:, 0]) * scale
    length = np.maximum((along**2).sum(1), 1e-12)
    t = np.clip(-(a * along).sum(1) / length, 0, 1)
    nearest = a + along * t[:, None]
    return float(np.sqrt((nearest**2).sum(1).min()))


def _people_near(points: Points, population: Points, radius_km: float = 8) -> Points:
    order = np.argsort(points[:, 0])
    lats = points[order, 0]
    near = np.zeros(len(points))
    for i, (lat, lng) in enumerate(points):
        if isnan(lat):
            continue
        low, high = np.searchsorted(
            lats, [lat - radius_km / KM_PER_DEGREE, lat + radius_km / KM_PER_DEGREE]
        )
        band = order[low:high]
        x = (points[band, 1] - lng) * KM_PER_DEGREE * np.cos(np.radians(lat))
        y = (points[band, 0] - lat) * KM_PER_DEGREE
        near[i] = population[band][x * x + y * y <= radius_km**2].sum()
    return near


def _massif(point: Points) -> str:
    lat, lng = point
    for name, text in MASSIFS.items():
        numbers = [float(number) for number in text.split()]
        corners = list(zip(numbers[::2], numbers[1::2], strict=True))
        if _inside(lng, lat, corners):
            return name
    return ""


def _inside(x: float, y: float, corners: Sequence[tuple[float, float]]) -> bool:
    crossings = 0
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def _holidays(path: Path) -> Iterable[dict[str, str]]:
    rows = [row for row in _read(path) if row["date"] >= "2025-01-01"]
    for zone in "ABC":
        column = f"vacances_zone_{zone.lower()}"
        first = last = None
        for row in [*rows, {"date": "", column: "False"}]:
            if row[column] == "True":
                first, last = first or row["date"], row["date"]
            elif first and last:
                yield {"zone": zone, "first": first, "last": last}
                first = last = None


def _text(rows: Sequence[dict[str, Any]]) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _write(name: str, rows: Sequence[dict[str, Any]]) -> None:
    (HERE / name).write_text(_text(rows), encoding="utf-8")


def _write_xz(name: str, rows: Sequence[dict[str, Any]]) -> None:
    (HERE / name).write_bytes(lzma.compress(_text(rows).encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
