"""Digests by the clock, and letters soon after something is shown."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.digests import actions
from hub.digests.models import DigestDue
from hub.spaces import PostShown

STEPS = 50  # of at most so many people each: more than a space may hold


async def _announce(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await actions.announce_digests(tx)


async def _announce_each(database: Database, tenant: int | None, message: PostShown) -> None:
    async with database.transaction(tenant) as tx:
        await actions.announce_each(tx, message.space, message.shown_at)


async def _tell(database: Database, tenant: int | None, message: DigestDue) -> None:
    for _ in range(STEPS):
        async with database.transaction(tenant) as tx:
            more = await actions.tell(tx, message)
        if not more:
            return


announce_later = Task(name="digests.announce", message_type=Nothing, run=_announce)
announce_each_later = Task(name="digests.announce_each", message_type=PostShown, run=_announce_each)
tell_later = Task(name="digests.tell", message_type=DigestDue, run=_tell)

EVERY_HOUR = Tick(task=announce_later, every=timedelta(hours=1))
