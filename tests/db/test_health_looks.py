"""What a patient reads of who looked: for a year, and longer while an order keeps it."""

from datetime import timedelta

import asyncpg

from hub.core.clock import DrivenClock
from tests.db.test_health_documents import Desk, desk
from tests.orders import legal_hold
from verticals.health import patients
from verticals.health.patients import looking
from verticals.health.patients.looking import LOOKS_KEPT
from verticals.health.patients.models import LooksOld
from verticals.health.patients.tasks import DAILY

__all__ = ["desk"]


async def look(desk: Desk) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        await patients.keep_looks(tx, [desk.lea], patients.What.RECORD, desk.nadia_account)


async def seen(desk: Desk) -> int:
    async with desk.database.transaction(desk.tenant) as tx:
        return len(await patients.list_looks(tx, desk.lea))


async def end(desk: Desk) -> int:
    """What the daily task does; how many practices it woke."""
    async with desk.database.transaction() as tx:
        woken = await looking.announce_old_looks(tx)
    await DAILY.act.run(desk.database, desk.tenant, LooksOld())
    return woken


async def test_looks_are_gone_after_a_year_and_not_before(
    desk: Desk, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await look(desk)
    clock.forward(LOOKS_KEPT)
    await look(desk)
    assert (await end(desk), await seen(desk)) == (0, 2)
    clock.forward(timedelta(days=1))
    async with legal_hold(admin, desk.tenant):
        assert (await end(desk), await seen(desk)) == (0, 2)
    assert (await end(desk), await seen(desk)) == (1, 1)
    assert (await end(desk), await seen(desk)) == (0, 1)


async def test_looks_of_a_practice_that_is_leaving_stay_as_they_were(
    desk: Desk, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await look(desk)
    clock.forward(LOOKS_KEPT + timedelta(days=1))
    await admin.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, now(), 'its notice')",
        desk.tenant,
    )
    await end(desk)
    assert await seen(desk) == 1
