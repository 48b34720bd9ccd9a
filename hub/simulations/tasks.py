"""A simulation goes on, step by step, whoever looks."""

from hub.core.db import Database
from hub.core.vertical import Task
from hub.simulations import actions
from hub.simulations.models import SimulationGoesOn


async def _go_on(database: Database, tenant: int | None, message: SimulationGoesOn) -> None:
    async with database.transaction(tenant) as tx:
        await actions.go_on(tx, message.simulation)


go_on_later = Task(name="simulations.go_on", message_type=SimulationGoesOn, run=_go_on)
