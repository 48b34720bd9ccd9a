"""Search and read: behind the wall of the practice that asks, at most 100 at a time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.health import agenda, documents, patients
from verticals.health.agenda import SoughtAppointments, SoughtPractitioners, SoughtSlots, State
from verticals.health.fhir import policy, reading
from verticals.health.fhir.errors import FhirInvalid, FhirNotSupported, FhirUnknown
from verticals.health.fhir.models import Asker, Resource, Search
from verticals.health.patients import Patient, Sought, What

ZONE = "Europe/Paris"
MOST_OWN = 1000
_SLOTS = {
    "free": {"taken": False, "closed": False},
    "busy": {"taken": True},
    "busy-unavailable": {"taken": False, "closed": True},
}


async def search(
    tx: Tx, type: str, query: list[tuple[str, str]], *, base: str, asker: Asker
) -> Resource:
    """The Bundle of a search. Raises `FhirNotSupported`, `FhirInvalid`."""
    asked = reading.read_search(type, query, ZONE)
    found = [] if asked.nothing else await _LISTS[type](tx, asked, asker)
    more = len(found) > asked.count
    shown = found[: asked.count]
    after = UUID(str(shown[-1]["id"])) if more else None
    return policy.bundle_of(asked, shown, after, base)


async def read(tx: Tx, type: str, id: str, *, asker: Asker) -> Resource:
    """One resource. Raises `FhirNotSupported` for a type that there is not, `FhirUnknown`."""
    if type not in _LISTS:
        raise FhirNotSupported("There is no such type here.")
    asked = reading.read_search(type, [("_id", id)], ZONE)
    found = [] if asked.nothing else await _LISTS[type](tx, asked, asker)
    if not found:
        raise FhirUnknown()
    return found[0]


async def open_binary(tx: Tx, id: str, *, person: int | None) -> tuple[str, documents.Opened]:
    """What a document holds, for the professional with whom it is shared: written down for the
    patient as on the page. Raises `FhirUnknown`, `NotShared`, `SealedUnreadable`."""
    document = reading.read_id(id)
    if document is None:
        raise FhirUnknown()
    return id, await documents.open_document(tx, document, person)


async def take_own(tx: Tx, patient: Patient, *, base: str, asker: Asker) -> Resource:
    """Everything of a patient's own that the types here hold, with those whom it names: a Bundle to
    take away. What is sealed and cannot be read here is left out."""
    ins, _ = await patients.show_ins(tx, patient)
    found = [policy.patient_of(patient, ins)]
    sought = SoughtAppointments(patient=patient.id, wanted=MOST_OWN)
    appointments = await agenda.list_appointments(tx, sought)
    own = await documents.list_own(tx, patient.id)
    named = {one.practitioner for one in appointments}
    named |= {consent.practitioner for one in own for consent in one.consents}
    everybody = SoughtPractitioners(by_id=True, wanted=MOST_OWN)
    receiving = await agenda.list_practitioners(tx, everybody)
    found += [policy.practitioner_of(one) for one in receiving if one.id in named]
    found += [policy.appointment_of(one) for one in appointments]
    for one in own:
        url = f"{asker.site}/rendez-vous/{tx.tenant}/pieces/{one.document.id}"
        found.append(policy.document_of(one.document, one.title, url))
        found += [policy.consent_of(consent, tx.now) for consent in one.consents]
    return policy.collection_of(found, base)


async def _patients(tx: Tx, asked: Search, _: Asker) -> list[Resource]:
    born_on = None
    if asked.span.since is not None or asked.span.until is not None:
        if asked.span.since is None or asked.span.until is None:
            raise FhirInvalid("Give the day of birth itself.")
        if asked.span.until - asked.span.since > timedelta(hours=26):
            raise FhirInvalid("Give the day of birth itself.")
        born_on = local_date(asked.span.since, ZONE)
    sought = Sought(
        id=asked.refers.get("_id"),
        born_on=born_on,
        name=asked.texts.get("family", ""),
        given=asked.texts.get("given", ""),
        after=asked.after,
        wanted=asked.count + 1,
    )
    found = await patients.list_patients(tx, sought)
    await patients.note_read(tx, [one.id for one in found[: asked.count]], What.RECORD)
    read = await patients.list_ins(tx, found)
    return [policy.patient_of(one, read.get(one.id)) for one in found]


async def _receiving(tx: Tx, asked: Search) -> list[agenda.Practitioner]:
    wanted = asked.refers.get("_id")
    actor = asked.refers.get("actor", wanted)
    if wanted is not None and actor != wanted:
        return []
    active = asked.tokens.get("active")
    sought = SoughtPractitioners(
        id=actor,
        rpps=asked.tokens.get("identifier", ""),
        name=asked.texts.get("name", ""),
        active=None if active is None else active == "true",
        after=asked.after,
        by_id=True,
        wanted=asked.count + 1,
    )
    return await agenda.list_practitioners(tx, sought)


async def _practitioners(tx: Tx, asked: Search, _: Asker) -> list[Resource]:
    return [policy.practitioner_of(one) for one in await _receiving(tx, asked)]


async def _schedules(tx: Tx, asked: Search, _: Asker) -> list[Resource]:
    return [policy.schedule_of(one) for one in await _receiving(tx, asked)]


async def _slots(tx: Tx, asked: Search, _: Asker) -> list[Resource]:
    status = asked.tokens.get("status")
    if status is not None and status not in _SLOTS:
        return []
    sought = SoughtSlots(
        id=asked.refers.get("_id"),
        practitioner=asked.refers.get("schedule"),
        since=asked.span.since,
        until=asked.span.until,
        after=asked.after,
        wanted=asked.count + 1,
    )
    if status is not None:
        sought = msgspec.structs.replace(sought, **_SLOTS[status])
    return [policy.slot_of(one) for one in await agenda.list_slots(tx, sought)]


async def _appointments(tx: Tx, asked: Search, _: Asker) -> list[Resource]:
    status = asked.tokens.get("status")
    if status is not None and status not in list(State):
        return []
    sought = SoughtAppointments(
        id=asked.refers.get("_id"),
        practitioner=asked.refers.get("practitioner"),
        patient=asked.refers.get("patient"),
        slot=asked.refers.get("slot"),
        state=None if status is None else State(status),
        since=asked.span.since,
        until=asked.span.until,
        after=asked.after,
        wanted=asked.count + 1,
    )
    found = await agenda.list_appointments(tx, sought)
    await patients.note_read(tx, [one.patient for one in found[: asked.count]], What.AGENDA)
    return [policy.appointment_of(one) for one in found]


async def _consents(tx: Tx, asked: Search, asker: Asker) -> list[Resource]:
    """Those that the asker was given, and nobody else's."""
    status = asked.tokens.get("status")
    if asker.practitioner is None or status not in {None, "active", "inactive"}:
        return []
    sought = documents.SoughtConsents(
        id=asked.refers.get("_id"),
        patient=asked.refers.get("patient"),
        holds=None if status is None else status == "active",
        after=asked.after,
        wanted=asked.count + 1,
    )
    found = await documents.list_consents(tx, asker.practitioner, sought)
    await patients.note_read(tx, [one.patient for one in found[: asked.count]], What.DOCUMENTS)
    return [policy.consent_of(one, tx.now) for one in found]


async def _documents(tx: Tx, asked: Search, asker: Asker) -> list[Resource]:
    """Those that the asker may open now."""
    if asker.practitioner is None or asked.tokens.get("status", "current") != "current":
        return []
    sought = documents.Sought(
        id=asked.refers.get("_id"),
        patient=asked.refers.get("patient"),
        after=asked.after,
        wanted=asked.count + 1,
    )
    found = await documents.list_readable(tx, asker.practitioner, sought)
    theirs = [one.document.patient for one in found[: asked.count]]
    await patients.note_read(tx, theirs, What.DOCUMENTS)
    url = f"{asker.site}{policy.BASE}/Binary"
    return [
        policy.document_of(one.document, one.title, f"{url}/{one.document.id}") for one in found
    ]


_LISTS: dict[str, Callable[[Tx, Search, Asker], Awaitable[list[Resource]]]] = {
    "Patient": _patients,
    "Practitioner": _practitioners,
    "Schedule": _schedules,
    "Slot": _slots,
    "Appointment": _appointments,
    "Consent": _consents,
    "DocumentReference": _documents,
}
