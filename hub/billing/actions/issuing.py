"""Issue documents: once a source, numbered without a gap, chained, corrected by credit notes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from hub import audit
from hub.billing import store
from hub.billing.actions.keeping import day_of, take_head
from hub.billing.errors import AlreadyCancelled, DraftInvalid, ProfileMissing
from hub.billing.models import (
    Content,
    DayPayments,
    DayRate,
    Delivered,
    Draft,
    Filter,
    Invoice,
    Kind,
    RecordKind,
)
from hub.billing.policy import chaining, summing
from hub.core.db import Tx
from hub.core.errors import NotFound

SERIES = {Kind.INVOICE: "F", Kind.CREDIT_NOTE: "A"}
OF_SUBJECT_MOST, LISTED_MOST, DAYS_MOST = 200, 1_000, 5_000


def number_of(series: str, year: int, sequence: int) -> str:
    """`TIF-F-2026-000042`: the letters mark the series kept here for the principal, apart from any
    series that it keeps itself."""
    return f"TIF-{series}-{year}-{sequence:06d}"


async def issue_invoice(tx: Tx, draft: Draft) -> Invoice:
    """The invoice of a draft, in the caller's name; the one of its source, if there is one.

    Raises `ProfileMissing`, `DraftInvalid`.
    """
    return await _issue(tx, draft, Kind.INVOICE, None)


async def issue_credit_note(tx: Tx, draft: Draft) -> Invoice:
    """A credit note of its own lines, which names what it corrects. Raises as above."""
    if not draft.corrects:
        raise DraftInvalid("A credit note names what it corrects.")
    return await _issue(tx, draft, Kind.CREDIT_NOTE, None)


async def cancel_invoice(tx: Tx, invoice: Invoice, source: str, reason: str) -> Invoice:
    """The credit note over a whole invoice. Raises `AlreadyCancelled` for one of another source."""
    found = await store.find_by_source(tx, source)
    if found is not None:
        return found
    draft = summing.mirror(invoice.read(), source, reason, day_of(tx))
    whole = msgspec.structs.replace(
        draft, subject=invoice.subject, buyer_organisation=invoice.buyer_organisation
    )
    return await _issue(tx, whole, Kind.CREDIT_NOTE, invoice.id)


async def _issue(tx: Tx, draft: Draft, kind: Kind, cancels: UUID | None) -> Invoice:
    found = await store.find_by_source(tx, draft.source)
    if found is not None:
        return found
    seller = await store.find_profile(tx)
    if seller is None:
        raise ProfileMissing("The seller gives its identity for invoices first.")
    head = await take_head(tx)
    found = await store.find_by_source(tx, draft.source)
    if found is not None:
        return found
    await _check_not_cancelled(tx, cancels)
    series = SERIES[kind]
    taken = await store.take_number(tx, series, head.on_day)
    number = number_of(series, head.on_day.year, taken.last)
    content = summing.content_of(draft, kind, seller, number, head.on_day)
    written = store.write(content)
    id = tx.uuid()
    await store.insert_invoice(
        tx,
        id,
        draft,
        content,
        series=series,
        sequence=taken.last,
        seq=head.seq + 1,
        written=written,
        cancels=cancels,
    )
    record = chaining.next_record(
        head,
        tx.now,
        head.on_day,
        RecordKind(kind.value),
        draft.source,
        chaining.parts_of(content),
        written,
    )
    await store.insert_record(tx, record)
    await _note(tx, draft, content)
    return await find_invoice(tx, id)


async def _check_not_cancelled(tx: Tx, cancels: UUID | None) -> None:
    if cancels is None:
        return
    found = await store.find_invoice(tx, cancels)
    if found is None or found.cancelled_by is not None:
        raise AlreadyCancelled("Look at the credit note that there is.")


async def _note(tx: Tx, draft: Draft, content: Content) -> None:
    await audit.record(
        tx,
        action=f"billing.{content.kind.value}",
        subject=draft.subject or f"organisation:{tx.tenant}",
        detail={"number": content.number, "gross_cents": content.totals.gross_cents},
    )


async def find_invoice(tx: Tx, id: UUID) -> Invoice:
    """A document that the caller issued or received. Raises `NotFound`."""
    found = await store.find_invoice(tx, id)
    if found is None:
        raise NotFound("This invoice is unknown.")
    return found


async def find_by_source(tx: Tx, source: str) -> Invoice | None:
    """What was issued for a source."""
    return await store.find_by_source(tx, source)


async def list_of_subject(tx: Tx, subject: str) -> Sequence[Invoice]:
    """The documents of one affair, oldest first."""
    return await store.list_of_subject(tx, subject, OF_SUBJECT_MOST)


async def list_invoices(tx: Tx, asked: Filter, wanted: int = LISTED_MOST) -> list[Invoice]:
    """The newest documents that fit."""
    return await store.list_invoices(tx, asked, min(wanted, LISTED_MOST))


async def list_delivered(tx: Tx, buyer: int, since: date, until: date) -> list[Delivered]:
    """All that the caller issued to a buyer for supplies within a span of days, oldest first."""
    found: list[Delivered] = []
    after = 0
    while page := await store.list_delivered(tx, buyer, since, until, after, OF_SUBJECT_MOST):
        found += page
        after = page[-1].seq
    return found


async def sum_private_sales(tx: Tx, since: date, until: date) -> list[DayRate]:
    """The totals that e-reporting tells: a line a day, category and rate."""
    return await store.sum_private_sales(tx, since, until, DAYS_MOST)


async def sum_private_payments(tx: Tx, since: date, until: date) -> list[DayPayments]:
    """What private persons paid and had back: a line a day, category and rate."""
    return await store.sum_private_payments(tx, since, until, DAYS_MOST)
