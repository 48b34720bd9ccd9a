"""The clock of services, the sandboxes that are filled after the commit, and the meter."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.installed import find_verticals
from hub.core.vertical import Nothing, Task, Tick
from hub.services.actions import launching, metering
from hub.services.models import SandboxOpened


async def _advance(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await launching.advance(database)


async def _fill(database: Database, tenant: int | None, message: SandboxOpened) -> None:
    del tenant
    vertical = next((one for one in find_verticals() if one.code == message.vertical), None)
    if vertical is not None:
        await launching.fill_sandbox(database, message.space, vertical)


async def _meter(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await metering.meter(database)


advance_later = Task(name="services.advance", message_type=Nothing, run=_advance)
fill_later = Task(name="services.fill", message_type=SandboxOpened, run=_fill)
EVERY_QUARTER = Tick(task=advance_later, every=timedelta(minutes=15))
meter_later = Task(name="services.meter", message_type=Nothing, run=_meter)
EVERY_HOUR = Tick(task=meter_later, every=timedelta(hours=1))
