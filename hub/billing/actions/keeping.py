"""The journal: who writes takes its end first; a day once begun is never left backwards."""

from collections.abc import AsyncIterator, Sequence
from datetime import date

import msgspec

from hub.billing import store
from hub.billing.models import Head, PaymentPart, Record, RecordKind
from hub.billing.policy import chaining
from hub.core.clock import local_date
from hub.core.db import Tx

PARIS = "Europe/Paris"
PAGE = 500


def day_of(tx: Tx) -> date:
    """Today, by the clock of French accounts."""
    return local_date(tx.now, PARIS)


async def take_head(tx: Tx) -> Head:
    """The journal's end, locked until the commit, on today's day or the later one it has reached:
    numbers and days go the same way, whoever's clock is a little behind."""
    head = await store.lock_head(tx, chaining.GENESIS)
    return msgspec.structs.replace(head, on_day=max(head.on_day, day_of(tx)))


async def record_payment(
    tx: Tx, kind: RecordKind, source: str, parts: Sequence[PaymentPart]
) -> bool:
    """Write a receipt or a refund into the journal, once a source; whether it was new."""
    if not any(part.gross_cents for part in parts):
        return False
    if await store.is_recorded(tx, kind, source):
        return False
    head = await take_head(tx)
    if await store.is_recorded(tx, kind, source):
        return False
    record = chaining.next_record(head, tx.now, head.on_day, kind, source, parts, "")
    await store.insert_record(tx, record)
    return True


async def walk_records(tx: Tx) -> AsyncIterator[Record]:
    """The caller's journal from its beginning, each document beside its record."""
    after = 0
    while records := await store.list_records(tx, after, PAGE):
        for record in records:
            yield record
        after = records[-1].seq


async def find_break(tx: Tx) -> int | None:
    """Walk the caller's journal from its beginning: the first record that was changed, or is gone;
    none when all is as it was written."""
    head = chaining.GENESIS
    while records := await store.list_records(tx, head.seq, PAGE):
        broken = chaining.find_break(head, records)
        if broken is not None:
            return broken
        last = records[-1]
        head = Head(seq=last.seq, hash=last.hash, on_day=last.on_day)
    end = await store.lock_head(tx, chaining.GENESIS)
    return None if (end.seq, end.hash) == (head.seq, head.hash) else head.seq + 1
