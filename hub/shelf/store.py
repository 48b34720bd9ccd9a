"""The statements of documents."""

import hashlib
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.shelf.models import Checked, Document, DocumentFile, Room

q = load_queries(__name__)


async def insert_document(tx: Tx, post: UUID, file: Checked) -> None:
    await tx.run(
        q.insert_document,
        post=post,
        name=file.name,
        kind=file.kind,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
    )


async def measure_room(tx: Tx, space: UUID) -> Room:
    return await tx.one(Room, q.measure_room, space=space) or Room(documents=0, bytes=0)


async def list_documents(tx: Tx, space: UUID, after: UUID | None, wanted: int) -> list[Document]:
    return await tx.all(Document, q.list_documents, space=space, after=after, wanted=wanted)


async def find_file(tx: Tx, post: UUID) -> DocumentFile | None:
    return await tx.one(DocumentFile, q.find_file, post=post)
