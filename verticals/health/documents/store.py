"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.health.agenda import Practitioner
from verticals.health.documents.models import (
    Consent,
    Document,
    Opening,
    Sealed,
    Sought,
    SoughtConsents,
)

q = load_queries(__name__)

MOST = 1000


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """A document that is shared, and until when."""

    id: UUID
    patient: UUID
    title_sealed: bytes
    media_type: str
    bytes: int
    added_at: datetime
    until_at: datetime

    @property
    def document(self) -> Document:
        told = {name: getattr(self, name) for name in Document.__struct_fields__}
        return Document(**told)


async def insert_document(
    tx: Tx, id: UUID, patient: UUID, title: bytes, content: bytes, media_type: str, size: int
) -> bool:
    new = {"id": id, "tenant": tx.tenant, "patient": patient, "now": tx.now}
    kept = {"title_sealed": title, "content_sealed": content}
    return await tx.run(q.insert_document, **new, **kept, media_type=media_type, bytes=size) == 1


async def find_document(tx: Tx, id: UUID) -> Document | None:
    return await tx.one(Document, q.find_document, id=id)


async def find_content(tx: Tx, id: UUID) -> Sealed | None:
    return await tx.one(Sealed, q.find_content, id=id)


async def list_documents(tx: Tx, patient: UUID, wanted: int) -> list[Document]:
    return await tx.all(Document, q.list_documents, patient=patient, wanted=wanted)


async def is_on_hold(tx: Tx) -> bool:
    return bool(await tx.value(bool, q.is_on_hold, tenant=tx.tenant))


async def delete_document(tx: Tx, id: UUID) -> bool:
    await tx.run(q.revoke_consents, document=id, now=tx.now)
    return await tx.run(q.delete_document, id=id, now=tx.now) == 1


async def insert_consent(
    tx: Tx, id: UUID, document: Document, practitioner: UUID, until_at: datetime
) -> bool:
    new = {"id": id, "tenant": tx.tenant, "document": document.id, "patient": document.patient}
    given = {"practitioner": practitioner, "until_at": until_at, "now": tx.now}
    return await tx.run(q.insert_consent, **new, **given) == 1


async def find_consent(tx: Tx, id: UUID) -> Consent | None:
    return await tx.one(Consent, q.find_consent, id=id)


async def revoke_consent(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.revoke_consent, id=id, now=tx.now) == 1


async def list_consents(tx: Tx, documents: Sequence[UUID]) -> list[Consent]:
    return await tx.all(Consent, q.list_consents, documents=list(documents), wanted=MOST)


async def list_given(tx: Tx, practitioner: UUID, sought: SoughtConsents) -> list[Consent]:
    said = msgspec.structs.asdict(sought)
    wanted_id = said.pop("id")
    return await tx.all(
        Consent, q.list_given, practitioner=practitioner, wanted_id=wanted_id, now=tx.now, **said
    )


async def list_shared(tx: Tx, practitioner: UUID, sought: Sought) -> list[Shared]:
    said = msgspec.structs.asdict(sought)
    wanted_id = said.pop("id")
    return await tx.all(
        Shared, q.list_shared, practitioner=practitioner, wanted_id=wanted_id, now=tx.now, **said
    )


async def insert_opening(
    tx: Tx, document: UUID, practitioner: Practitioner, consent: UUID | None, reason: str
) -> None:
    new = {"id": tx.uuid(), "tenant": tx.tenant, "document": document, "now": tx.now}
    who = {"practitioner": practitioner.id, "person": practitioner.person}
    await tx.run(q.insert_opening, **new, **who, consent=consent, reason=reason)


async def list_openings(tx: Tx, documents: Sequence[UUID]) -> list[Opening]:
    return await tx.all(Opening, q.list_openings, documents=list(documents), wanted=MOST)


async def hand_over(tx: Tx, gone: UUID, kept: UUID) -> None:
    await tx.run(q.hand_documents_over, gone=gone, kept=kept)
    await tx.run(q.hand_consents_over, gone=gone, kept=kept)
