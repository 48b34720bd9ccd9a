"""The journal's chain: each record with the hash of the one before, so that one changed byte shows.

The hash covers everything a record says, and the SHA-256 of the document's own bytes. It does not
name the tenant's number: a journal that moves to another hub stays whole.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import msgspec

from hub.billing.models import Content, Head, PaymentPart, Record, RecordKind

GENESIS = Head(seq=0, hash=bytes(32), on_day=date(2000, 1, 1))


class _Said(msgspec.Struct, frozen=True, array_like=True):
    """What is hashed, in this order."""

    seq: int
    at: str
    on_day: date
    kind: RecordKind
    source: str
    amount_cents: int
    parts: tuple[PaymentPart, ...]
    content_hash: str
    previous_hash: str


def parts_of(content: Content) -> tuple[PaymentPart, ...]:
    """What of a document is of each rate, VAT included."""
    return tuple(
        PaymentPart(
            category=group.category,
            rate_bps=group.rate_bps,
            gross_cents=group.net_cents + group.vat_cents,
        )
        for group in content.vat
    )


def content_hash(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def next_record(
    head: Head,
    at: datetime,
    on_day: date,
    kind: RecordKind,
    source: str,
    parts: Sequence[PaymentPart],
    content: str,
) -> Record:
    """The record that follows the head of the journal."""
    record = Record(
        seq=head.seq + 1,
        at=at,
        on_day=on_day,
        kind=kind,
        source=source,
        amount_cents=sum(part.gross_cents for part in parts),
        parts=tuple(parts),
        content_hash=content_hash(content),
        previous_hash=head.hash,
        hash=b"",
    )
    return msgspec.structs.replace(record, hash=hash_of(record))


def hash_of(record: Record) -> bytes:
    said = _Said(
        seq=record.seq,
        at=record.at.astimezone(UTC).isoformat(),
        on_day=record.on_day,
        kind=record.kind,
        source=record.source,
        amount_cents=record.amount_cents,
        parts=record.parts,
        content_hash=record.content_hash.hex(),
        previous_hash=record.previous_hash.hex(),
    )
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def find_break(head: Head, records: Iterable[Record]) -> int | None:
    """The first record that does not follow from the one before, or whose document is not the one
    that was issued."""
    seq, previous = head.seq, head.hash
    for record in records:
        seq += 1
        document = record.kind in {RecordKind.INVOICE, RecordKind.CREDIT_NOTE}
        if (
            record.seq != seq
            or record.previous_hash != previous
            or record.hash != hash_of(record)
            or (document and record.content is None)
            or (record.content is not None and content_hash(record.content) != record.content_hash)
        ):
            return seq
        previous = record.hash
    return None
