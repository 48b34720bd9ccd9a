"""The statements of photos."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.photos.models import Content, Master, Photo, Rendition

q = load_queries(__name__)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The photo that a file became before."""

    id: UUID
    removed: bool


class HouseDue(msgspec.Struct, frozen=True, kw_only=True):
    """A house with photos whose time after removal is over."""

    tenant: int


async def insert_photo(
    tx: Tx, id: UUID, property: int, room_type: int | None, source_sha256: str
) -> bool:
    """False when the same file is there already."""
    inserted = await tx.run(
        q.insert_photo,
        id=id,
        tenant=tx.tenant,
        property=property,
        room_type=room_type,
        source_sha256=source_sha256,
        now=tx.now,
    )
    return inserted == 1


async def insert_file(tx: Tx, photo: UUID, file: Rendition) -> None:
    await tx.run(
        q.insert_file,
        tenant=tx.tenant,
        photo=photo,
        format=file.format,
        width=file.width,
        height=file.height,
        sha256=file.sha256,
        content=file.content,
    )


async def list_photos(reads: Reads, property: int, *, removed: bool = False) -> list[Photo]:
    return await reads.all(Photo, q.list_photos, property=property, removed=removed)


async def list_covers(reads: Reads, properties: Sequence[int]) -> list[Photo]:
    return await reads.all(Photo, q.list_covers, properties=list(properties))


async def count_photos(reads: Reads, property: int) -> int:
    return await reads.value(int, q.count_photos, property=property) or 0


async def count_kept(tx: Tx, property: int) -> int:
    return await tx.value(int, q.count_kept, property=property) or 0


async def find_content(reads: Reads, sha256: str, format: str) -> Content | None:
    return await reads.one(Content, q.find_content, sha256=sha256, format=format)


async def find_master(tx: Tx, photo: UUID) -> bytes | None:
    return await tx.value(bytes, q.find_master, photo=photo)


async def list_masters(tx: Tx, property: int) -> list[Master]:
    return await tx.all(Master, q.list_masters, property=property)


async def describe_photo(
    tx: Tx, property: int, id: UUID, alt: Mapping[str, str], room_type: int | None
) -> None:
    await tx.run(q.describe_photo, id=id, property=property, alt=dict(alt), room_type=room_type)


async def order_photos(tx: Tx, property: int, ids: Sequence[UUID]) -> None:
    await tx.run(q.order_photos, property=property, ids=list(ids))


async def remove_photo(tx: Tx, property: int, id: UUID) -> bool:
    """False when it was removed already."""
    return await tx.run(q.remove_photo, property=property, id=id, now=tx.now) == 1


async def restore_photo(tx: Tx, property: int, id: UUID) -> bool:
    """False when it was not removed, or is destroyed."""
    return await tx.run(q.restore_photo, property=property, id=id) == 1


async def find_known(tx: Tx, property: int, source_sha256: str) -> Known | None:
    return await tx.one(Known, q.find_known, property=property, source_sha256=source_sha256)


async def destroy_photos(tx: Tx, before: datetime, keep: int) -> int:
    """How many photos are gone."""
    return await tx.run(q.destroy_photos, before=before, keep=keep)


async def list_houses_with_removed_photos(tx: Tx, before: datetime) -> list[int]:
    rows = await tx.all(HouseDue, q.list_houses_with_removed_photos, before=before)
    return [row.tenant for row in rows]
