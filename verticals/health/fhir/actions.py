"""Search and read: behind the wall of the practice that asks, at most 100 at a time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.health import agenda, patients
from verticals.health.agenda import SoughtAppointments, SoughtPractitioners, SoughtSlots, State
from verticals.health.fhir import policy, reading
from verticals.health.fhir.errors import FhirInvalid, FhirNotSupported, FhirUnknown
from verticals.health.fhir.models import Resource, Search
from verticals.health.patients import Sought

ZONE = "Europe/Paris"
_SLOTS = {
    "free": {"taken": False, "closed": False},
    "busy": {"taken": True},
    "busy-unavailable": {"taken": False, "closed": True},
}


async def search(
    tx: Tx, type: str, query: list[tuple[str, str]], *, base: str, house: bytes
) -> Resource:
    """The Bundle of a search. Raises `FhirNotSupported`, `FhirInvalid`."""
    asked = reading.read_search(type, query, ZONE)
    found = [] if asked.nothing else await _LISTS[type](tx, asked, house)
    more = len(found) > asked.count
    shown = found[: asked.count]
    after = UUID(str(shown[-1]["id"])) if more else None
    return policy.bundle_of(asked, shown, after, base)


async def read(tx: Tx, type: str, id: str, *, house: bytes) -> Resource:
    """One resource. Raises `FhirNotSupported` for a type that there is not, `FhirUnknown`."""
    if type not in _LISTS:
        raise FhirNotSupported("There is no such type here.")
    asked = reading.read_search(type, [("_id", id)], ZONE)
    found = [] if asked.nothing else await _LISTS[type](tx, asked, house)
    if not found:
        raise FhirUnknown()
    return found[0]


async def _patients(tx: Tx, asked: Search, house: bytes) -> list[Resource]:
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
    return [
        policy.patient_of(one, await patients.read_ins(tx, one, house))
        for one in await patients.list_patients(tx, sought)
    ]


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


async def _practitioners(tx: Tx, asked: Search, _: bytes) -> list[Resource]:
    return [policy.practitioner_of(one) for one in await _receiving(tx, asked)]


async def _schedules(tx: Tx, asked: Search, _: bytes) -> list[Resource]:
    return [policy.schedule_of(one) for one in await _receiving(tx, asked)]


async def _slots(tx: Tx, asked: Search, _: bytes) -> list[Resource]:
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


async def _appointments(tx: Tx, asked: Search, _: bytes) -> list[Resource]:
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
    return [policy.appointment_of(one) for one in await agenda.list_appointments(tx, sought)]


_LISTS: dict[str, Callable[[Tx, Search, bytes], Awaitable[list[Resource]]]] = {
    "Patient": _patients,
    "Practitioner": _practitioners,
    "Schedule": _schedules,
    "Slot": _slots,
    "Appointment": _appointments,
}
