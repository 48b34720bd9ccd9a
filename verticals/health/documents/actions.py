"""Keep a document, share it for a time, open it; each opening is written down for the patient."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core.db import Tx
from hub.keys import place
from verticals.health import agenda, patients
from verticals.health.documents import letters, policy, store
from verticals.health.documents.errors import (
    DocumentHeld,
    DocumentInvalid,
    DocumentUnknown,
    NotShared,
    TooManyDocuments,
)
from verticals.health.documents.models import (
    Consent,
    Document,
    KeepDocument,
    Opened,
    Own,
    Readable,
    Share,
    Sought,
    SoughtConsents,
)


async def keep_document(tx: Tx, id: UUID, patient: UUID, command: KeepDocument) -> bool:
    """Keep a patient's file, sealed. False when the same form was sent before. Raises
    `DocumentInvalid`, `TooManyDocuments`, `PatientMerged`."""
    media_type, title = policy.read_kind(command.content), policy.read_title(command.title)
    if await store.find_document(tx, id) is not None:
        return False
    await patients.lock_patient(tx, patient)
    known = await store.list_documents(tx, patient, policy.MOST_DOCUMENTS)
    if len(known) >= policy.MOST_DOCUMENTS:
        raise TooManyDocuments("Ask the practice.")
    sealed_title = await patients.seal(tx, title.encode(), _where("title_sealed", id))
    sealed = await patients.seal(tx, command.content, _where("content_sealed", id))
    size = len(command.content)
    if not await store.insert_document(tx, id, patient, sealed_title, sealed, media_type, size):
        return False
    await audit.record(tx, action="health.document_kept", subject=f"document:{id}")
    return True


async def delete_document(tx: Tx, document: UUID, patient: UUID) -> None:
    """The patient deletes a document: what it held is gone, nobody opens it any more; that it was
    here and who opened it stays written. Raises `DocumentUnknown` for another's, `DocumentHeld`
    while the practice is under a legal hold."""
    await find_own(tx, document, patient)
    if await store.is_on_hold(tx):
        raise DocumentHeld("Stop sharing it, and delete it once the order is over.")
    if await store.delete_document(tx, document):
        await audit.record(tx, action="health.document_deleted", subject=f"document:{document}")


async def share(tx: Tx, id: UUID, document: UUID, patient: UUID, command: Share) -> bool:
    """The patient lets one professional open it for some days. False when the same form was sent
    before. Raises `DocumentInvalid`, `DocumentUnknown`."""
    found = await find_own(tx, document, patient)
    days = policy.read_days(command.days)
    receiving = await agenda.list_practitioners(tx, agenda.SoughtPractitioners(active=True))
    chosen = next((one for one in receiving if str(one.id) == command.practitioner), None)
    if chosen is None:
        raise DocumentInvalid("Choose somebody who receives.", field="practitioner")
    until_at = tx.now + timedelta(days=days)
    if not await store.insert_consent(tx, id, found, chosen.id, until_at):
        return False
    await audit.record(tx, action="health.consent_given", subject=f"consent:{id}")
    return True


async def revoke(tx: Tx, consent: UUID, patient: UUID) -> bool:
    """The patient takes it back: it ends at once. False when it had been. Raises
    `DocumentUnknown`."""
    found = await store.find_consent(tx, consent)
    if found is None or found.patient != patient:
        raise DocumentUnknown()
    if not await store.revoke_consent(tx, consent):
        return False
    await audit.record(tx, action="health.consent_revoked", subject=f"consent:{consent}")
    return True


async def open_document(
    tx: Tx, document: UUID, person: int | None, *, reason: str | None = None
) -> Opened:
    """Open it as the professional who an account is: under a consent, or, with a `reason`, by
    breaking the glass: then the patient is told. Either is written down before anything is given.

    Raises `NotShared`, `DocumentInvalid` for a reason that says nothing, `DocumentUnknown`,
    `SealedUnreadable`, `PracticeLeaves`.
    """
    await patients.check_stays(tx)
    practitioner = await agenda.find_of_account(tx, person)
    if practitioner is None:
        raise NotShared("Only professionals open documents, each under their own account.")
    found = await store.find_document(tx, document)
    if found is None:
        raise DocumentUnknown()
    consents = await store.list_consents(tx, [document])
    consent = policy.find_consent(consents, practitioner.id, tx.now)
    if consent is None and reason is None:
        raise NotShared("The patient has not shared it with you, or no longer.")
    broken = consent is None
    said = policy.read_reason(reason or "") if broken else ""
    await store.insert_opening(
        tx, document, practitioner, None if consent is None else consent.id, said
    )
    action = "health.glass_broken" if broken else "health.document_opened"
    await audit.record(tx, action=action, subject=f"document:{document}")
    if broken:
        await letters.write_broken(tx, await patients.find_patient(tx, found.patient))
    return await _read(tx, found)


async def take_own(tx: Tx, document: UUID, patient: UUID) -> Opened:
    """The patient takes their own document. Raises `DocumentUnknown`, `SealedUnreadable`."""
    return await _read(tx, await find_own(tx, document, patient))


async def list_own(tx: Tx, patient: UUID) -> list[Own]:
    """A patient's documents, the newest first, each with whom it is shared and who opened it."""
    found = await store.list_documents(tx, patient, policy.MOST_DOCUMENTS)
    ids = [one.id for one in found]
    consents, openings = await store.list_consents(tx, ids), await store.list_openings(tx, ids)
    titles = await _titles(tx, found)
    return [
        Own(
            document=one,
            title=titles[one.id],
            consents=[each for each in consents if each.document == one.id],
            openings=[each for each in openings if each.document == one.id],
        )
        for one in found
    ]


