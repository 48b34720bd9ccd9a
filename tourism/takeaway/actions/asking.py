"""Ask for an archive, look at it, fetch it, and forget it with its time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from tourism.takeaway import store
from tourism.takeaway.errors import OnlyOwners, TakeawayNotReady
from tourism.takeaway.models import (
    KEPT_DAYS,
    UNDERWAY_MINUTES_MAX,
    State,
    Takeaway,
    TakeawayAsked,
    TakeawaysOld,
)

_ROLES = {"owner", "manager"}
_UNDERWAY = timedelta(minutes=UNDERWAY_MINUTES_MAX)


def check_may_take(caller: Caller) -> None:
    """Everything means the guests too: for those who answer for the house. Raises `OnlyOwners`."""
    if caller.role not in _ROLES:
        raise OnlyOwners("Ask an owner or a manager of your organisation.")


async def ask_takeaway(tx: Tx) -> Takeaway:
    """Have everything put into an archive; the one that is underway, if there is one."""
    await store.fail_takeaway(tx, tx.now - _UNDERWAY)
    id = tx.uuid()
    if not await store.insert_takeaway(tx, id, tx.now + timedelta(days=KEPT_DAYS)):
        underway = [one for one in await store.list_takeaways(tx) if one.state in _WAITING]
        return underway[0]
    await outbox.emit(tx, TakeawayAsked(takeaway=id))
    await audit.record(tx, action="takeaway.asked", subject=f"takeaway:{id}")
    return await find_takeaway(tx, id)


_WAITING = {State.WAITING, State.BUILDING}


async def find_takeaway(tx: Tx, id: UUID) -> Takeaway:
    """One archive of this house. Raises `NotFound`."""
    found = await store.find_takeaway(tx, id)
    if found is None or found.expires_at <= tx.now:
        raise NotFound("This archive is unknown, or was destroyed with its time.")
    return found


async def list_takeaways(tx: Tx) -> list[Takeaway]:
    """The newest archives of this house; one that was never finished counts as failed."""
    await store.fail_takeaway(tx, tx.now - _UNDERWAY)
    return [one for one in await store.list_takeaways(tx) if one.expires_at > tx.now]


async def begin_fetching(tx: Tx, id: UUID) -> Takeaway:
    """The archive that somebody fetches; that they do is written down. Raises `NotFound` and
    `TakeawayNotReady`."""
    found = await find_takeaway(tx, id)
    if found.state is not State.READY:
        raise TakeawayNotReady("Look again in a minute: its page shows how far it is.")
    await audit.record(tx, action="takeaway.fetched", subject=f"takeaway:{id}")
    return found


async def read_pieces(database: Database, tenant: int, id: UUID) -> AsyncIterator[bytes]:
    """The bytes of an archive, a piece at a time, each in its own short transaction."""
    number = 0
    while True:
        async with database.transaction(tenant) as tx:
            piece = await store.find_piece(tx, id, number)
        if piece is None:
            return
        yield piece
        number += 1


async def announce_old_takeaways(tx: Tx) -> int:
    """Wake every house that holds archives whose time is over; how many houses."""
    houses = await store.list_houses_with_old_takeaways(tx)
    for tenant in houses:
        await outbox.emit_for(tx, tenant, TakeawaysOld())
    return len(houses)


async def destroy_old_takeaways(tx: Tx) -> int:
    """Destroy the house's archives whose time is over; how many."""
    return await store.destroy_takeaways(tx)
