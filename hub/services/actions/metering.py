"""The writes of services in production are told to usage billing, each day's once."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from hub import usage
from hub.core.clock import local_date
from hub.core.db import Database
from hub.services import store
from hub.services.actions.launching import PARIS
from hub.services.models import UseDue

METER = "service.writes"  # how a plan calls what it meters of services
SOURCE = "hub.services"


async def meter(database: Database) -> int:
    """Tell of the days that are over and that somebody has a subscription for; how many. A day is
    told and noted in one transaction: it counts once, whatever dies meanwhile."""
    async with database.transaction() as tx:
        due = await store.list_uses_due(tx, local_date(tx.now, PARIS), METER)
    told = 0
    for one in due:
        async with database.transaction(one.seller, actor="services") as tx:
            if await store.note_metered(tx, one):
                await usage.record_events(tx, [_event(one)])
                told += 1
    return told


def _event(use: UseDue) -> usage.CloudEvent:
    """Noon in Paris is the same day in every part of France."""
    return usage.CloudEvent(
        specversion="1.0",
        id=f"{use.service}:{use.day}:{use.metered}",
        source=SOURCE,
        type=METER,
        subject=str(use.subscription),
        time=datetime.combine(use.day, time(12), ZoneInfo(PARIS)),
        data={"quantity": use.billable - use.metered},
    )
