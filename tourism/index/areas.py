"""Areas as ranges of columns, and what is left to look at house by house."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from tourism.index.errors import AskInvalid
from tourism.index.models import Area, Box, Circle, Houses, Places
from tourism.nights.layout import Bools, Ints, Tables

Range = tuple[int, int]
KM_A_DEGREE = 111.195
EARTH_KM = 6371.0088
COUNTRY = Places(kind="country")
GAP = 256  # ranges nearer than this are read in one piece
PIECES = 24


class Columns(msgspec.Struct, frozen=True):
    """Ranges of columns that hold an area. `communes` (numbers), `box` and `circle` say which of
    their houses are in it; without any of them all are. `tail` columns stand behind the ranges."""

    ranges: tuple[Range, ...]
    exact: bool = True
    communes: frozenset[int] | None = None
    box: Box | None = None
    circle: Circle | None = None


class Atlas:
    """Finds areas in the table of communes of one generation."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        rows = tables.communes[: tables["communes"]]
        self._rows = rows
        self._found: dict[Places, Columns] = {}
        self._numbers: dict[Area, tuple[int, Ints]] = {}
        self._of: dict[str, dict[str, list[int]]] = {
            name: defaultdict(list) for name in ("commune", "department", "region")
        }
        names = ("code", "parent", "department", "region")
        for number, (code, parent, department, region) in enumerate(
            zip(*(rows[name].astype("U8").tolist() for name in names), strict=True)
        ):
            self._of["commune"][code].append(number)
            if parent:
                self._of["commune"][parent].append(number)
            self._of["department"][department].append(number)
            self._of["region"][region].append(number)
        self._lo, self._hi = rows["lo"].tolist(), rows["hi"].tolist()

    def find(self, area: Area) -> Columns:
        """Where the area's houses stand. Raises `AskInvalid` for an unknown kind of place."""
        match area:
            case Places(kind="country"):
                return Columns(((0, self._tables["columns"]),))
            case Places():
                known = self._found.get(area)
                if known is None:
                    if len(self._found) > 10_000:
                        self._found.clear()
                    known = self._found[area] = self._places(area)
                return known
            case Box():
                near = self._in_box(area)
                return Columns(self._merge(near.tolist(), GAP), exact=False, box=area)
            case Circle():
                near = self._in_box(box_around(area))
                return Columns(self._merge(near.tolist(), GAP), exact=False, circle=area)
            case Houses():
                return Columns(self._houses(area.properties), exact=True)

    def stamp(self, area: Area) -> tuple[int, ...]:
        """What was ever written of an area, as numbers: the same as long as nothing more is. A
        house that is new may stand beside all communes that a box or a circle touched before."""
        tables, written = self._tables, self._tables["houses_written"]
        if area == COUNTRY:
            return (int(tables.touched.sum(dtype=np.int64)),)
        known = self._numbers.get(area)
        if known is None or known[0] != written:
            if len(self._numbers) > 10_000:
                self._numbers.clear()
            known = self._numbers[area] = (written, np.append(self._communes_of(area), -1))
        many = int(tables.touched.take(known[1]).sum(dtype=np.int64))
        return (many,) if isinstance(area, Places) else (many, written)

    def _communes_of(self, area: Area) -> Ints:
        match area:
            case Places():
                of = self._of.get(area.kind, {})
                return np.array([n for code in area.codes for n in of.get(code, ())], np.int64)
            case Box():
                return self._in_box(area)
            case Circle():
                return self._in_box(box_around(area))
            case Houses():
                return np.arange(self._tables["communes"])

    def _places(self, area: Places) -> Columns:
        if area.kind not in self._of:
            raise AskInvalid(f"There are no places of the kind {area.kind!r}.", field="place")
        known = self._of[area.kind]
        numbers = [number for code in area.codes for number in known.get(code, ())]
        ranges = self._merge(numbers, 0)
        if len(ranges) <= PIECES:
            return Columns(ranges, communes=frozenset(numbers))
        return Columns(self._merge(numbers, GAP), exact=False, communes=frozenset(numbers))

    def _merge(self, communes: Iterable[int], gap: int) -> tuple[Range, ...]:
        """The ranges of some communes, those with no more than `gap` columns between in one."""
        found: list[Range] = []
        for number in sorted(set(communes), key=self._lo.__getitem__):
            lo, hi = self._lo[number], self._hi[number]
            if lo == hi:
                continue
            if found and lo - found[-1][1] <= gap:
                found[-1] = (found[-1][0], max(hi, found[-1][1]))
            else:
                found.append((lo, hi))
        return tuple(found)

    def _in_box(self, box: Box) -> Ints:
        rows = self._rows
        inside = (rows["north"] >= box.south) & (rows["south"] <= box.north)
        if box.west <= box.east:
            inside &= (rows["east"] >= box.west) & (rows["west"] <= box.east)
        else:
            inside &= (rows["east"] >= box.west) | (rows["west"] <= box.east)
        return np.flatnonzero(inside)

    def _houses(self, properties: Sequence[int]) -> tuple[Range, ...]:
        tables = self._tables
        houses = tables.houses[: tables["houses"]]
        numbers = np.flatnonzero(np.isin(houses["property"], [p for p in properties if p > 0]))
        pairs = [(int(row["first_column"]), int(row["columns"])) for row in houses[numbers]]
        return tuple((first, first + count) for first, count in sorted(pairs) if count)


def box_around(circle: Circle) -> Box:
    """A box that holds the circle."""
    height = circle.km / KM_A_DEGREE
    width = min(height / max(np.cos(np.radians(circle.lat)), 0.01), 180.0)
    west, east = circle.lng - width, circle.lng + width
    return Box(
        south=circle.lat - height,
        north=circle.lat + height,
        west=west + 360 if west < -180 else west,
        east=east - 360 if east > 180 else east,
    )


def kilometres(lat: np.ndarray, lng: np.ndarray, centre: tuple[float, float]) -> np.ndarray:
    """Great-circle distances; not a number where a house has no position."""
    a, b = np.radians(lat), np.radians(centre[0])
    half = np.sin((a - b) / 2) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(np.radians(lng - centre[1]) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(half), 1))


def is_inside(houses: np.ndarray, columns: Columns) -> Bools:
    """Which of these houses (rows of the table) are in the area."""
    inside = np.ones(len(houses), bool)
    if columns.communes is not None:
        inside &= np.isin(houses["commune"], np.fromiter(columns.communes, np.int64))
    if columns.box is not None:
        box, lat, lng = columns.box, houses["lat"], houses["lng"]
        inside &= (lat >= box.south) & (lat <= box.north)
        if box.west <= box.east:
            inside &= (lng >= box.west) & (lng <= box.east)
        else:
            inside &= (lng >= box.west) | (lng <= box.east)
    if columns.circle is not None:
        circle = columns.circle
        away = kilometres(houses["lat"], houses["lng"], (circle.lat, circle.lng))
        inside &= away <= circle.km
    return inside
