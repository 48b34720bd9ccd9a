"""Areas as ranges of columns, and what is left to look at house by house."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from tourism.index.errors import AskInvalid
from tourism.index.models import Area, Box, Circle, Houses, Places
from tourism.nights.layout import Ints, Tables, month_row
from tourism.reckoning.counts import count_written
from tourism.reckoning.question import NO_COMMUNES, Where
from tourism.reckoning.rooms import EARTH_KM, EVERYWHERE, IN_BOX, IN_CIRCLE, IN_COMMUNES
from tourism.reckoning.sections import Book

Range = tuple[int, int]
GAP = 256  # ranges nearer than this are read in one piece
PIECES = 24
MOST_KNOWN = 10_000


class Atlas:
    """Finds areas in the table of communes of one generation."""

    def __init__(self, tables: Tables, book: Book) -> None:
        self._tables, self._book = tables, book
        rows = tables.communes[: tables["communes"]]
        self._rows = rows
        self._found: dict[Places, tuple[int, Where]] = {}
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

    def find(self, area: Area) -> Where:
        """Where the area's houses stand. Raises `AskInvalid` for an unknown kind of place."""
        used = self._tables["columns"]
        if not isinstance(area, Places):  # positions of houses may change
            return self._find(area, used)
        known = self._found.get(area)
        if known is None or known[0] != used:
            if len(self._found) > MOST_KNOWN:
                self._found.clear()
            known = self._found[area] = (used, self._find(area, used))
        return known[1]

    def _find(self, area: Area, used: int) -> Where:
        match area:
            case Places(kind="country"):
                return _where([(0, used)], [])
            case Places():
                return self._places(area, self._tail(used))
            case Box():
                near = self._merge(self._in_box(area).tolist(), GAP)
                place = (area.south, area.west, area.north, area.east)
                return _where([], [*near, *self._tail(used)], IN_BOX, place=place)
            case Circle():
                near = self._merge(self._in_box(box_around(area)).tolist(), GAP)
                place = (area.lat, area.lng, area.km)
                return _where([], [*near, *self._tail(used)], IN_CIRCLE, place=place)
            case Houses():
                return _where(self._houses(area.properties), [])

    def _tail(self, used: int) -> list[Range]:
        """What stands behind the ranges, of houses anywhere."""
        ranged = self._tables["ranged"]
        return [(ranged, used)] if used > ranged else []

    def stamp(self, area: Area, first: date, last: date) -> tuple[int, ...]:
        """What was ever written of an area that concerns some days, as numbers: the same as long as
        nothing more is. A house that is new may stand beside all communes that a box or a circle
        touched before."""
        written = self._tables["houses_written"]
        known = self._numbers.get(area)
        if known is None or known[0] != written:
            if len(self._numbers) > MOST_KNOWN:
                self._numbers.clear()
            known = self._numbers[area] = (written, self._communes_of(area))
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        many = count_written(self._book, known[1], month_row(first), months)
        return (many,) if isinstance(area, Places) else (many, written)

    def _communes_of(self, area: Area) -> Ints:
        """The numbers of the communes that an area touches; -1 is that of houses without one."""
        match area:
            case Places(kind="country"):
                found = np.arange(self._tables["communes"])
            case Places():
                of = self._of.get(area.kind, {})
                found = [n for code in area.codes for n in of.get(code, ())]
            case Box():
                found = self._in_box(area)
            case Circle():
                found = self._in_box(box_around(area))
            case Houses():
                found = np.arange(self._tables["communes"])
        return np.append(np.array(found, np.int64), len(self._tables.touched) - 1)

    def _places(self, area: Places, tail: Sequence[Range]) -> Where:
        if area.kind not in self._of:
            raise AskInvalid(f"There are no places of the kind {area.kind!r}.", field="place")
        known = self._of[area.kind]
        numbers = [number for code in area.codes for number in known.get(code, ())]
        communes = np.zeros(len(self._rows), np.uint8)
        communes[numbers] = 1
        ranges = self._merge(numbers, 0)
        if len(ranges) <= PIECES:
            return _where(ranges, tail, IN_COMMUNES, communes)
        return _where([], [*self._merge(numbers, GAP), *tail], IN_COMMUNES, communes)

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
    """A box that holds the circle, which is widest beyond its centre's own parallel."""
    angle = circle.km / EARTH_KM
    height = float(np.degrees(angle)) + 1e-8
    reach = np.sin(angle) / max(np.cos(np.radians(circle.lat)), 0.01)
    width = float(np.degrees(np.arcsin(reach))) + 1e-8 if reach < 1 else 180.0
    west, east = circle.lng - width, circle.lng + width
    return Box(
        south=circle.lat - height,
        north=circle.lat + height,
        west=west + 360 if west < -180 else west,
        east=east - 360 if east > 180 else east,
    )


def _where(
    whole: Iterable[Range],
    mixed: Iterable[Range],
    kind: int = EVERYWHERE,
    communes: np.ndarray = NO_COMMUNES,
    place: Sequence[float] = (),
) -> Where:
    """Ranges of which every house is in the area, and others of which some may be."""
    rows = [(lo, hi, 1) for lo, hi in whole] + [(lo, hi, 0) for lo, hi in mixed]
    ranges = np.array(rows, np.int64).reshape(-1, 3)
    return Where(ranges, kind, communes, np.array(place, np.float64))
