"""Invoices are printed for the platform in the background."""

from hub.billing.actions import sending
from hub.billing.models import SendInvoice
from hub.core.db import Database
from hub.core.vertical import Task
from hub.invoices.actions.printing import print_invoice


async def _send(database: Database, tenant: int | None, message: SendInvoice) -> None:
    assert tenant is not None
    await sending.send_invoice(database, tenant, message.invoice, print_invoice)


# The name under which it waits in queues since before printing stood apart.
send_later = Task(name="billing.send", message_type=SendInvoice, run=_send)
