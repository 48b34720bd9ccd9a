"""Every night, and whenever the operator asks."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.settings import read_settings
from hub.core.vertical import Nothing, Task, Tick
from hub.probes import actions
from hub.probes.models import RunProbes


async def _run_all(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await actions.ask_all(tx)


async def _run_one(database: Database, tenant: int | None, message: RunProbes) -> None:
    del tenant
    if message.probe is None:
        async with database.transaction() as tx:
            await actions.ask_each(tx, message.service)
    else:
        await actions.run_one(database, read_settings(), message.service, message.probe)


run_all_later = Task(name="probes.run_all", message_type=Nothing, run=_run_all)
run_one_later = Task(name="probes.run_one", message_type=RunProbes, run=_run_one)
NIGHTLY = Tick(task=run_all_later, every=timedelta(hours=24))
