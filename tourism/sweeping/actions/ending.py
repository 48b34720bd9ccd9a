"""All that is over ends, house by house, a few houses at a time.

A house whose rows stay locked, or that asks too much at once, is left for the next time: no other
waits for it longer than for half a second.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import structlog

from hub.core.db import Database
from hub.core.problems import sqlstate_of
from tourism.booking.actions import holding
from tourism.sweeping import store
from tourism.sweeping.actions.setting import at_its_time
from tourism.sweeping.models import OverHold

log = structlog.get_logger(__name__)
_AT_ONCE = 4  # houses
_TOGETHER = 1_000  # holds of a house in one statement: its months are locked no longer than that
_FEW = 50  # of them, where a thousand took too long
_ALONE = 200  # of a house in one round
_TOO_SLOW = "57014"
_LEFT = {_TOO_SLOW, "55P03", "40P01"}  # and: locked by somebody, in somebody's way


async def end_all(database: Database) -> None:
    """End what is over, of all houses. What fails or is being worked on has its turn again."""
    after: OverHold | None = None
    lanes = asyncio.Semaphore(_AT_ONCE)
    while True:
        async with at_its_time(database) as tx:
            over = await store.list_over(tx, after)
        if not over:
            return
        after = over[-1]
        houses: defaultdict[int, list[OverHold]] = defaultdict(list)
        for hold in over:
            houses[hold.tenant].append(hold)
        await asyncio.gather(*(_in_turn(lanes, database, *house) for house in houses.items()))


async def _in_turn(
    lanes: asyncio.Semaphore, database: Database, tenant: int, over: Sequence[OverHold]
) -> None:
    async with lanes:
        try:
            await _end_of_house(database, tenant, over)
        except Exception as error:
            log.warning("house left for the next time", tenant=tenant, error=repr(error))


async def _end_of_house(database: Database, tenant: int, over: Sequence[OverHold]) -> None:
    """Its holds together: one that cannot end keeps none of the others; each request by itself.
    Raises when the house is to be left."""
    alone = [hold.booking for hold in over if hold.requested]
    holds = [hold.booking for hold in over if not hold.requested]
    for n in range(0, len(holds), _TOGETHER):
        some = holds[n : n + _TOGETHER]
        try:
            await _end_together(database, tenant, some)
        except Exception as error:
            if _is_left(error):
                if _state(error) == _TOO_SLOW:
                    await _end_together(database, tenant, some[:_FEW])
                raise
            log.warning("holds not ended together", tenant=tenant, error=repr(error))
            alone += some
    for booking in alone[:_ALONE]:
        await _end(database, tenant, booking)


async def _end_together(database: Database, tenant: int, bookings: Sequence[UUID]) -> None:
    async with at_its_time(database, tenant) as tx:
        await store.wait_briefly(tx)
        await store.end_holds(tx, bookings)


async def _end(database: Database, tenant: int, booking: UUID) -> None:
    try:
        async with at_its_time(database, tenant) as tx:
            await store.wait_briefly(tx)
            await holding.release_expired_hold(tx, booking)
    except Exception as error:
        if _is_left(error):
            raise
        log.warning("hold not ended", booking=str(booking), error=repr(error))


def _is_left(error: Exception) -> bool:
    """Whether nothing is wrong with the holds: the house is busy, or the database away."""
    away = isinstance(error, TimeoutError | OSError | asyncpg.InterfaceError)
    return away or _state(error) in _LEFT


def _state(error: Exception) -> str:
    return sqlstate_of(error) if isinstance(error, asyncpg.PostgresError) else ""
