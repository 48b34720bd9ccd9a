"""Come at a time, at another, or not at all. A time is one patient's: its row is locked first, and
the database refuses a second one whatever happens."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.health import patients
from verticals.health.agenda import policy, store
from verticals.health.agenda.actions import letters
from verticals.health.agenda.errors import AgendaUnknown, TooManyBooked
from verticals.health.agenda.models import (
    Appointment,
    Listed,
    Mode,
    Slot,
    SoughtAppointments,
    State,
)


async def book(
    tx: Tx, id: UUID, slot: UUID, mode: str, patient: UUID, *, most: int | None = None
) -> bool:
    """A patient has a time. False when the same form was sent before: nothing changes. Who books
    for themselves has at most so many to come (`most`).

    Raises `SlotTaken`, `BookedAlready`, `TooManyBooked`, `AgendaInvalid`, `AgendaUnknown`,
    `PatientUnknown`, `PatientMerged`.
    """
    if await store.find_appointment(tx, id) is not None:
        return False
    found, how = await _free(tx, await _lock(tx, slot), mode)
    known = await patients.lock_patient(tx, patient)
    if most is not None:
        coming = await store.list_coming(tx, patient=patient, state=State.BOOKED, wanted=most)
        if len(coming) >= most:
            raise TooManyBooked("Cancel one first, or call the practice.")
    if not await store.insert_appointment(tx, id, found, known.id, how):
        return False
    await store.keep_taken(tx, found.id, taken=True)
    await _note(tx, "booked", id)
    await letters.write(tx, "booked", known, found.begins_at)
    return True


async def change(tx: Tx, id: UUID, slot: UUID, mode: str) -> bool:
    """They come at another time, or in another way. False when nothing changes.

    Raises `AppointmentOver`, `SlotTaken`, `BookedAlready`, `AgendaInvalid`, `AgendaUnknown`.
    """
    appointment = await find_appointment(tx, id, lock=True)
    policy.check_changeable(appointment, tx.now)
    if (appointment.slot, appointment.mode) == (slot, mode):
        return False
    locked = await store.lock_slots(tx, {appointment.slot, slot})
    if slot not in locked:
        raise AgendaUnknown()
    if slot == appointment.slot:
        await store.move_appointment(tx, id, locked[slot], policy.check_mode(locked[slot], mode))
    else:
        found, how = await _free(tx, locked[slot], mode)
        await store.move_appointment(tx, id, found, how)
        await store.keep_taken(tx, appointment.slot, taken=False)
        await store.keep_taken(tx, found.id, taken=True)
    await _note(tx, "changed", id)
    known = await patients.find_patient(tx, appointment.patient)
    await letters.write(tx, "changed", known, locked[slot].begins_at)
    return True


async def cancel(tx: Tx, id: UUID, *, by_practice: bool) -> bool:
    """They do not come; the time is free again. False when it was cancelled before.

    Raises `AppointmentOver` once it has begun, `AgendaUnknown`.
    """
    appointment = await find_appointment(tx, id, lock=True)
    if appointment.state is State.CANCELLED:
        return False
    policy.check_changeable(appointment, tx.now)
    await store.cancel_appointment(tx, id, by_practice=by_practice)
    await store.keep_taken(tx, appointment.slot, taken=False)
    await _note(tx, "cancelled", id)
    known = await patients.find_patient(tx, appointment.patient)
    await letters.write(tx, "cancelled", known, appointment.begins_at)
    return True


async def find_appointment(tx: Tx, id: UUID, *, lock: bool = False) -> Appointment:
    """Raises `AgendaUnknown`."""
    found = await store.find_appointment(tx, id, lock=lock)
    if found is None:
        raise AgendaUnknown()
    return found


async def find_own(tx: Tx, id: UUID, person: int | None) -> Appointment:
    """An appointment of the patient who an account is. Raises `AgendaUnknown` for any other's."""
    found = await find_appointment(tx, id)
    known = None if person is None else await patients.find_of_person(tx, person)
    if known is None or known.id != found.patient:
        raise AgendaUnknown()
    return found


async def list_appointments(tx: Tx, sought: SoughtAppointments) -> list[Appointment]:
    """The appointments that are asked for, by id."""
    return await store.list_appointments(tx, sought)


async def list_own(tx: Tx, patient: UUID) -> list[Listed]:
    """A patient's appointments that are not over."""
    return await store.list_coming(tx, patient=patient)


async def hand_over(tx: Tx, gone: UUID, kept: UUID) -> None:
    """Two patients were one: the second's appointments are the first's. Raises `BookedAlready`
    when both come at one time."""
    await store.hand_over(tx, gone, kept)


async def _lock(tx: Tx, id: UUID) -> Slot:
    found = (await store.lock_slots(tx, [id])).get(id)
    if found is None:
        raise AgendaUnknown()
    return found


async def _free(tx: Tx, slot: Slot, mode: str) -> tuple[Slot, Mode]:
    practitioner = await store.find_practitioner(tx, slot.practitioner, share=True)
    assert practitioner is not None
    return slot, policy.check_bookable(slot, practitioner, mode, tx.now)


async def _note(tx: Tx, does: str, id: UUID) -> None:
    await audit.record(tx, action=f"health.appointment_{does}", subject=f"appointment:{id}")
