"""Open a room, enter it once by a link, leave a note."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core.db import Tx
from hub.keys import place
from verticals.health import agenda, patients
from verticals.health.agenda import Appointment, Mode, SoughtAppointments, State
from verticals.health.visits import gateway, policy, store
from verticals.health.visits.errors import NotYourVisit, RoomClosed
from verticals.health.visits.models import (
    Meeting,
    Role,
    Seat,
    SetVideo,
    Ticket,
    Visit,
    Words,
    WriteNote,
)

BACK, AHEAD, SHOWN = timedelta(days=7), timedelta(days=1), 100


async def find_provider(tx: Tx) -> str:
    """Where the practice's rooms are; empty for nowhere."""
    return await store.find_provider(tx)


async def set_video(tx: Tx, command: SetVideo, *, role: str | None) -> None:
    """Say where the practice's rooms are: owners and managers do (`role`). Raises `RoomsNotYours`,
    `VisitInvalid`."""
    policy.check_sets_video(role)
    provider = policy.read_provider(command.provider, gateway.list_providers())
    await store.keep_provider(tx, provider)
    await audit.record(tx, action="health.video_set", subject=f"organisation:{tx.tenant}")


async def open_room(tx: Tx, appointment: UUID, person: int | None) -> None:
    """The professional opens the room; again, it is open again. Raises `NotYourVisit`,
    `RoomClosed`, `AgendaUnknown`."""
    found = await _theirs(tx, appointment, person)
    policy.check_open(found, tx.now)
    if not await store.find_provider(tx):
        raise RoomClosed("The practice has not said where its rooms are.")
    name = policy.draw_name(tx.database.ids).encode()
    sealed = await patients.seal(tx, name, _room(appointment))
    new = await store.insert_room(tx, appointment, sealed)
    if new or await store.reopen_room(tx, appointment):
        await audit.record(tx, action="health.room_opened", subject=f"appointment:{appointment}")


async def close_room(tx: Tx, appointment: UUID, person: int | None) -> None:
    """Nobody new enters. Raises `NotYourVisit`, `AgendaUnknown`."""
    await _theirs(tx, appointment, person)
    if await store.close_room(tx, appointment):
        await audit.record(tx, action="health.room_closed", subject=f"appointment:{appointment}")


async def give_ticket(tx: Tx, appointment: UUID, person: int | None, role: Role) -> UUID:
    """A link into the open room, for the professional whose visit it is or for its patient; the
    id that the link names. Raises `RoomClosed`, `NotYourVisit`, `AgendaUnknown`."""
    if role is Role.PRACTITIONER:
        found = await _theirs(tx, appointment, person)
    else:
        found = await agenda.find_own(tx, appointment, person)
    if not policy.is_open(await store.find_room(tx, appointment), found, tx.now):
        raise RoomClosed("The professional has not opened it yet: wait here, and try again.")
    id = tx.uuid()
    await store.insert_ticket(tx, id, appointment, role, tx.now + policy.LINK_LIVES)
    return id


async def look_at_ticket(tx: Tx, id: UUID) -> Ticket:
    """A link that still opens a room. Raises `LinkUsed`."""
    return policy.check_ticket(await store.find_ticket(tx, id), tx.now)


async def enter(tx: Tx, id: UUID) -> Meeting:
    """Follow a link: it opens nothing any more. What the video service is asked with, once this is
    committed. Raises `LinkUsed`, `RoomClosed`, `SealedUnreadable`, `PracticeLeaves`."""
    await patients.check_stays(tx)
    ticket = policy.check_ticket(await store.find_ticket(tx, id, lock=True), tx.now)
    appointment = await agenda.find_appointment(tx, ticket.appointment)
    room = await store.find_room(tx, ticket.appointment)
    if room is None or not policy.is_open(room, appointment, tx.now):
        raise RoomClosed("The visit is over.")
    await store.use_ticket(tx, id)
    subject = f"appointment:{ticket.appointment}"
    detail: dict[str, object] = {"role": ticket.role.value}
    await audit.record(tx, action="health.room_entered", subject=subject, detail=detail)
    name = await patients.unseal(tx, room.name_sealed, _room(room.appointment))
    return Meeting(
        provider=await store.find_provider(tx),
        room=name.decode(),
        role=ticket.role,
        until_at=appointment.ends_at + policy.AFTER,
    )


