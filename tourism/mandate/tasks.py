"""What happens to mandates by itself."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from hub.exits import SaleEnded
from tourism.mandate.actions import ending


async def _end_due(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    await ending.end_due_mandates(database)


async def _end_sale(database: Database, tenant: int | None, message: SaleEnded) -> None:
    del message
    async with database.transaction(tenant) as tx:
        await ending.end_sale(tx)


end_sale_later = Task(name="mandate.end_sale", message_type=SaleEnded, run=_end_sale)
end_due_later = Task(name="mandate.end_due", message_type=Nothing, run=_end_due)
SWEEP = Tick(task=end_due_later, every=timedelta(minutes=10))
