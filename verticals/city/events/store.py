"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.city.events.models import Asked, Event, Registration, Said, Slot, State

q = load_queries(__name__)

MOST_SHOWN, MOST_SLOTS, MOST_WAITING, MOST_PEOPLE = 100, 40, 200, 10_000


async def insert_event(tx: Tx, id: UUID, said: Said) -> bool:
    texts = {"title": said.title, "words": said.words, "place": said.place}
    times = {"begins_at": said.begins_at, "ends_at": said.ends_at,
             "opens_at": said.opens_at, "closes_at": said.closes_at}  # fmt: skip
    return await tx.run(q.insert_event, id=id, tenant=tx.tenant, **texts, **times, now=tx.now) == 1


async def insert_slots(tx: Tx, event: UUID, slots: Sequence[tuple[datetime, int]]) -> None:
    await tx.run(
        q.insert_slots,
        tenant=tx.tenant,
        event=event,
        ids=[tx.uuid() for _ in slots],
        begins=[begins for begins, _ in slots],
        capacities=[capacity for _, capacity in slots],
    )


async def find_event(tx: Tx, id: UUID) -> Event | None:
    return await tx.one(Event, q.find_event, id=id)


async def list_coming(tx: Tx) -> list[Event]:
    return await tx.all(Event, q.list_coming, now=tx.now, wanted=MOST_SHOWN)


async def list_before(tx: Tx, before: datetime) -> list[Event]:
    return await tx.all(Event, q.list_before, before=before, wanted=MOST_SHOWN)


async def lock_event(tx: Tx, id: UUID) -> bool:
    return await tx.value(int, q.lock_event, id=id) is not None


async def keep_event(
    tx: Tx, id: UUID, *, title: str, words: str, place: str, closes_at: datetime
) -> None:
    texts = {"title": title, "words": words, "place": place}
    await tx.run(q.keep_event, id=id, **texts, closes_at=closes_at)


async def cancel_event(tx: Tx, id: UUID, why: str) -> bool:
    return await tx.run(q.cancel_event, id=id, why=why) == 1


async def list_slots(tx: Tx, event: UUID) -> list[Slot]:
    return await tx.all(Slot, q.list_slots, event=event, wanted=MOST_SLOTS)


async def lock_slot(tx: Tx, id: UUID) -> Slot | None:
    return await tx.one(Slot, q.lock_slot, id=id)


async def keep_capacity(tx: Tx, id: UUID, capacity: int) -> bool:
    return await tx.run(q.keep_capacity, id=id, capacity=capacity) == 1


async def take_places(tx: Tx, id: UUID, places: int) -> bool:
    return await tx.run(q.take_places, id=id, places=places) == 1


async def give_places(tx: Tx, id: UUID, places: int) -> None:
    await tx.run(q.give_places, id=id, places=places)


async def insert_registration(
    tx: Tx,
    id: UUID,
    event: UUID,
    slot: UUID,
    places: int,
    name: str,
    email: str,
    person: int | None,
) -> bool:
    who = {"name": name, "email": email, "person": person}
    what = {"event": event, "slot": slot, "places": places}
    new = await tx.run(q.insert_registration, id=id, tenant=tx.tenant, **what, **who, now=tx.now)
    return new == 1


async def find_registration(tx: Tx, id: UUID) -> Registration | None:
    return await tx.one(Registration, q.find_registration, id=id)


async def find_twin(tx: Tx, of: Registration) -> Registration | None:
    return await tx.one(Registration, q.find_twin, event=of.event, email=of.email)


async def keep_state(tx: Tx, id: UUID, before: State, state: State) -> bool:
    """False when it stood otherwise, or stands so already."""
    if before is state:
        return False
    return await tx.run(q.keep_state, id=id, before=before, state=state, now=tx.now) == 1


async def list_waiting(tx: Tx, slot: UUID) -> list[Registration]:
    return await tx.all(Registration, q.list_waiting, slot=slot, wanted=MOST_WAITING)


async def list_people(tx: Tx, event: UUID) -> list[Registration]:
    return await tx.all(Registration, q.list_people, event=event, wanted=MOST_PEOPLE)


async def list_with_old_names(tx: Tx, unconfirmed: datetime, ended: datetime) -> list[int]:
    before = {"unconfirmed": unconfirmed, "ended": ended}
    return [one.tenant for one in await tx.all(_Town, q.list_with_old_names, **before)]


async def forget_old(tx: Tx, unconfirmed: datetime, ended: datetime) -> int:
    return await tx.run(q.forget_old, unconfirmed=unconfirmed, ended=ended)


async def count_asked(tx: Tx, email: str, since: datetime) -> Asked:
    found = await tx.one(Asked, q.count_asked, email=email, since=since)
    assert found is not None
    return found


class _Town(msgspec.Struct, frozen=True):
    tenant: int