async def write_note(
    tx: Tx, id: UUID, appointment: UUID, person: int | None, command: WriteNote
) -> bool:
    """The professional leaves a note, sealed; the patient reads it. False when the same form was
    sent before. Raises `VisitInvalid`, `NotYourVisit`, `RoomClosed` before it begins."""
    words = policy.read_words(command.words)
    found = await _theirs(tx, appointment, person)
    if found.state is not State.BOOKED or found.begins_at - policy.BEFORE > tx.now:
        raise RoomClosed("Notes are left once a visit has begun.")
    sealed = await patients.seal(tx, words.encode(), _note(id))
    if not await store.insert_note(tx, id, appointment, found.practitioner, sealed):
        return False
    await audit.record(tx, action="health.note_left", subject=f"appointment:{appointment}")
    return True


async def list_visits(tx: Tx, practitioner: UUID) -> list[Visit]:
    """A professional's visits of the last week and the day that comes, in their order."""
    sought = SoughtAppointments(
        practitioner=practitioner,
        state=State.BOOKED,
        since=tx.now - BACK,
        until=tx.now + AHEAD,
        wanted=SHOWN,
    )
    found = sorted(await agenda.list_appointments(tx, sought), key=lambda one: one.begins_at)
    ids = [one.id for one in found]
    rooms, notes = await store.list_rooms(tx, ids), await _notes(tx, ids)
    return [
        Visit(
            id=one.id,
            patient=one.patient,
            patient_name=(await patients.find_patient(tx, one.patient)).name,
            by_video=one.mode is Mode.VIDEO,
            begins_at=one.begins_at,
            ends_at=one.ends_at,
            is_open=policy.is_open(rooms.get(one.id), one, tx.now),
            may_open=policy.may_open(one, tx.now),
            notes=notes.get(one.id, []),
        )
        for one in found
    ]


async def see_seat(tx: Tx, appointment: UUID, person: int | None) -> Seat:
    """A visit as its patient sees it. Raises `AgendaUnknown` for another's."""
    found = await agenda.find_own(tx, appointment, person)
    room = await store.find_room(tx, appointment)
    practitioner = await agenda.find_practitioner(tx, found.practitioner)
    return Seat(
        id=found.id,
        practitioner_name=practitioner.name,
        by_video=found.mode is Mode.VIDEO,
        begins_at=found.begins_at,
        may_enter=policy.is_open(room, found, tx.now),
        notes=(await _notes(tx, [found.id])).get(found.id, []),
    )


async def _theirs(tx: Tx, appointment: UUID, person: int | None) -> Appointment:
    """An appointment of the professional who an account is."""
    found = await agenda.find_appointment(tx, appointment)
    practitioner = await agenda.find_of_account(tx, person)
    if practitioner is None or practitioner.id != found.practitioner:
        raise NotYourVisit("Each professional opens their own visits, under their own account.")
    return found


async def _notes(tx: Tx, appointments: Sequence[UUID]) -> dict[UUID, list[Words]]:
    found: dict[UUID, list[Words]] = {}
    notes = await store.list_notes(tx, appointments)
    if not notes:
        return found
    opener = await patients.find_opener(tx)
    for note in notes:
        words = opener.try_unseal(note.words_sealed, _note(note.id))
        told = Words(words=words, written_at=note.written_at)
        found.setdefault(note.appointment, []).append(told)
    return found


def _room(appointment: UUID) -> str:
    return place("health_room", "name_sealed", appointment)


def _note(id: UUID) -> str:
    return place("health_note", "words_sealed", id)
