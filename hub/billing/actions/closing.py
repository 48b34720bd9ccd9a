"""Close what is over, verify the whole."""

from datetime import date

from hub.billing import store
from hub.billing.actions import keeping
from hub.billing.models import CloseJournal, Closing, DayToClose, Period, Verdict
from hub.billing.policy import chaining
from hub.billing.policy import closing as policy
from hub.core import outbox
from hub.core.db import Tx

AT_ONCE, DAYS_MOST, SHOWN_MOST = 500, 400, 500


async def announce_closings(tx: Tx) -> None:
    """Send every issuer with a day to close."""
    for issuer in await store.list_issuers_to_close(tx, keeping.day_of(tx), AT_ONCE):
        await outbox.emit_for(tx, issuer.tenant, CloseJournal())


async def close_due(tx: Tx) -> list[Closing]:
    """Close every day before today that has records, then each month and year that they end; the
    new closings. Nobody records meanwhile; doing it again closes nothing twice."""
    await store.lock_head(tx, chaining.GENESIS)
    today = keeping.day_of(tx)
    last_day = await store.find_last_closing(tx, Period.DAY)
    days = await store.list_days_to_close(
        tx, last_day.last_seq if last_day else 0, today, DAYS_MOST
    )
    made: list[Closing] = []
    for day in days:
        made += await _close_longer(tx, day.on)
        made.append(await _close(tx, Period.DAY, day))
    if len(days) < DAYS_MOST:  # else more days of the last month may be left: the next call goes on
        made += await _close_longer(tx, today)
    return made


async def _close_longer(tx: Tx, before: date) -> list[Closing]:
    """The month and the year of the last closed day, once a later one has come."""
    last_day = await store.find_last_closing(tx, Period.DAY)
    if last_day is None:
        return []
    made: list[Closing] = []
    for period in (Period.MONTH, Period.YEAR):
        since, until = policy.period_of(period, last_day.since)
        last = await store.find_last_closing(tx, period)
        if until >= before or (last is not None and last.since == since):
            continue
        stretch = DayToClose(
            on=last_day.since,
            first_seq=last.last_seq + 1 if last else 1,
            last_seq=last_day.last_seq,
            last_hash=last_day.last_hash,
        )
        made.append(await _close(tx, period, stretch))
    return made


async def _close(tx: Tx, period: Period, stretch: DayToClose) -> Closing:
    last = await store.find_last_closing(tx, None)
    before = await store.find_last_closing(tx, period)
    totals = policy.totals_of(await store.sum_records(tx, stretch.first_seq, stretch.last_seq))
    perpetual = policy.added(before.perpetual if before else {}, totals)
    closing = policy.closing_of(last, period, stretch, totals, perpetual, tx.now)
    await store.insert_closing(tx, closing)
    return closing


async def list_closings(tx: Tx) -> list[Closing]:
    """The newest closings."""
    return await store.list_closings(tx, SHOWN_MOST)


async def verify(tx: Tx) -> Verdict:
    """Walk the caller's journal and its closings from their beginning: each record and document as
    it was hashed, each closing with the totals that its records still have."""
    head = await store.lock_head(tx, chaining.GENESIS)
    broken = await keeping.find_break(tx)
    last: Closing | None = None
    while found := await store.list_closings_after(tx, last.number if last else 0, AT_ONCE):
        for closing in found:
            if not policy.follows(last, closing) or not await _still_sums(tx, closing):
                return Verdict(
                    records=head.seq, closings=closing.number, record=broken,
                    closing=closing.number,
                )  # fmt: skip
            last = closing
    return Verdict(
        records=head.seq, closings=last.number if last else 0, record=broken, closing=None
    )


async def _still_sums(tx: Tx, closing: Closing) -> bool:
    sums = await store.sum_records(tx, closing.first_seq, closing.last_seq)
    sealed = await store.find_hash_at(tx, closing.last_seq)
    return policy.totals_of(sums) == closing.totals and sealed == closing.last_hash


async def list_closings_of(tx: Tx, year: int) -> list[Closing]:
    """The closings of a year, oldest first."""
    found: list[Closing] = []
    last = 0
    while page := await store.list_closings_after(tx, last, AT_ONCE):
        found += [one for one in page if one.since.year == year]
        last = page[-1].number
    return found