async def list_readable(tx: Tx, practitioner: UUID, sought: Sought) -> list[Readable]:
    """What a professional may open now, by id."""
    names: dict[UUID, str] = {}
    found: list[Readable] = []
    shared = await store.list_shared(tx, practitioner, sought)
    titles = await _titles(tx, [one.document for one in shared])
    for one in shared:
        if one.patient not in names:
            names[one.patient] = (await patients.find_patient(tx, one.patient)).name
        found.append(
            Readable(
                document=one.document,
                title=titles[one.document.id],
                patient_name=names[one.patient],
                until_at=one.until_at,
            )
        )
    return found


async def list_consents(tx: Tx, practitioner: UUID, sought: SoughtConsents) -> list[Consent]:
    """What a professional was ever given, by id."""
    return await store.list_given(tx, practitioner, sought)


async def list_closed(tx: Tx, patient: UUID) -> list[Document]:
    """What a patient keeps here, without titles: what a glass is broken for."""
    return await store.list_documents(tx, patient, policy.MOST_DOCUMENTS)


async def hand_over(tx: Tx, gone: UUID, kept: UUID) -> None:
    """Two patients were one: the second's documents and consents are the first's."""
    await store.hand_over(tx, gone, kept)


async def find_own(tx: Tx, document: UUID, patient: UUID) -> Document:
    """Raises `DocumentUnknown` for another's."""
    found = await store.find_document(tx, document)
    if found is None or found.patient != patient:
        raise DocumentUnknown()
    return found


def _where(column: str, document: UUID) -> str:
    return place("health_document", column, document)


async def _titles(tx: Tx, found: Sequence[Document]) -> dict[UUID, str | None]:
    """By document; none where it cannot be read here."""
    if not found:
        return {}
    opener = await patients.find_opener(tx)
    return {
        one.id: opener.try_unseal(one.title_sealed, _where("title_sealed", one.id)) for one in found
    }


async def _read(tx: Tx, document: Document) -> Opened:
    sealed = await store.find_content(tx, document.id)
    if sealed is None:  # deleted meanwhile
        raise DocumentUnknown()
    opener = await patients.find_opener(tx)
    title = opener.try_unseal(document.title_sealed, _where("title_sealed", document.id))
    return Opened(
        title=title or "",
        media_type=document.media_type,
        content=opener.unseal(sealed.content_sealed, _where("content_sealed", document.id)),
    )
