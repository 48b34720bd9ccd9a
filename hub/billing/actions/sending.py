"""Electronic invoices to the accredited platform, and what it tells of them: prepared and
committed, then asked, then settled."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from hub.billing import gateway, store
from hub.billing.actions.issuing import find_invoice
from hub.billing.models import Code, Content, Deposit, Invoice, SendInvoice, Status, Told
from hub.core import outbox
from hub.core.db import Database, Tx

AT_ONCE = 200
HEARD_AGAIN = timedelta(days=3)
# Makes a document's file; who prints stands above this slice.
Printer = Callable[[Content], Awaitable[bytes]]


async def announce_invoices(tx: Tx) -> None:
    """Send every electronic invoice that the platform has not; nothing without a platform."""
    if gateway.open_platform() is None:
        return
    for due in await store.list_invoices_to_send(tx, tx.now, AT_ONCE):
        await outbox.emit_for(tx, due.tenant, SendInvoice(invoice=due.invoice))


async def send_invoice(database: Database, tenant: int, id: UUID, printer: Printer) -> None:
    """Hand an invoice's file over, once; a crash anywhere is mended by doing it again under the
    same key. Raises `PlatformAway`."""
    platform = gateway.open_platform()
    if platform is None:
        return
    async with database.transaction(tenant) as tx:
        invoice = await find_invoice(tx, id)
        await store.begin_sending(tx, id)
        sending = await store.find_sending(tx, id)
    if sending is None or sending.reference or sending.refusal:
        return
    reference, refusal = await _deposit(platform, invoice, printer)
    async with database.transaction(tenant) as tx:
        if await store.end_sending(tx, id, reference, refusal):
            code = Code.REJECTED if reference is None else Code.DEPOSITED
            await store.keep_status(tx, id, code, tx.now, refusal or "", platform.name)


async def _deposit(
    platform: gateway.Platform, invoice: Invoice, printer: Printer
) -> tuple[str | None, str | None]:
    content = invoice.read()
    deposit = Deposit(
        key=invoice.id,
        tenant=invoice.tenant,
        number=invoice.number,
        seller_siren=content.seller.siren,
        buyer_siren=content.buyer.siren or "",
        file=await printer(content),
    )
    try:
        reference = await platform.deposit(deposit)
    except gateway.DepositRefused as refused:
        return None, str(refused.detail)
    if content.prepaid and content.paid_on is not None:
        await platform.report(reference, Code.CASHED, invoice.issued_at)
    return reference, None


async def hear_statuses(database: Database) -> int:
    """Ask what the platform tells since three days, and keep what is new; how many it told."""
    platform = gateway.open_platform()
    if platform is None:
        return 0
    told = await platform.listen(database.clock.now() - HEARD_AGAIN)
    for one in told:
        await _keep(database, platform.name, one)
    return len(told)


async def _keep(database: Database, name: str, told: Told) -> None:
    async with database.transaction(told.tenant) as tx:
        if await store.find_sending(tx, told.key) is not None:
            await store.keep_status(tx, told.key, told.code, told.at, told.reason, name)


async def list_statuses(tx: Tx, invoices: Sequence[UUID]) -> dict[UUID, list[Status]]:
    """The statuses of some invoices, oldest first."""
    found: dict[UUID, list[Status]] = {}
    for status in await store.list_statuses(tx, invoices):
        found.setdefault(status.invoice, []).append(status)
    return found
