"""Communes, departments, regions, and places that people search for."""

from datetime import date

import msgspec


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune or municipal arrondissement. `parent` is the city of an arrondissement.

    `sea_km` is the distance of its centre to the sea, `massif` the mountains it lies in, and
    `people_near` how many people live within 8 km.
    """

    code: str
    name: str
    department: str
    region: str
    parent: str | None
    postcodes: tuple[str, ...]
    lat: float | None
    lng: float | None
    area_km2: float
    population: int
    sea_km: float | None
    massif: str
    people_near: int


class FormerCommune(msgspec.Struct, frozen=True, kw_only=True):
    """A delegated, associated or merged commune, and the one it belongs to now."""

    code: str
    name: str
    department: str
    present: str


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """A department, with its centre and its school zone (None: its own calendar)."""

    code: str
    name: str
    region: str
    lat: float
    lng: float
    zone: str | None


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A region, with its centre."""

    code: str
    name: str
    lat: float
    lng: float


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """A closed line of (longitude, latitude), with the degrees that it lies in."""

    points: tuple[tuple[float, float], ...]
    south: float
    west: float
    north: float
    east: float


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """The simplified outline of a department: one ring or several."""

    code: str
    rings: tuple[Ring, ...]


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """School holidays of a zone, from `first` to `last`, both included."""

    zone: str
    first: date
    last: date


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one can search: a commune, a department or a region."""

    kind: str
    code: str
    name: str
    label: str
    population: int
    lodgings: int
    lat: float | None
    lng: float | None
