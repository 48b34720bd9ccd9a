"""Look at photos: of one house, the covers of many, and the bytes of one address."""

from collections.abc import Sequence
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism.photos import store
from tourism.photos.models import Content, Master, Photo


async def list_photos(reads: Reads, property: int) -> list[Photo]:
    """The photos of a house in their order, the cover first.

    Read publicly, only what is described, and only of houses that are published (or of the
    demonstration); behind the house's wall, all of them.
    """
    return await store.list_photos(reads, property)


async def list_removed(tx: Tx, property: int) -> list[Photo]:
    """The photos that can still be put back."""
    return await store.list_photos(tx, property, removed=True)


async def covers_of(reads: Reads, properties: Sequence[int]) -> dict[int, Photo]:
    """The cover of each of these houses that has one, in one statement."""
    found = await store.list_covers(reads, properties) if properties else []
    return {photo.property: photo for photo in found}


async def count_photos(reads: Reads, property: int) -> int:
    """How many photos of a house are described: what counts for its publication."""
    return await store.count_photos(reads, property)


async def list_masters(tx: Tx, property: int) -> list[Master]:
    """The cleaned pictures of a house, to be taken away."""
    return await store.list_masters(tx, property)


async def read_master(tx: Tx, photo: UUID) -> bytes | None:
    """The bytes (WebP) of a photo's cleaned picture; None when the photo is gone."""
    return await store.find_master(tx, photo)


async def find_content(reads: Reads, sha256: str, format: str) -> Content:
    """The bytes at an address, for whoever may see them. Raises `NotFound`."""
    found = await store.find_content(reads, sha256, format)
    if found is None:
        raise NotFound("This photo is unknown, or was removed.")
    return found
