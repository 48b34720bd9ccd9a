"""The statements of billing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.billing.models import (
    Closing,
    Code,
    Content,
    DayPayments,
    DayRate,
    DayToClose,
    Delivered,
    Draft,
    Filter,
    Head,
    Invoice,
    InvoiceDue,
    Issuer,
    Kind,
    Period,
    Profile,
    Record,
    RecordKind,
    RecordSum,
    Sending,
    Series,
    Status,
)
from hub.core.db import Tx
from hub.core.sql import load_queries

q = load_queries(__name__)


async def find_profile(tx: Tx) -> Profile | None:
    return await tx.value(Profile, q.find_profile, tenant=tx.tenant)


async def save_profile(tx: Tx, profile: Profile) -> None:
    await tx.run(q.save_profile, tenant=tx.tenant, document=profile, now=tx.now)


async def lock_head(tx: Tx, genesis: Head) -> Head:
    """The end of the journal, nobody else's until the commit."""
    await tx.run(q.open_head, tenant=tx.tenant, hash=genesis.hash, on_day=genesis.on_day)
    head = await tx.one(Head, q.lock_head, tenant=tx.tenant)
    assert head is not None
    return head


async def take_number(tx: Tx, series: str, on_day: date) -> Series:
    taken = await tx.one(
        Series, q.take_number, tenant=tx.tenant, series=series, year=on_day.year, on_day=on_day
    )
    assert taken is not None
    return taken


async def insert_invoice(
    tx: Tx,
    id: UUID,
    draft: Draft,
    content: Content,
    *,
    series: str,
    sequence: int,
    seq: int,
    written: str,
    cancels: UUID | None,
) -> None:
    await tx.run(
        q.insert_invoice,
        id=id,
        tenant=tx.tenant,
        buyer_organisation=draft.buyer_organisation,
        kind=content.kind,
        series=series,
        year=content.issued_on.year,
        sequence=sequence,
        seq=seq,
        number=content.number,
        issued_on=content.issued_on,
        now=tx.now,
        source=draft.source,
        subject=draft.subject,
        matter=draft.matter,
        buyer_name=content.buyer.name,
        business=content.buyer.business,
        net_cents=content.totals.net_cents,
        vat_cents=content.totals.vat_cents,
        gross_cents=content.totals.gross_cents,
        cancels=cancels,
        content=written,
    )
    await tx.run(
        q.insert_vat,
        tenant=tx.tenant,
        invoice=id,
        categories=[group.category.value for group in content.vat],
        rates=[group.rate_bps for group in content.vat],
        nets=[content.sign * group.net_cents for group in content.vat],
        vats=[content.sign * group.vat_cents for group in content.vat],
    )


async def find_invoice(tx: Tx, id: UUID) -> Invoice | None:
    return await tx.one(Invoice, q.find_invoice, id=id)


async def find_by_source(tx: Tx, source: str) -> Invoice | None:
    return await tx.one(Invoice, q.find_by_source, tenant=tx.tenant, source=source)


async def list_of_subject(tx: Tx, subject: str, wanted: int) -> list[Invoice]:
    return await tx.all(
        Invoice, q.list_of_subject, tenant=tx.tenant, subject=subject, wanted=wanted
    )


async def list_delivered(
    tx: Tx, buyer: int, since: date, until: date, after: int, wanted: int
) -> list[Delivered]:
    return await tx.all(
        Delivered,
        q.list_delivered,
        tenant=tx.tenant,
        buyer=buyer,
        since=since.isoformat(),
        until=until.isoformat(),
        after=after,
        wanted=wanted,
    )


async def list_invoices(tx: Tx, asked: Filter, wanted: int) -> list[Invoice]:
    kind: Kind | None = asked.kind
    return await tx.all(
        Invoice,
        q.list_invoices,
        tenant=tx.tenant,
        since=asked.since,
        until=asked.until,
        received=asked.received,
        kind=kind,
        business=asked.business,
        words=asked.words,
        wanted=wanted,
    )


async def sum_private_sales(tx: Tx, since: date, until: date, wanted: int) -> list[DayRate]:
    return await tx.all(
        DayRate, q.sum_private_sales, tenant=tx.tenant, since=since, until=until, wanted=wanted
    )


async def sum_private_payments(tx: Tx, since: date, until: date, wanted: int) -> list[DayPayments]:
    return await tx.all(
        DayPayments,
        q.sum_private_payments,
        tenant=tx.tenant,
        since=since,
        until=until,
        wanted=wanted,
    )


