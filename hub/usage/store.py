"""The statements of usage billing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from hub.billing.models import Invoice
from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.usage.models import (
    Bill,
    Month,
    MonthDue,
    Plan,
    PlanTerms,
    Quantity,
    Subscribe,
    Subscription,
    UsageEvent,
)

q = load_queries(__name__)


class Held(msgspec.Struct, frozen=True):
    id: UUID


async def next_version(tx: Tx, code: str) -> int:
    return await tx.value(int, q.next_version, tenant=tx.tenant, code=code) or 1


async def insert_plan(tx: Tx, code: str, version: int, terms: PlanTerms) -> None:
    await tx.run(
        q.insert_plan, tenant=tx.tenant, code=code, version=version, terms=terms, now=tx.now
    )


async def list_plans(tx: Tx, wanted: int) -> list[Plan]:
    return await tx.all(Plan, q.list_plans, tenant=tx.tenant, wanted=wanted)


async def insert_subscription(tx: Tx, id: UUID, said: Subscribe, plan: Plan) -> None:
    await tx.run(
        q.insert_subscription,
        id=id,
        tenant=tx.tenant,
        customer=said.customer,
        plan=plan.code,
        version=plan.version,
        zone=said.zone,
        since=said.since,
        buyer=said.buyer,
    )


async def find_subscription(tx: Tx, id: UUID) -> Subscription | None:
    return await tx.one(Subscription, q.find_subscription, id=id)


async def list_subscriptions(tx: Tx, wanted: int, *, own: bool) -> list[Subscription]:
    return await tx.all(
        Subscription, q.list_subscriptions, tenant=tx.tenant, own=own, wanted=wanted
    )


async def end_subscription(tx: Tx, id: UUID, until: date) -> bool:
    return await tx.run(q.end_subscription, tenant=tx.tenant, id=id, until=until) == 1


async def hold_subscriptions(tx: Tx, ids: Sequence[UUID]) -> set[UUID]:
    """Those of them that the caller sells, kept from being billed until the commit."""
    found = await tx.all(Held, q.hold_subscriptions, tenant=tx.tenant, ids=list(ids))
    return {one.id for one in found}


async def lock_subscription(tx: Tx, id: UUID) -> bool:
    return await tx.value(UUID, q.lock_subscription, tenant=tx.tenant, id=id) is not None


async def insert_event(tx: Tx, event: UsageEvent, customer: int) -> bool:
    """True when it is new."""
    written = await tx.run(
        q.insert_event,
        tenant=tx.tenant,
        source=event.source,
        id=event.id,
        subscription=event.subscription,
        customer=customer,
        type=event.type,
        at=event.at,
        quantity=event.quantity,
        now=tx.now,
    )
    return written == 1


async def is_known(tx: Tx, event: UsageEvent, *, undated: bool) -> bool:
    return bool(
        await tx.value(
            bool,
            q.is_known,
            tenant=tx.tenant,
            source=event.source,
            id=event.id,
            subscription=event.subscription,
            type=event.type,
            quantity=event.quantity,
            at=event.at,
            undated=undated,
        )
    )


async def sum_events(
    tx: Tx, subscription: UUID, since: datetime, until: datetime
) -> list[Quantity]:
    return await tx.all(Quantity, q.sum_events, subscription=subscription, since=since, until=until)


async def last_seq(tx: Tx, subscription: UUID) -> int:
    return await tx.value(int, q.last_seq, subscription=subscription) or 0


async def find_month(tx: Tx, subscription: UUID, month: date) -> Month | None:
    return await tx.one(
        Month, q.find_month, tenant=tx.tenant, subscription=subscription, month=month
    )


class Billed(msgspec.Struct, frozen=True, kw_only=True):
    """A month that was billed."""

    month: date


async def list_billed_months(tx: Tx, subscription: UUID, since: date) -> list[date]:
    found = await tx.all(
        Billed, q.list_billed_months, tenant=tx.tenant, subscription=subscription, since=since
    )
    return [one.month for one in found]


async def keep_month(tx: Tx, subscription: UUID, month: Month) -> None:
    await tx.run(
        q.keep_month,
        tenant=tx.tenant,
        subscription=subscription,
        month=month.month,
        seq=month.seq,
        documents=month.documents,
        billed=month.billed,
    )


async def insert_bill(
    tx: Tx, subscription: Subscription, month: date, number: int, invoice: Invoice
) -> None:
    await tx.run(
        q.insert_bill,
        tenant=tx.tenant,
        subscription=subscription.id,
        month=month,
        number=number,
        customer=subscription.customer,
        invoice=invoice.id,
        gross_cents=invoice.read().sign * invoice.gross_cents,
        now=tx.now,
    )


async def is_bill(tx: Tx, invoice: UUID) -> bool:
    return bool(await tx.value(bool, q.is_bill, tenant=tx.tenant, invoice=invoice))


async def list_bills(tx: Tx, wanted: int, *, own: bool) -> list[Bill]:
    return await tx.all(Bill, q.list_bills, tenant=tx.tenant, own=own, wanted=wanted)


async def sum_bills(tx: Tx, subscription: UUID, month: date) -> int:
    found = await tx.value(
        int, q.sum_bills, tenant=tx.tenant, subscription=subscription, month=month
    )
    return found or 0


async def list_months_due(tx: Tx, grace: timedelta, wanted: int) -> list[MonthDue]:
    return await tx.all(MonthDue, q.list_months_due, now=tx.now, grace=grace, wanted=wanted)
