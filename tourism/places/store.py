"""The statements of places; they read public data only."""

import msgspec

from hub.core.db import Reads
from hub.core.sql import load_queries

q = load_queries(__name__)


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A commune, department or region as it is suggested; `beds` of a commune only."""

    kind: str
    code: str
    name: str
    label: str
    postcodes: tuple[str, ...]
    population: int
    lodgings: int
    lat: float | None
    lng: float | None
    beds: int


class HouseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A house as it is suggested."""

    id: int
    name: str
    kind: str
    commune: str
    capacity: int
    lat: float | None
    lng: float | None


class CommuneCode(msgspec.Struct, frozen=True, kw_only=True):
    """A commune of an area."""

    code: str


async def list_places(
    reads: Reads, after_kind: str, after_code: str, wanted: int
) -> list[PlaceRow]:
    return await reads.all(
        PlaceRow, q.list_places, after_kind=after_kind, after_code=after_code, wanted=wanted
    )


async def list_houses(reads: Reads, after: int, wanted: int) -> list[HouseRow]:
    return await reads.all(HouseRow, q.list_houses, after=after, wanted=wanted)


async def find_state(reads: Reads) -> str:
    return await reads.value(str, q.find_state) or ""


async def list_commune_codes(reads: Reads, code: str) -> list[CommuneCode]:
    return await reads.all(CommuneCode, q.list_commune_codes, code=code)
