"""The ledger keeps itself: pending transfers end, the chain grows, each day all is checked."""

import logging
from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.ledger import keeping

BATCHES_A_RUN = 10
log = logging.getLogger(__name__)


async def _link(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    for _ in range(BATCHES_A_RUN):
        async with database.transaction() as tx:
            linked = await keeping.link_waiting(tx)
        if linked < keeping.BATCH:
            return


async def _expire(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await keeping.expire_pending(tx)


async def _check(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    check = await keeping.check_whole(database)
    if not check.well:
        log.error(
            "the ledger does not hold",
            extra={"differing": check.differing, "broken_at": check.broken_at},
        )


link_later = Task(name="ledger.link", message_type=Nothing, run=_link)
expire_later = Task(name="ledger.expire", message_type=Nothing, run=_expire)
check_later = Task(name="ledger.check", message_type=Nothing, run=_check)
TICKS = (
    Tick(task=link_later, every=timedelta(seconds=5)),
    Tick(task=expire_later, every=timedelta(minutes=1)),
    Tick(task=check_later, every=timedelta(days=1)),
)
