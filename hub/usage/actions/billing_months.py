"""Bill months: once they are over, and again when more or less was used than was known then."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import structs

from hub import billing
from hub.billing import Draft, Invoice, Kind, day_of
from hub.billing.actions.issuing import issue_credit_note
from hub.core import outbox
from hub.core.db import Tx
from hub.usage import policy, store
from hub.usage.actions import metering, paying
from hub.usage.actions.planning import find_subscription
from hub.usage.models import Bill, BillMonth, Month, Subscription

AT_ONCE, BILLS_MOST = 500, 500


async def announce_months(tx: Tx) -> int:
    """Send every month that is to be billed on its way; how many."""
    due = await store.list_months_due(tx, policy.GRACE, AT_ONCE)
    for one in due:
        await outbox.emit_for(
            tx, one.tenant, BillMonth(subscription=one.subscription, month=one.month)
        )
    return len(due)


async def bill_month(tx: Tx, id: UUID, month: date) -> list[Invoice]:
    """The documents that bring a month to what was used of it: an invoice for what is more than was
    billed, a credit note for what is less, whose money goes back if it was paid. Nothing when it is
    not over or nothing has changed; doing it again issues none twice."""
    if not await store.lock_subscription(tx, id):
        return []
    subscription = await find_subscription(tx, id)
    if not policy.is_over(month, subscription.zone, tx.now):
        return []
    if await billing.find_profile(tx) is None:
        return []  # the seller gives its identity first; the sweep comes back
    seq = await store.last_seq(tx, id)
    known = await store.find_month(tx, id, month)
    before = known or Month(month=month, seq=0, documents=0, billed={})
    quantities = await metering.quantities_of(tx, subscription, month)
    charges = policy.charges_of(subscription, month, quantities)
    more, less = policy.differences(charges, before.billed)
    made: list[Invoice] = []
    for credit, part in ((False, more), (True, less)):
        if part:
            made.append(
                await _issue(
                    tx, subscription, month, part, before.documents + len(made) + 1, credit=credit
                )
            )
    now = Month(
        month=month,
        seq=seq,
        documents=before.documents + len(made),
        billed={charge.code: charge.cents for charge in charges},
    )
    await store.keep_month(tx, id, now)
    for number, invoice in enumerate(made, before.documents + 1):
        await store.insert_bill(tx, subscription, month, number, invoice)
    await paying.give_back(tx, subscription.id, month)
    return made


async def _issue(
    tx: Tx,
    subscription: Subscription,
    month: date,
    part: list[policy.Charge],
    number: int,
    *,
    credit: bool,
) -> Invoice:
    if not credit:
        draft = policy.draft_of(subscription, month, part, number, day_of(tx))
        return await billing.issue_invoice(tx, draft)
    earlier = await billing.list_of_subject(tx, policy.subject_of(subscription.id, month))
    named = [one for one in earlier if one.kind is Kind.INVOICE]
    draft = policy.draft_of(subscription, month, part, number, day_of(tx), named)
    return await issue_credit_note(tx, draft)


async def lock_months(tx: Tx, subjects: Iterable[str]) -> None:
    """Keep everybody else from billing these months: before the journal, which is locked last."""
    for id in sorted({policy.month_of_subject(one)[0] for one in subjects}):
        await store.lock_subscription(tx, id)


async def credit_month(tx: Tx, subject: str, draft: Draft) -> Invoice:
    """A credit note of another cause over a month that was billed: it lowers what the month still
    wants, and what was paid beyond goes back. `subject` is the month's. Once a source."""
    id, month = policy.month_of_subject(subject)
    await store.lock_subscription(tx, id)
    subscription = await find_subscription(tx, id)
    known = await store.find_month(tx, id, month)
    note = await issue_credit_note(tx, draft)
    if known is not None and not await store.is_bill(tx, note.id):
        number = known.documents + 1
        await store.keep_month(tx, id, structs.replace(known, documents=number))
        await store.insert_bill(tx, subscription, month, number, note)
        await paying.give_back(tx, id, month)
    return note


async def list_bills(tx: Tx, *, own: bool) -> list[Bill]:
    """The documents that the caller received (`own`), or made."""
    return await store.list_bills(tx, BILLS_MOST, own=own)
