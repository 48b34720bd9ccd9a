"""The statements."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.seniors.models import Alert, Call, Contact, Event, Reading, Senior, Sensor, Step

q = load_queries(__name__)

MOST = 200


async def insert_senior(tx: Tx, id: UUID, name: str) -> bool:
    return await tx.run(q.insert_senior, id=id, tenant=tx.tenant, name=name, now=tx.now) == 1


async def list_seniors(tx: Tx) -> list[Senior]:
    return await tx.all(Senior, q.list_seniors, wanted=MOST)


async def find_senior(tx: Tx, id: UUID, *, lock: bool = False) -> Senior | None:
    return await tx.one(Senior, q.lock_senior if lock else q.find_senior, id=id)


async def keep_person(tx: Tx, id: UUID, person: int) -> None:
    await tx.run(q.keep_person, id=id, person=person)


async def keep_away(tx: Tx, id: UUID, until: date | None) -> None:
    await tx.run(q.keep_away, id=id, until=until)


async def keep_watched(tx: Tx, id: UUID, day: date) -> bool:
    return await tx.run(q.keep_watched, id=id, day=day) == 1


async def insert_contact(tx: Tx, id: UUID, senior: UUID, name: str, email: str) -> None:
    new = {"id": id, "tenant": tx.tenant, "senior": senior, "name": name, "email": email}
    await tx.run(q.insert_contact, **new, now=tx.now)


async def list_contacts(tx: Tx, senior: UUID) -> list[Contact]:
    return await tx.all(Contact, q.list_contacts, senior=senior, wanted=MOST)


async def find_contact(tx: Tx, id: UUID) -> Contact | None:
    return await tx.one(Contact, q.find_contact, id=id)


async def keep_shares(tx: Tx, senior: UUID, contact: UUID, shares: Iterable[str]) -> bool:
    return await tx.run(q.keep_shares, id=contact, senior=senior, shares=list(shares)) == 1


async def insert_call(tx: Tx, id: UUID, senior: UUID, rank: int) -> bool:
    new = {"id": id, "tenant": tx.tenant, "senior": senior, "rank": rank}
    return await tx.run(q.insert_call, **new, now=tx.now) == 1


async def find_call(tx: Tx, senior: UUID) -> Call | None:
    return await tx.one(Call, q.find_call, senior=senior)


async def lock_call(tx: Tx, id: UUID) -> Call | None:
    return await tx.one(Call, q.lock_call, id=id)


async def keep_call(tx: Tx, id: UUID, state: str, rank: int, contact: UUID | None = None) -> None:
    closed_at: datetime | None = None if state == "calling" else tx.now
    await tx.run(q.keep_call, id=id, state=state, rank=rank, closed_at=closed_at, contact=contact)


async def insert_step(tx: Tx, senior: UUID, what: str, who: str) -> None:
    await tx.run(q.insert_step, tenant=tx.tenant, senior=senior, what=what, who=who, now=tx.now)


async def list_steps(tx: Tx, senior: UUID, wanted: int) -> list[Step]:
    return await tx.all(Step, q.list_steps, senior=senior, wanted=wanted)


async def list_steps_of_calls(tx: Tx, senior: UUID, wanted: int) -> list[Step]:
    return await tx.all(Step, q.list_steps_of_calls, senior=senior, wanted=wanted)


async def insert_sensor(tx: Tx, id: UUID, senior: UUID, place: str, pets: bool) -> None:
    new = {"id": id, "tenant": tx.tenant, "senior": senior, "place": place, "pets": pets}
    await tx.run(q.insert_sensor, **new, now=tx.now)


async def list_sensors(tx: Tx, senior: UUID) -> list[Sensor]:
    return await tx.all(Sensor, q.list_sensors, senior=senior, wanted=MOST)


async def find_sensor(tx: Tx, id: UUID) -> Sensor | None:
    return await tx.one(Sensor, q.find_sensor, id=id)


async def insert_events(tx: Tx, sensor: UUID, events: Sequence[Event]) -> int:
    """How many were new."""
    told = {"ids": [e.id for e in events], "kinds": [e.kind for e in events]}
    ats = [e.at for e in events]
    new = await tx.run(
        q.insert_events, tenant=tx.tenant, sensor=sensor, **told, ats=ats, now=tx.now
    )
    await tx.run(q.note_heard, id=sensor, now=tx.now)
    return new


async def has_moved(tx: Tx, senior: UUID, since: datetime, until: datetime) -> bool:
    return bool(await tx.value(bool, q.has_moved, senior=senior, since=since, until=until))


async def insert_alert(tx: Tx, senior: UUID, kind: str, day: date) -> bool:
    new = {"id": tx.uuid(), "tenant": tx.tenant, "senior": senior, "kind": kind, "on_day": day}
    return await tx.run(q.insert_alert, **new, now=tx.now) == 1


async def list_alerts(tx: Tx, senior: UUID | None = None) -> list[Alert]:
    return await tx.all(Alert, q.list_alerts, senior=senior, wanted=50)


async def close_alert(tx: Tx, id: UUID, cause: str) -> bool:
    return await tx.run(q.close_alert, id=id, cause=cause, now=tx.now) == 1


async def note_reading(tx: Tx, senior: UUID, reader: str, day: date) -> None:
    new = {"tenant": tx.tenant, "senior": senior, "reader": reader, "on_day": day}
    await tx.run(q.note_reading, **new, now=tx.now)


async def list_readings(tx: Tx, senior: UUID, wanted: int) -> list[Reading]:
    """Contacts with their names; those of the association have none here."""
    return await tx.all(Reading, q.list_readings, senior=senior, wanted=wanted)


async def forget_readings(tx: Tx, before: date) -> int:
    return await tx.run(q.forget_readings, before=before)


async def list_with_old_readings(tx: Tx, before: date) -> list[int]:
    rows = await tx.all(_Tenant, q.list_with_old_readings, before=before)
    return [row.tenant for row in rows]


class _Tenant(msgspec.Struct, frozen=True):
    tenant: int
