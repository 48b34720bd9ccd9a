"""The pulse of each minute, and the closing of months."""

import asyncio
from datetime import timedelta

from hub import trust
from hub.core.db import Database
from hub.core.settings import read_settings
from hub.core.vertical import Nothing, Task, Tick
from hub.service_levels.actions import closing, measuring, telling
from hub.service_levels.models import TellIncident, TellWork


async def _take_pulses(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    own = read_settings().public_url
    async with database.transaction() as tx:
        services = await trust.list_services(tx)
    asked = (
        measuring.take_pulse(database, one, (one.address or own).rstrip("/")) for one in services
    )
    for failed in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(failed, BaseException):  # the others are written
            raise failed


async def _close_months(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await closing.announce_months(tx)


async def _tell_incident(database: Database, tenant: int | None, message: TellIncident) -> None:
    del tenant
    await telling.tell_incident(database, message)


async def _tell_work(database: Database, tenant: int | None, message: TellWork) -> None:
    del tenant
    await telling.tell_work(database, message)


tell_incident_later = Task(
    name="service_levels.tell_incident", message_type=TellIncident, run=_tell_incident
)
tell_work_later = Task(name="service_levels.tell_work", message_type=TellWork, run=_tell_work)
take_pulses_later = Task(name="service_levels.pulses", message_type=Nothing, run=_take_pulses)
close_months_later = Task(name="service_levels.close", message_type=Nothing, run=_close_months)
EVERY_MINUTE = Tick(task=take_pulses_later, every=timedelta(minutes=1))
DAILY = Tick(task=close_months_later, every=timedelta(hours=24))
