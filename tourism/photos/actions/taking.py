"""Take photos in: looked at and cleaned in a thread of its own, kept one by one."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.pictures import HAS_AVIF, PictureRefused
from tourism import lodging
from tourism.photos import store
from tourism.photos.errors import PhotoRefused, UploadsBusy
from tourism.photos.models import (
    PHOTOS_MAX,
    UPLOAD_MAX,
    Format,
    Prepared,
    Refused,
    RenditionWanted,
    Taken,
    Upload,
)
from tourism.photos.policy import picturing

# One picture at a time in each process, so that pages are served meanwhile; who waits is bounded.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")
_WAITING_MAX = 4
_waiting = 0


async def take_upload(
    database: Database, caller: Caller, uploads: Sequence[Upload], room_type: int | None
) -> Taken:
    """Take the files in that are photos; each of the others is named with the reason.

    Each photo is kept in its own short transaction, so the good ones stay whatever becomes of the
    others. Raises `UploadsBusy` and `NotFound`.
    """
    global _waiting  # noqa: PLW0603  this process' own
    if _waiting >= _WAITING_MAX:
        raise UploadsBusy("Other photos are being taken in: send yours again in a minute.")
    _waiting += 1
    added, refused = 0, []
    try:
        for number, upload in enumerate(uploads):
            try:
                if number >= UPLOAD_MAX:
                    raise PhotoRefused("too_many")
                prepared = await _prepare(upload.content)
                async with database.transaction(caller.tenant, actor=caller.actor) as tx:
                    await _keep(tx, prepared, room_type)
                added += 1
            except PictureRefused as error:
                refused.append(Refused(name=upload.name, reason=error.reason))
    finally:
        _waiting -= 1
    return Taken(added=added, refused=tuple(refused))


async def _prepare(content: bytes) -> Prepared:
    return await asyncio.get_running_loop().run_in_executor(_thread, picturing.prepare, content)


async def _keep(tx: Tx, prepared: Prepared, room_type: int | None) -> None:
    house = await lodging.own_house(tx)
    await lodging.lock_property(tx, house.id)
    if await store.count_kept(tx, house.id) >= PHOTOS_MAX:
        raise PhotoRefused("full")
    rooms = {type.id for type in await lodging.list_room_types(tx, house.id)}
    known = await store.find_known(tx, house.id, prepared.source_sha256)
    if known is not None:
        # Sent again after its removal: it is put back, with its words.
        if not known.removed:
            raise PhotoRefused("known")
        await store.restore_photo(tx, house.id, known.id)
        return
    id = tx.uuid()
    room = room_type if room_type in rooms else None
    await store.insert_photo(tx, id, house.id, room, prepared.source_sha256)
    for file in prepared.files:
        await store.insert_file(tx, id, file)
    if HAS_AVIF:
        widths = [file.width for file in prepared.files if file.format is Format.WEBP]
        await outbox.emit(tx, *(RenditionWanted(photo=id, width=width) for width in widths))
    await audit.record(tx, action="photo.added", subject=f"photo:{id}")


async def make_rendition(database: Database, tenant: int | None, photo: UUID, width: int) -> None:
    """Make the AVIF of a width and keep it; nothing when the photo is gone meanwhile."""
    async with database.transaction(tenant) as tx:
        master = await store.find_master(tx, photo)
    if master is None:
        return
    file = await asyncio.to_thread(picturing.write_avif, master, width)
    async with database.transaction(tenant) as tx:
        await store.insert_file(tx, photo, file)
