"""A year of the journal, taken away with its documents."""

import hashlib
import hmac
import io
import zipfile
from collections.abc import Mapping
from datetime import date

import msgspec

from hub.billing.actions import closing, keeping
from hub.billing.models import Record
from hub.core.db import Tx
from hub.invoices.policy import cii


class ArchivedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record as an archive holds it: hashes as hexadecimal."""

    seq: int
    at: str
    on_day: date
    kind: str
    source: str
    amount_cents: int
    parts: tuple[object, ...]
    content_hash: str
    previous_hash: str
    hash: str
    content: str | None


async def archive_year(tx: Tx, year: int, secret: bytes) -> bytes:
    """A ZIP of a year: its records with their documents, each document as XML, the closings, and a
    list of the files with their SHA-256, signed. The same year gives the same bytes."""
    files: dict[str, bytes] = {}
    lines: list[bytes] = []
    async for record in keeping.walk_records(tx):
        if record.on_day.year != year:
            continue
        lines.append(msgspec.json.encode(_archived(record)))
        document = record.read()
        if document is not None:
            files[f"documents/{document.number}.xml"] = cii.xml_of(document)
    files["records.jsonl"] = b"\n".join(lines) + b"\n" if lines else b""
    closings = await closing.list_closings_of(tx, year)
    files["closings.jsonl"] = b"".join(msgspec.json.encode(one) + b"\n" for one in closings)
    return _pack(files, year, secret)


def _archived(record: Record) -> ArchivedRecord:
    return ArchivedRecord(
        seq=record.seq,
        at=record.at.isoformat(),
        on_day=record.on_day,
        kind=record.kind.value,
        source=record.source,
        amount_cents=record.amount_cents,
        parts=record.parts,
        content_hash=record.content_hash.hex(),
        previous_hash=record.previous_hash.hex(),
        hash=record.hash.hex(),
        content=record.content,
    )


def _pack(files: dict[str, bytes], year: int, secret: bytes) -> bytes:
    listed = list_files(files)
    files = {**files, "SHA256SUMS": listed, "SHA256SUMS.sig": sign_list(listed, secret)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (year, 12, 31, 0, 0, 0)), content)
    return out.getvalue()


def list_files(files: Mapping[str, bytes]) -> bytes:
    """Each file with its SHA-256, as `sha256sum -c` reads it."""
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    ).encode()


def sign_list(listed: bytes, secret: bytes) -> bytes:
    """The service's own mark under an archive's list of files (HMAC-SHA-256)."""
    key = hashlib.sha256(b"billing-archive:" + secret).digest()
    return hmac.digest(key, listed, "sha256").hex().encode() + b"\n"
