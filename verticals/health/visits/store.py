"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.health.visits.models import Note, Role, Room, Ticket

q = load_queries(__name__)

MOST_NOTES = 1000


async def find_provider(tx: Tx) -> str:
    return await tx.value(str, q.find_provider, tenant=tx.tenant) or ""


async def keep_provider(tx: Tx, provider: str) -> None:
    if provider:
        await tx.run(q.keep_provider, tenant=tx.tenant, provider=provider, now=tx.now)
    else:
        await tx.run(q.drop_provider, tenant=tx.tenant)


async def insert_room(tx: Tx, appointment: UUID, name: bytes) -> bool:
    new = {"appointment": appointment, "tenant": tx.tenant, "name_sealed": name, "now": tx.now}
    return await tx.run(q.insert_room, **new) == 1


async def reopen_room(tx: Tx, appointment: UUID) -> bool:
    return await tx.run(q.reopen_room, appointment=appointment) == 1


async def close_room(tx: Tx, appointment: UUID) -> bool:
    return await tx.run(q.close_room, appointment=appointment, now=tx.now) == 1


async def find_room(tx: Tx, appointment: UUID) -> Room | None:
    return await tx.one(Room, q.find_room, appointment=appointment)


async def list_rooms(tx: Tx, appointments: Sequence[UUID]) -> dict[UUID, Room]:
    found = await tx.all(Room, q.list_rooms, appointments=list(appointments))
    return {one.appointment: one for one in found}


async def insert_ticket(
    tx: Tx, id: UUID, appointment: UUID, role: Role, until_at: datetime
) -> None:
    new = {"id": id, "tenant": tx.tenant, "appointment": appointment, "role": role}
    await tx.run(q.insert_ticket, **new, until_at=until_at, now=tx.now)


async def find_ticket(tx: Tx, id: UUID, *, lock: bool = False) -> Ticket | None:
    return await tx.one(Ticket, q.lock_ticket if lock else q.find_ticket, id=id)


async def use_ticket(tx: Tx, id: UUID) -> None:
    await tx.run(q.use_ticket, id=id, now=tx.now)


async def insert_note(
    tx: Tx, id: UUID, appointment: UUID, practitioner: UUID, words: bytes
) -> bool:
    new = {"id": id, "tenant": tx.tenant, "appointment": appointment, "now": tx.now}
    said = {"practitioner": practitioner, "words_sealed": words}
    return await tx.run(q.insert_note, **new, **said) == 1


async def list_notes(tx: Tx, appointments: Sequence[UUID]) -> list[Note]:
    return await tx.all(Note, q.list_notes, appointments=list(appointments), wanted=MOST_NOTES)
