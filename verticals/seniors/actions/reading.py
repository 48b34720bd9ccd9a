"""What each reader sees."""

from uuid import UUID

from hub.core.db import Tx
from verticals.seniors import store
from verticals.seniors.actions.calling import find_contact
from verticals.seniors.actions.following import find_senior
from verticals.seniors.models import Board, Home, Shared

STEPS = 30


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
    )


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
