"""Put a document into a space with its message; read it."""

import asyncio
from uuid import UUID

from hub.core.db import Tx
from hub.core.pictures import LONG_SIDE_MIN, RATIO_MAX, SHORT_SIDE_MIN, read_picture, write_webp
from hub.shelf import policy, store
from hub.shelf.errors import DocumentUnknown
from hub.shelf.models import Checked, Document, DocumentFile, Limits, Upload
from hub.spaces import Attached, Seat, Write, find_post, is_written, lock_space, write_post

SHOWN, WIDEST = 50, 1_920
PHOTO = Limits(long=LONG_SIDE_MIN, short=SHORT_SIDE_MIN, ratio=RATIO_MAX)
_ONE = asyncio.Semaphore(2)  # photos that are read at once in this process


async def prepare(upload: Upload) -> Checked:
    """A file as it is kept; of a photo nothing but what is seen: no place, no date. It takes time,
    outside of any transaction. Raises `DocumentInvalid`, `PictureRefused`."""
    policy.check_size(upload)
    if not policy.is_photo(upload):
        return await asyncio.to_thread(policy.check_file, upload)
    async with _ONE:
        drawn = await asyncio.to_thread(_draw, upload.content)
    stem, _ = policy.split_name(upload.name)
    return Checked(name=policy.named(stem, "webp"), kind="webp", content=drawn)


def _draw(content: bytes) -> bytes:
    return write_webp(read_picture(content, field="file"), WIDEST).content


async def add(tx: Tx, seat: Seat, id: UUID, typed: Write, file: Checked) -> None:
    """A message with its document; sent twice, both are there once. Raises `ShelfFull` and what
    writing a message raises."""
    await lock_space(tx, seat.space.id)
    if not await is_written(tx, seat, id):
        room = await store.measure_room(tx, seat.space.id)
        policy.check_room(room, len(file.content))
    await write_post(tx, seat, id, typed, Attached.DOCUMENT)
    await store.insert_document(tx, id, file)


async def list_documents(
    tx: Tx, seat: Seat, after: UUID | None
) -> tuple[list[Document], UUID | None]:
    """A page of the documents, the newest first, and after which the next one begins."""
    found = await store.list_documents(tx, seat.space.id, after, SHOWN + 1)
    rows = found[:SHOWN]
    return rows, rows[-1].post if len(found) > SHOWN else None


async def find_file(tx: Tx, seat: Seat, id: UUID) -> DocumentFile:
    """The document of a message that the reader may see. Raises `PostUnknown`,
    `DocumentUnknown`."""
    await find_post(tx, seat, id)
    found = await store.find_file(tx, id)
    if found is None:
        raise DocumentUnknown()
    return found
