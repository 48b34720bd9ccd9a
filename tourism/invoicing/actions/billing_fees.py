"""What each beneficiary of the agreement bills a house for a month: exactly what the ledger says it
earned there."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hub import billing, ledger
from hub.billing import Buyer, day_of
from hub.billing.actions.issuing import issue_credit_note
from hub.core import outbox
from hub.core.db import Database, Tx
from tourism.booking import store as bookings
from tourism.invoicing import store
from tourism.invoicing.models import BillFees
from tourism.invoicing.policy import fees as policy
from tourism.invoicing.policy.reading import fees_of

PARIS = ZoneInfo("Europe/Paris")
AT_ONCE = 500
# What was begun before midnight is in the ledger by then.
SETTLED = timedelta(hours=1)


async def announce_fees(tx: Tx, months: int = 1) -> None:
    """Send every house to be billed the month before, once it is over; or several, the oldest
    first, for who had no identity for invoices then."""
    passed = [policy.month_before(day_of(tx))]
    while len(passed) < months:
        passed.append(policy.month_before(passed[-1]))
    for month in reversed(passed):
        for due in await store.list_houses_to_bill(tx, month, AT_ONCE):
            await outbox.emit_for(tx, due.tenant, BillFees(month=month))


async def bill_fees(database: Database, house: int, month: date) -> bool:
    """Bill a house the fees of a month; whether it is done. It waits for whoever has not yet given
    an identity for invoices. Each document is issued behind its seller's own wall; doing it again
    after a crash issues none twice."""
    async with database.transaction(house) as tx:
        profile = await billing.find_profile(tx)
        since, until = span_of(month)
        if profile is None or tx.now < until + SETTLED:
            return False
        if await store.are_fees_billed(tx, month):
            return True
        found = fees_of(await ledger.list_export(tx, since, until), house)
        references = await _references(tx, {fee.booking for fee in found})
    done = True
    for bill in policy.bills_of(found):
        issued = await _issue(database, bill, house, policy.buyer_of(profile), month, references)
        done = done and issued
    if done:
        async with database.transaction(house) as tx:
            await store.mark_billed(tx, month)
    return done


async def _issue(
    database: Database,
    bill: policy.Bill,
    house: int,
    buyer: Buyer,
    month: date,
    references: dict[UUID, str],
) -> bool:
    async with database.transaction(bill.holder) as tx:
        if await billing.find_profile(tx) is None:
            return False
        earlier = await billing.list_of_subject(tx, f"fees:{house}")
        draft = policy.draft_of(bill, house, buyer, month, references, earlier)
        if not bill.credit:
            await billing.issue_invoice(tx, draft)
        elif draft.corrects:
            await issue_credit_note(tx, draft)
        else:
            return False
    return True


async def _references(tx: Tx, ids: set[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for id in ids:
        booking = await bookings.find_booking(tx, id)
        if booking is not None:
            found[id] = booking.reference
    return found


def span_of(month: date) -> tuple[datetime, datetime]:
    """The instants of a month of French accounts: until is not in it."""
    after = policy.months_end(month) + timedelta(days=1)
    return (
        datetime.combine(month, time(), PARIS),
        datetime.combine(after, time(), PARIS),
    )
