"""Publish an event, change it, call it off; what everybody and the town see of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.city import towns
from verticals.city.events import policy, store
from verticals.city.events.actions import letters, registering
from verticals.city.events.errors import EventChanged, EventClosed, EventInvalid, EventUnknown
from verticals.city.events.models import Change, Event, Publish, Registration, Sheet

MOST_WHY = 1000


async def publish_event(tx: Tx, id: UUID, command: Publish) -> bool:
    """Show an event to everybody; False when the same id had shown it before: nothing changes.
    Raises `EventInvalid`."""
    said = policy.check(command, await towns.find_town(tx), tx.now)
    if not await store.insert_event(tx, id, said):
        return False
    await store.insert_slots(tx, id, said.slots)
    await audit.record(tx, action="city.event_published", subject=f"event:{id}")
    return True


async def change_event(tx: Tx, id: UUID, command: Change) -> None:
    """Other words, another end of registration, other room: whoever waits and has room now moves
    up. Raises `EventInvalid`, `EventChanged`, `EventClosed`, `EventUnknown`."""
    event = await _hold(tx, id)
    if command.revision != event.revision:
        raise EventChanged("Look at what was saved, then save yours if it still holds.")
    texts = policy.check_texts(command.title, command.words, command.place)
    town = await towns.find_town(tx)
    closes = policy.check_close(
        command.closes, event.opens_at, event.begins_at, event.ends_at, town
    )
    await store.keep_event(tx, id, closes_at=closes, **texts)
    await _keep_room(tx, await find_event(tx, id), command.capacities)
    await audit.record(tx, action="city.event_changed", subject=f"event:{id}")


async def _keep_room(tx: Tx, event: Event, typed: Mapping[str, str]) -> None:
    rooms = {
        slot.id: policy.read_room(typed.get(str(slot.id), str(slot.capacity)), f"room-{slot.id}")
        for slot in await store.list_slots(tx, event.id)
    }
    policy.check_whole(rooms.values(), "room")
    for slot, room in sorted(rooms.items()):
        if not await store.keep_capacity(tx, slot, room):
            raise EventInvalid("More people have a place already.", field=f"room-{slot}")
        await registering.move_up(tx, event, slot)


async def cancel_event(tx: Tx, id: UUID, reason: str) -> bool:
    """Call it off, and write so to whoever comes or waits; False when it was off already. Raises
    `EventInvalid`, `EventUnknown`."""
    event = await _hold(tx, id)
    why = towns.clean(reason)
    if not 1 <= len(why) <= MOST_WHY:
        raise EventInvalid("Say why it does not take place.", field="reason")
    if not await store.cancel_event(tx, id, why):
        return False
    event = await find_event(tx, id)
    if event.ends_at > tx.now:
        for person in await store.list_people(tx, id):
            await letters.write(tx, event, person, "called_off")
    await audit.record(tx, action="city.event_cancelled", subject=f"event:{id}")
    return True


async def _hold(tx: Tx, id: UUID) -> Event:
    if not await store.lock_event(tx, id):
        raise EventUnknown()
    event = await find_event(tx, id)
    if event.ends_at <= tx.now:
        raise EventClosed("It is over: nothing changes any more.")
    return event


async def find_event(tx: Tx, id: UUID) -> Event:
    """Raises `EventUnknown`."""
    found = await store.find_event(tx, id)
    if found is None:
        raise EventUnknown()
    return found


async def see_event(tx: Tx, id: UUID) -> Sheet:
    """Raises `EventUnknown`."""
    return Sheet(event=await find_event(tx, id), slots=await store.list_slots(tx, id))


async def list_coming(tx: Tx) -> list[Event]:
    """What is not over yet, the next first."""
    return await store.list_coming(tx)


async def list_sheets(tx: Tx) -> list[Sheet]:
    """The same with the hours."""
    return [await see_event(tx, one.id) for one in await store.list_coming(tx)]


async def list_own(tx: Tx, before: datetime) -> list[Event]:
    """The town's events that begin before an instant, the latest first."""
    return await store.list_before(tx, before)


async def list_people(tx: Tx, id: UUID) -> list[Registration]:
    """Who comes and who waits; for the town alone."""
    return await store.list_people(tx, id)
