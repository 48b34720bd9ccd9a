"""Follow a person: who helps them, what they let others see, what their home tells."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from hub import audit, tenancy
from hub.core import outbox
from hub.core.caller import Caller
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotSignedIn
from verticals.seniors import policy, store
from verticals.seniors.actions.letters import write_alert
from verticals.seniors.errors import NotYours, SeniorInvalid, SeniorUnknown
from verticals.seniors.models import (
    SHARED,
    AddContact,
    AddSenior,
    AddSensor,
    Events,
    MorningOver,
    Senior,
)


async def find_senior(tx: Tx, id: UUID, *, lock: bool = False) -> Senior:
    found = await store.find_senior(tx, id, lock=lock)
    if found is None:
        raise SeniorUnknown()
    return found


async def add_senior(tx: Tx, id: UUID, command: AddSenior) -> None:
    """Follow a person; their mornings are watched from tomorrow on. Raises `SeniorInvalid`."""
    if await store.insert_senior(tx, id, policy.check_text(command.name, "name")):
        await audit.record(tx, action="senior.added", subject=f"senior:{id}")
        await _watch_next(tx, id, local_date(tx.now, str(policy.ZONE)))


async def add_contact(tx: Tx, senior: UUID, id: UUID, command: AddContact) -> None:
    """Somebody more to call, who sees nothing yet. Raises `SeniorInvalid`."""
    await find_senior(tx, senior, lock=True)
    name, email = policy.check_text(command.name, "name"), policy.check_email(command.email)
    await store.insert_contact(tx, id, senior, name, email)


async def add_sensor(tx: Tx, senior: UUID, id: UUID, command: AddSensor) -> None:
    """A sensor in the home. Raises `SeniorInvalid`."""
    await find_senior(tx, senior)
    place = policy.check_text(command.place, "place")
    await store.insert_sensor(tx, id, senior, place, command.pets)


async def set_consent(tx: Tx, senior: UUID, wanted: Mapping[UUID, set[str]]) -> None:
    """What each contact may see from now on: only what is named, nothing for who is not."""
    await find_senior(tx, senior, lock=True)
    for contact in await store.list_contacts(tx, senior):
        shares = [one for one in SHARED if one in wanted.get(contact.id, set())]
        if tuple(shares) != contact.shares:
            await store.keep_shares(tx, senior, contact.id, shares)
            await store.insert_step(tx, senior, "consent", contact.name)
            await audit.record(
                tx,
                action="senior.consent",
                subject=f"senior:{senior}",
                detail={"contact": str(contact.id), "shares": shares},
            )


async def set_away(tx: Tx, senior: UUID, until: date | None) -> None:
    """Tell an absence, up to its last day, or that it is over."""
    await find_senior(tx, senior)
    await store.keep_away(tx, senior, until)
    await store.insert_step(tx, senior, "away" if until else "back", "")


async def note_step(tx: Tx, senior: UUID, what: str, who: str) -> None:
    """Something happened that the person sees among the rest."""
    await store.insert_step(tx, senior, what, who)


async def tie_account(tx: Tx, senior: UUID, caller: Caller) -> None:
    """The person's own screen is theirs: their account knows it from now on. Whoever is of the
    association has the same link, whatever they act for now, and is refused. Raises `NotYours`,
    `NotSignedIn`."""
    if caller.person is None:
        raise NotSignedIn("Sign in first.")
    found = await find_senior(tx, senior, lock=True)
    inside = any(one.person == caller.person for one in await tenancy.list_members(tx))
    if inside or found.person not in {None, caller.person}:
        raise NotYours("This screen is its person's own.")
    await store.keep_person(tx, senior, caller.person)
    await audit.record(tx, action="senior.tied", subject=f"senior:{senior}")


async def hear(tx: Tx, sensor: UUID, told: Events) -> int:
    """Take in what a sensor tells; how much of it was new. Raises `SeniorInvalid`."""
    found = await store.find_sensor(tx, sensor)
    if found is None:
        raise SeniorUnknown()
    events = policy.take_events(told.events, tx.now)
    new = await store.insert_events(tx, sensor, list(events.values()))
    if any(event.kind == "battery-low" for event in events.values()):
        await _raise_alert(tx, found.senior, "battery-low", local_date(tx.now, str(policy.ZONE)))
    return new


async def end_morning(tx: Tx, message: MorningOver) -> None:
    """Look at a morning once it is over, each once, and wait for the next."""
    senior = await store.find_senior(tx, message.senior, lock=True)
    if senior is None or not await store.keep_watched(tx, message.senior, message.day):
        return
    begin, end = policy.morning_of(message.day)
    moved = await store.has_moved(tx, senior.id, begin, end)
    for kind in policy.unusual(senior, await store.list_sensors(tx, senior.id), moved, end):
        await _raise_alert(tx, senior.id, kind, message.day)
    await _watch_next(tx, senior.id, message.day)


async def close_alert(tx: Tx, id: UUID, cause: str) -> None:
    """Close an alert with what it was. Raises `SeniorInvalid`, `NotYours`."""
    if not cause.strip() or len(cause) > policy.MOST_LETTERS:
        raise SeniorInvalid("Say what it was before you close it.", field="cause")
    if not await store.close_alert(tx, id, cause.strip()):
        raise NotYours()
    await audit.record(tx, action="senior.alert_closed", subject=f"alert:{id}", reason=cause)


async def _raise_alert(tx: Tx, senior: UUID, kind: str, day: date) -> None:
    if await store.insert_alert(tx, senior, kind, day):
        await store.insert_step(tx, senior, kind, "")
        for contact in await store.list_contacts(tx, senior):
            if "alerts" in contact.shares:
                await write_alert(tx, await find_senior(tx, senior), contact, kind)


async def _watch_next(tx: Tx, senior: UUID, day: date) -> None:
    after = day + timedelta(days=1)
    over = MorningOver(senior=senior, day=after)
    await outbox.emit_at(tx, policy.morning_of(after)[1], over)
