"""Announce an event, say whether one comes, change it, call it off."""

from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from hub.gatherings import letters, policy, store
from hub.gatherings.errors import GatheringChanged, GatheringOver, GatheringUnknown
from hub.gatherings.models import Answer, Comer, Event, GatheringMoved, Plan
from hub.spaces import (
    Attached,
    PostShownAgain,
    Seat,
    SpaceNotYours,
    Write,
    check_writes,
    find_post,
    find_space,
    find_zone,
    write_post,
)

LISTED, PAST, COMERS, LETTERS = 100, 20, 200, 5_000


async def announce(tx: Tx, seat: Seat, id: UUID, typed: Write, plan: Plan) -> None:
    """A message with its event; sent twice, both are there once. Raises `GatheringInvalid` and what
    writing a message raises."""
    planned = policy.check_plan(plan, await find_zone(tx), tx.now)
    await write_post(tx, seat, id, typed, Attached.EVENT)
    await store.insert_event(tx, id, planned)


async def list_coming(tx: Tx, seat: Seat) -> list[Event]:
    """What is not over, the next first."""
    return await store.list_coming(tx, seat.space.id, LISTED)


async def list_past(tx: Tx, seat: Seat) -> list[Event]:
    """The last ones that are over."""
    return await store.list_past(tx, seat.space.id, PAST)


async def find_event(tx: Tx, seat: Seat, id: UUID) -> Event:
    """An event whose message the reader may see. Raises `PostUnknown`, `GatheringUnknown`."""
    await find_post(tx, seat, id)
    found = await store.find_event(tx, seat.space.id, id)
    if found is None:
        raise GatheringUnknown()
    return found


async def list_comers(tx: Tx, event: Event) -> list[Comer]:
    """Who answered, those who come first."""
    return await store.list_comers(tx, event.post, COMERS)


async def count_others(tx: Tx, event: Event, listed: list[Comer]) -> int:
    """How many more answered than are listed."""
    whole = len(listed) < COMERS
    return 0 if whole else max(await store.count_comers(tx, event.post) - len(listed), 0)


async def find_answer(tx: Tx, seat: Seat, event: Event) -> Answer | None:
    """What the reader answered."""
    return await store.find_answer(tx, event.post, seat.person)


async def answer(tx: Tx, seat: Seat, id: UUID, typed: str) -> None:
    """Say whether one comes; the last answer counts. Raises `GatheringInvalid`, `GatheringOver`,
    and what writing raises."""
    check_writes(seat)
    said = policy.read_answer(typed)
    event = await _lock(tx, seat, id)
    if not policy.is_open(event, tx.now):
        raise GatheringOver("One says beforehand whether one comes.")
    await store.keep_answer(tx, id, seat.person, said)


async def change(tx: Tx, seat: Seat, id: UUID, seen: int, plan: Plan) -> None:
    """It takes place elsewhere or at another time; who comes is told. Raises `GatheringInvalid`,
    `GatheringOver`, `GatheringChanged`, `SpaceNotYours`."""
    event = await _own(tx, seat, id)
    _check_open(tx, event)
    planned = policy.check_plan(plan, event.zone, tx.now, event.begins_at)
    when = (event.place, event.begins_at, event.ends_at)
    if when == (planned.place, planned.begins_at, planned.ends_at):
        return
    if not await store.change_event(tx, id, seen, planned):
        raise GatheringChanged("Look at it again, and write yours beside it.")
    await audit.record(tx, action="space.event_changed", subject=f"space-post:{id}")
    await _emit(tx, seat, id, event.revision + 1)


async def call_off(tx: Tx, seat: Seat, id: UUID, reason: str) -> None:
    """It does not take place; who comes is told why, once if it is sent twice. Raises
    `GatheringInvalid`, `GatheringOver`, `SpaceNotYours`."""
    event, said = await _own(tx, seat, id), policy.check_reason(reason)
    if event.cancelled == said:
        return
    _check_open(tx, event)
    if await store.cancel_event(tx, id, said):
        await audit.record(
            tx, action="space.event_cancelled", subject=f"space-post:{id}", reason=said
        )
        await _emit(tx, seat, id, event.revision + 1)


async def _emit(tx: Tx, seat: Seat, id: UUID, revision: int) -> None:
    await outbox.emit(tx, GatheringMoved(space=seat.space.id, event=id, revision=revision))


async def _lock(tx: Tx, seat: Seat, id: UUID) -> Event:
    await store.lock_event(tx, id)
    return await find_event(tx, seat, id)


async def _own(tx: Tx, seat: Seat, id: UUID) -> Event:
    """An event, for who announced it and the moderators."""
    check_writes(seat)
    event = await _lock(tx, seat, id)
    if event.author != seat.person and not seat.moderates:
        raise SpaceNotYours("Only who announced it may do this.")
    return event


def _check_open(tx: Tx, event: Event) -> None:
    if not policy.is_open(event, tx.now):
        raise GatheringOver()


async def tell(tx: Tx, message: GatheringMoved) -> None:
    """Write to who comes, once, unless it has changed once more meanwhile. While its message is
    hidden nobody is told: that waits until it is shown again."""
    if not await store.claim_telling(tx, message.event, message.revision):
        return
    space = await find_space(tx, message.space)
    event = await store.find_event(tx, message.space, message.event)
    if space is None or event is None:
        return
    calendar = policy.write_calendar([event], letters.page_of(space), space.name)
    for reader in await store.list_readers(tx, message.space, message.event, LETTERS):
        await letters.write(tx, space, event, reader, calendar)


async def tell_again(tx: Tx, message: PostShownAgain) -> None:
    """Its message is shown again: tell what was not told meanwhile. Of any other message, and of an
    event that has not changed, there is nothing to tell."""
    event = await store.find_event(tx, message.space, message.post)
    if event is not None:
        moved = GatheringMoved(space=message.space, event=event.post, revision=event.revision)
        await tell(tx, moved)
