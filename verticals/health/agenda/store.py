"""The statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.health.agenda.errors import (
    AccountTaken,
    BookedAlready,
    PractitionerKnown,
    SlotsTouch,
)
from verticals.health.agenda.models import (
    Appointment,
    Listed,
    Mode,
    Practitioner,
    Slot,
    SoughtAppointments,
    SoughtPractitioners,
    SoughtSlots,
)

q = load_queries(__name__)


async def insert_practitioner(tx: Tx, id: UUID, said: dict[str, str]) -> bool:
    """Raises `PractitionerKnown`."""
    try:
        new = {"id": id, "tenant": tx.tenant, "now": tx.now}
        return await tx.run(q.insert_practitioner, **new, **said) == 1
    except asyncpg.UniqueViolationError:
        raise PractitionerKnown(field="rpps") from None


async def find_practitioner(
    tx: Tx, id: UUID, *, lock: bool = False, share: bool = False
) -> Practitioner | None:
    query = q.share_practitioner if share else q.find_practitioner
    return await tx.one(Practitioner, q.lock_practitioner if lock else query, id=id)


async def list_practitioners(tx: Tx, sought: SoughtPractitioners) -> list[Practitioner]:
    said = msgspec.structs.asdict(sought)
    wanted_id = said.pop("id")
    return await tx.all(
        Practitioner, q.list_practitioners, tenant=tx.tenant, wanted_id=wanted_id, **said
    )


async def find_of_account(tx: Tx, person: int) -> Practitioner | None:
    return await tx.one(Practitioner, q.find_of_account, tenant=tx.tenant, person=person)


async def ask_account(tx: Tx, id: UUID, person: int | None) -> None:
    await tx.run(q.ask_account, id=id, asked=person, now=tx.now)


async def keep_account(tx: Tx, id: UUID, person: int | None) -> None:
    """Raises `AccountTaken`."""
    try:
        await tx.run(q.keep_account, id=id, person=person, now=tx.now)
    except asyncpg.UniqueViolationError:
        raise AccountTaken("Each practitioner has their own.", field="account") from None


async def keep_active(tx: Tx, id: UUID, *, active: bool) -> bool:
    return await tx.run(q.keep_active, id=id, active=active, now=tx.now) == 1


async def insert_slots(
    tx: Tx,
    practitioner: UUID,
    ids: Sequence[UUID],
    times: Sequence[tuple[datetime, datetime]],
    modes: Sequence[str],
) -> int:
    """How many were new. Raises `SlotsTouch`."""
    try:
        return await tx.run(
            q.insert_slots,
            tenant=tx.tenant,
            practitioner=practitioner,
            ids=list(ids),
            begins=[begins for begins, _ in times],
            ends=[ends for _, ends in times],
            modes=list(modes),
            now=tx.now,
        )
    except asyncpg.ExclusionViolationError:
        raise SlotsTouch("Look at what is open that day.", field="begins") from None


async def find_slot(tx: Tx, id: UUID) -> Slot | None:
    return await tx.one(Slot, q.find_slot, id=id)


async def lock_slots(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Slot]:
    return {one.id: one for one in await tx.all(Slot, q.lock_slots, ids=list(ids))}


async def list_slots(tx: Tx, sought: SoughtSlots) -> list[Slot]:
    said = msgspec.structs.asdict(sought)
    return await tx.all(Slot, q.list_slots, tenant=tx.tenant, wanted_id=said.pop("id"), **said)


async def list_free(tx: Tx, practitioner: UUID, wanted: int) -> list[Slot]:
    said = {"practitioner": practitioner, "since": tx.now, "wanted": wanted}
    return await tx.all(Slot, q.list_free, **said)


async def keep_taken(tx: Tx, id: UUID, *, taken: bool) -> None:
    await tx.run(q.keep_taken, id=id, taken=taken, now=tx.now)


async def close_slot(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.close_slot, id=id, now=tx.now) == 1


async def insert_appointment(tx: Tx, id: UUID, slot: Slot, patient: UUID, mode: Mode) -> bool:
    """Raises `BookedAlready` when the patient is elsewhere at that time."""
    new = {"id": id, "tenant": tx.tenant, "patient": patient, "now": tx.now}
    try:
        return await tx.run(q.insert_appointment, **new, **_at(slot, mode)) == 1
    except asyncpg.ExclusionViolationError:
        raise BookedAlready("Choose another time, or cancel the other one first.") from None


async def move_appointment(tx: Tx, id: UUID, slot: Slot, mode: Mode) -> None:
    """Raises `BookedAlready`."""
    try:
        await tx.run(q.move_appointment, id=id, now=tx.now, **_at(slot, mode))
    except asyncpg.ExclusionViolationError:
        raise BookedAlready("Choose another time, or cancel the other one first.") from None


def _at(slot: Slot, mode: Mode) -> dict[str, object]:
    return {
        "slot": slot.id,
        "practitioner": slot.practitioner,
        "mode": mode,
        "begins_at": slot.begins_at,
        "ends_at": slot.ends_at,
    }


async def find_appointment(tx: Tx, id: UUID, *, lock: bool = False) -> Appointment | None:
    return await tx.one(Appointment, q.lock_appointment if lock else q.find_appointment, id=id)


async def cancel_appointment(tx: Tx, id: UUID, *, by_practice: bool) -> None:
    await tx.run(q.cancel_appointment, id=id, by_practice=by_practice, now=tx.now)


async def list_appointments(tx: Tx, sought: SoughtAppointments) -> list[Appointment]:
    said = msgspec.structs.asdict(sought)
    said |= {"wanted_id": said.pop("id"), "state": sought.state or ""}
    return await tx.all(Appointment, q.list_appointments, tenant=tx.tenant, **said)


async def list_coming(
    tx: Tx, *, patient: UUID | None = None, state: str = "", wanted: int = 200
) -> list[Listed]:
    said = {"patient": patient, "state": state, "since": tx.now, "wanted": wanted}
    return await tx.all(Listed, q.list_coming, tenant=tx.tenant, **said)


async def hand_over(tx: Tx, gone: UUID, kept: UUID) -> None:
    """Raises `BookedAlready` when both come at one time."""
    try:
        await tx.run(q.hand_over, gone=gone, kept=kept, now=tx.now)
    except asyncpg.ExclusionViolationError:
        raise BookedAlready("Both come at one time: cancel one of the two first.") from None
