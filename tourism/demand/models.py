"""Searches and what became of them for each house: numbers only, nobody's search is kept."""

import builtins
from datetime import date, datetime
from enum import StrEnum

import msgspec

from tourism.lodging.models import Kind

# Nights asked for are told one by one up to a week, then 8 for up to 13, and 14 for more.
NIGHTS_TOLD = (1, 2, 3, 4, 5, 6, 7, 8, 14)
KEPT_DAYS = 400
# Finished months that are counted for areas; all of their days are within `KEPT_DAYS`.
MONTHS_COUNTED = 12
# Statistical secrecy (DOMAIN 4.1): no number of an area tells of fewer searches or enterprises, nor
# one of which a single enterprise makes more than so much of a hundred.
SECRET_SEARCHES = 11
SECRET_ENTERPRISES = 3
DOMINANCE_PERCENT = 85


class Outcome(StrEnum):
    """What became of a search for a house, beside the obstacles of `rates.Obstacle`."""

    FOUND = "found"
    LOST = "lost"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it counts: where (`KIND:CODE` of a search, or one house), when and for whom."""

    place: str = ""
    radius_km: float | None = None
    property: int | None = None
    arrival: date
    departure: date
    adults: int
    child_ages: tuple[int, ...] = ()
    rooms: int = 1
    kinds: tuple[Kind, ...] = ()

    @builtins.property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The same search, made so many times."""

    asked: Asked
    searches: int


class SearchesNoted(msgspec.Struct, frozen=True, kw_only=True):
    """Searches of the last seconds: what they meant for each house is to be counted."""

    at: datetime
    counted: tuple[Counted, ...]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """So many searches of a day with one outcome for a house.

    `outcome` is of `Outcome` or of `rates.Obstacle`; `nights` one of `NIGHTS_TOLD`; `needed` says
    more of the obstacle: the nights that the house demands, or allows at most, the weekday (Monday
    is 1) of a closed arrival or departure, the persons of a room; 0 for nothing more.
    """

    property: int
    on: date
    outcome: str
    nights: int
    needed: int
    month: date
    searches: int = 1


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Lost searches of one obstacle, by what the house demands and the nights asked for (0 where
    they do not matter to the obstacle)."""

    obstacle: str
    nights: int
    needed: int
    searches: int


class MonthLine(msgspec.Struct, frozen=True, kw_only=True):
    """Searches for arrivals in a month: those that found the house, and those that did not."""

    month: date
    found: int
    lost: int


class LostDemand(msgspec.Struct, frozen=True, kw_only=True):
    """What a house lost to its own restrictions between two days, the largest first."""

    first: date
    last: date
    found: int
    lost: int
    by_obstacle: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]
    months: tuple[MonthLine, ...]


class Level(StrEnum):
    """The areas that lost demand is told of."""

    DEPARTMENT = "department"
    REGION = "region"


class DepartmentSearches(msgspec.Struct, frozen=True, kw_only=True):
    """Searches of one outcome over the houses of a department, by enterprise, before anything is
    kept secret."""

    region: str
    department: str
    outcome: str
    enterprises: tuple[str, ...]
    searches: tuple[int, ...]


class ToldArea(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of an area in a month: how often a house was found, and how often one was not
    (None where that is withheld); what stood in the way, the most frequent first, and how many of
    those obstacles, from the first on, met more than half of the lost searches."""

    level: Level
    area: str
    found: int | None
    lost: int | None
    obstacles: tuple[str, ...] = ()
    over_half: int = 0
