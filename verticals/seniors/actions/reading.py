"""What each reader sees; and that they looked, which the person reads (`senior_reading`)."""

from datetime import date
from uuid import UUID

import msgspec

from hub import tenancy
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.seniors import policy, store
from verticals.seniors.actions.calling import find_contact
from verticals.seniors.actions.following import find_senior
from verticals.seniors.models import Board, Home, Reading, ReadingsOld, Shared

STEPS = READINGS = 30


async def see_board(tx: Tx) -> Board:
    """The people of an association, and its open alerts first."""
    return Board(seniors=await store.list_seniors(tx), alerts=await store.list_alerts(tx))


async def see_home(tx: Tx, id: UUID) -> Home:
    """Everything about one person, for themselves and for their association."""
    return Home(
        senior=await find_senior(tx, id),
        contacts=await store.list_contacts(tx, id),
        sensors=await store.list_sensors(tx, id),
        alerts=await store.list_alerts(tx, id),
        call=await store.find_call(tx, id),
        steps=await store.list_steps(tx, id, STEPS),
        readings=await _list_readings(tx, id),
    )


async def _list_readings(tx: Tx, id: UUID) -> list[Reading]:
    found = await store.list_readings(tx, id, READINGS)
    names = {f"person:{one.person}": one.name for one in await tenancy.list_members(tx)}
    return [
        msgspec.structs.replace(one, name=one.name or names.get(one.reader, "")) for one in found
    ]


async def note_reading(tx: Tx, senior: UUID, reader: str) -> None:
    """Somebody looked at a person's page: `person:NUMBER` of the association, or `contact:ID`."""
    await store.note_reading(tx, senior, reader, local_date(tx.now, str(policy.ZONE)))


async def announce_old_readings(tx: Tx) -> int:
    """Wake every association that holds readings whose time is over; how many."""
    found = await store.list_with_old_readings(tx, _kept_since(tx))
    for tenant in found:
        await outbox.emit_for(tx, tenant, ReadingsOld())
    return len(found)


async def forget_old_readings(tx: Tx) -> int:
    """Those of an association go; how many."""
    return await store.forget_readings(tx, _kept_since(tx))


def _kept_since(tx: Tx) -> date:
    return local_date(tx.now, str(policy.ZONE)) - policy.READINGS_KEPT


def has_seen(shared: Shared) -> bool:
    """Whether a contact was shown anything of the person."""
    return bool(shared.call or shared.steps or shared.alerts)


async def see_shared(tx: Tx, id: UUID) -> Shared:
    """What a contact may see: nothing but a call that they are asked for, without a consent."""
    contact = await find_contact(tx, id)
    call = await store.find_call(tx, contact.senior)
    asked = call is not None and call.state == "calling" and call.rank >= contact.rank
    mine = call is not None and call.contact == contact.id
    sees_calls = "calls" in contact.shares
    return Shared(
        contact=contact,
        senior=await find_senior(tx, contact.senior),
        call=call if asked or mine or sees_calls else None,
        asked=asked,
        steps=await store.list_steps_of_calls(tx, contact.senior, STEPS) if sees_calls else [],
        alerts=await store.list_alerts(tx, contact.senior) if "alerts" in contact.shares else [],
    )
