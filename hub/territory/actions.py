"""Suggest places while somebody types, and find one."""

from hub.core.db import Reads
from hub.territory import store
from hub.territory.models import Place
from hub.territory.names import search_key

MAX_TEXT = 80


async def suggest_places(reads: Reads, text: str, wanted: int = 8) -> list[Place]:
    """Communes, departments and regions by name (accents, hyphens and St/Saint do not matter) or
    by postcode; by likeness when nothing begins so. Empty for an empty text."""
    key = search_key(text[:MAX_TEXT])
    if not key:
        return []
    if key.isdecimal():
        return await store.suggest_by_postcode(reads, key[:5], wanted)
    found = await store.suggest_by_name(reads, key, wanted)
    if found or len(key) < 4:
        return found
    return await store.suggest_by_likeness(reads, key, wanted)


async def find_place(reads: Reads, kind: str, code: str) -> Place | None:
    """One place, or None."""
    return await store.find_place(reads, kind, code)
