"""Come to an event, wait for room, give a place back. Never more people than there is room for: the
slot is locked first, then its registrations."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.city.events import policy, store
from verticals.city.events.actions import letters
from verticals.city.events.errors import (
    EventClosed,
    EventInvalid,
    EventUnknown,
    RegisteredAlready,
    TooManyAsked,
)
from verticals.city.events.models import Event, Register, Registration, State

HOLDS = (State.REGISTERED, State.WAITING)


async def ask(tx: Tx, id: UUID, event: UUID, command: Register, *, person: int | None) -> bool:
    """Somebody would come. Who is signed in has a place at once, or waits; others confirm it by the
    link of a letter. False when the same form was sent before: nothing changes.

    Raises `EventInvalid`, `EventClosed`, `RegisteredAlready`, `TooManyAsked`, `EventUnknown`."""
    if await store.find_registration(tx, id) is not None:
        return False
    known = await _open(tx, event)
    name, email, places = policy.check_registration(command)
    slot = await _chosen(tx, event, command.slot, places)
    asked = await store.count_asked(tx, email, tx.now - policy.HOUR)
    if asked.all >= policy.MOST_AN_HOUR:
        raise TooManyAsked("Send yours again in an hour, or call the town.")
    if person is None and asked.same >= policy.MOST_SAME:
        return False  # the letters are on their way: no more of them to an address of anybody's
    if not await store.insert_registration(tx, id, event, slot, places, name, email, person):
        return False
    if person is None:
        await letters.write(tx, known, await find_registration(tx, id), "confirm")
    else:
        await confirm(tx, id)
    return True


async def _open(tx: Tx, id: UUID) -> Event:
    event = await store.find_event(tx, id)
    if event is None:
        raise EventUnknown()
    if event.cancelled:
        raise EventClosed("It does not take place.")
    if tx.now < event.opens_at:
        raise EventClosed("Registration has not begun.")
    if tx.now >= event.closes_at:
        raise EventClosed("Registration is over.")
    return event


async def _chosen(tx: Tx, event: UUID, typed: str, places: int) -> UUID:
    for slot in await store.list_slots(tx, event):
        if str(slot.id) == typed:
            if places > slot.capacity:
                raise EventInvalid("There is no room for so many.", field="places")
            return slot.id
    raise EventInvalid("Choose an hour.", field="slot")


async def confirm(tx: Tx, id: UUID) -> Registration:
    """Take the place that was asked for, or wait for one; again changes nothing. Raises
    `EventClosed`, `RegisteredAlready`, `EventUnknown`."""
    found = await find_registration(tx, id)
    if found.state in HOLDS:
        return found
    if not found.email or found.asked_at + policy.CONFIRMED_WITHIN < tx.now:
        raise EventClosed("This link is more than a day old: register again.")
    await store.lock_event(tx, found.event)
    event = await _open(tx, found.event)
    await store.lock_slot(tx, found.slot)
    found = await find_registration(tx, id)
    if found.state is not State.ASKED:  # pressed twice at once
        return found
    twin = await store.find_twin(tx, found)
    if twin is not None:
        raise RegisteredAlready("Give the other one up first: its letter has the link.")
    await move_up(tx, event, found.slot)  # who waits comes first
    has_room = await store.take_places(tx, found.slot, found.places)
    state = State.REGISTERED if has_room else State.WAITING
    if not has_room and len(await store.list_waiting(tx, found.slot)) >= store.MOST_WAITING:
        raise EventClosed("It is full, and very many wait already.")
    await store.keep_state(tx, id, State.ASKED, state)
    await audit.record(tx, action=f"city.event_{state}", subject=f"registration:{id}")
    found = await find_registration(tx, id)
    await letters.write(tx, event, found, state.value)
    return found


async def give_up(tx: Tx, id: UUID) -> bool:
    """Come no more; who waits moves up. False when it was given up already. Raises `EventClosed`,
    `EventUnknown`."""
    found = await find_registration(tx, id)
    event = await store.find_event(tx, found.event)
    assert event is not None
    if event.ends_at <= tx.now:
        raise EventClosed("It is over: nothing changes any more.")
    await store.lock_slot(tx, found.slot)
    found = await find_registration(tx, id)
    if not await store.keep_state(tx, id, found.state, State.CANCELLED):
        return False
    if found.state is State.REGISTERED:
        await store.give_places(tx, found.slot, found.places)
        await move_up(tx, event, found.slot)
    await audit.record(tx, action="city.event_given_up", subject=f"registration:{id}")
    return True


async def move_up(tx: Tx, event: Event, slot: UUID) -> None:
    """Give free room to who waits longest, and write so to them."""
    if event.cancelled or event.begins_at <= tx.now:
        return
    held = await store.lock_slot(tx, slot)
    if held is None or not held.free:
        return
    for one in policy.who_moves_up(await store.list_waiting(tx, slot), held.free):
        if await store.take_places(tx, slot, one.places):
            await store.keep_state(tx, one.id, State.WAITING, State.REGISTERED)
            await letters.write(tx, event, one, "moved_up")


async def find_registration(tx: Tx, id: UUID) -> Registration:
    """Raises `EventUnknown`."""
    found = await store.find_registration(tx, id)
    if found is None:
        raise EventUnknown()
    return found
