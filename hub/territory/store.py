"""The statements of the territory."""

from hub.core.db import Reads
from hub.core.sql import load_queries
from hub.territory.models import Place

q = load_queries(__name__)


async def suggest_by_name(reads: Reads, key: str, wanted: int) -> list[Place]:
    return await reads.all(Place, q.suggest_by_name, key=key, wanted=wanted)


async def suggest_by_postcode(reads: Reads, digits: str, wanted: int) -> list[Place]:
    return await reads.all(Place, q.suggest_by_postcode, digits=digits, wanted=wanted)


async def suggest_by_likeness(reads: Reads, key: str, wanted: int) -> list[Place]:
    return await reads.all(Place, q.suggest_by_likeness, key=key, wanted=wanted)


async def find_place(reads: Reads, kind: str, code: str) -> Place | None:
    return await reads.one(Place, q.find_place, kind=kind, code=code)