async def is_recorded(tx: Tx, kind: RecordKind, source: str) -> bool:
    return bool(await tx.value(bool, q.is_recorded, tenant=tx.tenant, kind=kind, source=source))


async def insert_record(tx: Tx, record: Record) -> None:
    """Write a record and move the head to it."""
    await tx.run(
        q.insert_record,
        tenant=tx.tenant,
        seq=record.seq,
        now=record.at,
        on_day=record.on_day,
        kind=record.kind,
        source=record.source,
        amount_cents=record.amount_cents,
        parts=list(record.parts),
        content_hash=record.content_hash,
        previous_hash=record.previous_hash,
        hash=record.hash,
    )
    await tx.run(
        q.move_head, tenant=tx.tenant, seq=record.seq, hash=record.hash, on_day=record.on_day
    )


async def list_records(tx: Tx, after: int, wanted: int) -> Sequence[Record]:
    return await tx.all(Record, q.list_records, tenant=tx.tenant, after=after, wanted=wanted)


def write(content: Content) -> str:
    """A document's bytes, as they are kept and hashed."""
    return msgspec.json.encode(content).decode()


async def list_issuers_to_close(tx: Tx, before: date, wanted: int) -> list[Issuer]:
    return await tx.all(Issuer, q.list_issuers_to_close, before=before, wanted=wanted)


async def list_closings(tx: Tx, wanted: int) -> list[Closing]:
    return await tx.all(Closing, q.list_closings, tenant=tx.tenant, wanted=wanted)


async def list_closings_after(tx: Tx, after: int, wanted: int) -> list[Closing]:
    return await tx.all(
        Closing, q.list_closings_after, tenant=tx.tenant, after=after, wanted=wanted
    )


async def find_last_closing(tx: Tx, period: Period | None) -> Closing | None:
    return await tx.one(Closing, q.find_last_closing, tenant=tx.tenant, period=period)


async def list_days_to_close(tx: Tx, after: int, before: date, wanted: int) -> list[DayToClose]:
    return await tx.all(
        DayToClose,
        q.list_days_to_close,
        tenant=tx.tenant,
        after=after,
        before=before,
        wanted=wanted,
    )


async def sum_records(tx: Tx, first_seq: int, last_seq: int) -> list[RecordSum]:
    return await tx.all(
        RecordSum, q.sum_records, tenant=tx.tenant, first_seq=first_seq, last_seq=last_seq
    )


async def insert_closing(tx: Tx, closing: Closing) -> None:
    await tx.run(
        q.insert_closing,
        tenant=tx.tenant,
        number=closing.number,
        period=closing.period,
        since=closing.since,
        until=closing.until,
        first_seq=closing.first_seq,
        last_seq=closing.last_seq,
        last_hash=closing.last_hash,
        totals=closing.totals,
        perpetual=closing.perpetual,
        now=closing.closed_at,
        previous_hash=closing.previous_hash,
        hash=closing.hash,
    )


async def find_hash_at(tx: Tx, seq: int) -> bytes | None:
    return await tx.value(bytes, q.find_hash_at, tenant=tx.tenant, seq=seq)


async def list_invoices_to_send(tx: Tx, before: datetime, wanted: int) -> list[InvoiceDue]:
    return await tx.all(InvoiceDue, q.list_invoices_to_send, before=before, wanted=wanted)


async def begin_sending(tx: Tx, invoice: UUID) -> None:
    await tx.run(q.begin_sending, tenant=tx.tenant, invoice=invoice, now=tx.now)


async def find_sending(tx: Tx, invoice: UUID) -> Sending | None:
    return await tx.one(Sending, q.find_sending, tenant=tx.tenant, invoice=invoice)


async def end_sending(tx: Tx, invoice: UUID, reference: str | None, refusal: str | None) -> bool:
    """False when it was answered already."""
    ended = await tx.run(
        q.end_sending,
        tenant=tx.tenant,
        invoice=invoice,
        reference=reference,
        refusal=refusal,
        now=tx.now,
    )
    return ended == 1


async def keep_status(
    tx: Tx, invoice: UUID, code: Code, at: datetime, reason: str, told_by: str
) -> None:
    await tx.run(
        q.keep_status,
        tenant=tx.tenant,
        invoice=invoice,
        code=code.value,
        at=at,
        reason=reason,
        told_by=told_by,
    )


async def list_statuses(tx: Tx, invoices: Sequence[UUID]) -> list[Status]:
    return await tx.all(Status, q.list_statuses, tenant=tx.tenant, invoices=list(invoices))
