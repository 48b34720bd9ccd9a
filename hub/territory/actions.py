"""Suggest places while somebody types, and find one."""

from hub.core.db import Reads
from hub.territory import store
from hub.territory.models import Place
from hub.territory.names import typed_keys

MAX_TEXT = 80


async def suggest_places(reads: Reads, text: str, wanted: int = 8) -> list[Place]:
    """Communes, departments and regions by name (accents, hyphens and St/Saint do not matter) or
    by postcode; by likeness when nothing begins so. Empty for an empty text."""
    keys = typed_keys(text[:MAX_TEXT])
    if not keys:
        return []
    key = keys[0]
    if key.isdecimal():
        return await store.suggest_by_postcode(reads, key[:5], wanted)
    found = await store.suggest_by_name(reads, key, wanted)
    for other in keys[1:]:
        more = await store.suggest_by_name(reads, other, wanted)
        found = sorted({*found, *more}, key=lambda place: -place.population)[:wanted]
    if found or len(key) < 4:
        return found
    return await store.suggest_by_likeness(reads, key, wanted)


async def find_place(reads: Reads, kind: str, code: str) -> Place | None:
    """One place, or None."""
    return await store.find_place(reads, kind, code)
