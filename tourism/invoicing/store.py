"""The statements of invoicing."""

from datetime import date
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.invoicing.models import FeesDue, Followed, StayDue

q = load_queries(__name__)


async def find_followed(tx: Tx, booking: UUID) -> Followed | None:
    return await tx.one(Followed, q.find_followed, booking=booking)


async def keep_followed(tx: Tx, booking: UUID, followed: Followed) -> None:
    await tx.run(
        q.keep_followed,
        booking=booking,
        tenant=tx.tenant,
        revision=followed.revision,
        buyer=followed.buyer,
        invoiced=followed.invoiced,
        received=followed.received,
    )


async def list_stays_to_invoice(tx: Tx, on_day: date, wanted: int) -> list[StayDue]:
    return await tx.all(StayDue, q.list_stays_to_invoice, on_day=on_day, wanted=wanted)


async def list_houses_to_bill(tx: Tx, month: date, wanted: int) -> list[FeesDue]:
    return await tx.all(FeesDue, q.list_houses_to_bill, month=month, wanted=wanted)


async def are_fees_billed(tx: Tx, month: date) -> bool:
    return bool(await tx.value(bool, q.are_fees_billed, tenant=tx.tenant, month=month))


async def mark_billed(tx: Tx, month: date) -> None:
    await tx.run(q.mark_billed, tenant=tx.tenant, month=month)
