"""Accounts verified from outside: what an issuer took away, without its database.

Reads yearly archives (ZIP) or the folder of a whole export, and walks numbers, journal and closings
from their beginning; the first line that is not as it was written is named by its file and line.
"""

import hashlib
import hmac
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from hub.billing.models import Closing, Content, Head, Period, Record, RecordKind
from hub.billing.policy import chaining
from hub.billing.policy import closing as periods
from hub.core.errors import HubError
from hub.core.sentences import say
from hub.invoices.actions.archiving import sign_list

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
RECORDS, CLOSINGS = "records.jsonl", "closings.jsonl"
DOCUMENTS = frozenset({RecordKind.INVOICE, RecordKind.CREDIT_NOTE})


class NotAnArchive(HubError):
    """These files are neither yearly archives nor an export"""

    code = "not-an-archive"


class Broken(Exception):
    """The first line that is not as it was written: where, and what is wrong with it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


class Report(msgspec.Struct, kw_only=True):
    """What was walked. `whole` is False when the files begin after the journal's beginning;
    `signed` how many archives bear this service's own mark."""

    records: int = 0
    documents: int = 0
    closings: int = 0
    archives: int = 0
    signed: int = 0
    whole: bool = True
    broken: str | None = None


class _Line(msgspec.Struct, frozen=True):
    where: str
    row: dict[str, Any]


def verify_files(paths: Sequence[Path], secret: bytes | None = None) -> Report:
    """Walk what stands in the files; `secret` also proves the mark under an archive. Raises
    `NotAnArchive`."""
    report = Report()
    try:
        if len(paths) == 1 and paths[0].is_dir():
            records, closings = _read_export(paths[0])
        else:
            records, closings = _read_archives(paths, secret, report)
        _Walk(report).go(records, closings)
    except Broken as broken:
        report.broken = str(broken)
    return report


class _Walk:
    """One walk over journal, numbers and closings, in this order."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.hashes: dict[int, bytes] = {}
        self.sums: dict[int, dict[str, int]] = {}
        self.numbers: dict[tuple[str, int], int] = {}
        self.known: set[str] = set()
        self.years: set[int] = set()

    def go(self, records: Sequence[_Line], closings: Sequence[_Line]) -> None:
        read = [(line.where, _record(line)) for line in records]
        if read and read[0][1].seq > 1:
            self.report.whole = False
        self.years = {record.on_day.year for _, record in read}
        head = _beginning([record for _, record in read])
        for where, record in read:
            if chaining.find_break(head, [record]) is not None:
                raise Broken(where, f"record {record.seq} does not follow from the one before")
            head = Head(seq=record.seq, hash=record.hash, on_day=record.on_day)
            self._note(where, record)
        self._close([(line.where, _closing(line)) for line in closings])

    def _note(self, where: str, record: Record) -> None:
        self.report.records += 1
        self.hashes[record.seq] = record.hash
        self.sums[record.seq] = {
            f"{record.kind.value}:{part.category.value}:{part.rate_bps}": part.gross_cents
            for part in record.parts
        }
        if record.amount_cents != sum(part.gross_cents for part in record.parts):
            raise Broken(where, f"the parts of record {record.seq} are not its amount")
        if record.kind in DOCUMENTS:
            assert record.content is not None, "the chain has looked at it"
            self._number(where, msgspec.json.decode(record.content, type=Content))

    def _number(self, where: str, document: Content) -> None:
        """Numbers follow each other in their series and year, without a gap."""
        self.report.documents += 1
        stem, _, sequence = document.number.rpartition("-")
        place = (stem, document.issued_on.year)
        after = self.numbers.get(place, 0) + 1
        if not sequence.isdecimal() or int(sequence) != after:
            raise Broken(
                where, f"{document.number} does not follow number {after - 1} of its series"
            )
        self.numbers[place] = after
        for earlier in document.corrects:
            if earlier.issued_on.year in self.years and earlier.number not in self.known:
                raise Broken(
                    where, f"{document.number} corrects {earlier.number}, which is not there"
                )
        self.known.add(document.number)

    def _close(self, closings: Sequence[tuple[str, Closing]]) -> None:
        last: Closing | None = None
        of_period: dict[Period, Closing] = {}
        for where, closing in closings:
            if last is None and closing.number > 1:
                self.report.whole = False
                follows = closing.hash == periods.hash_of(closing)
            else:
                follows = periods.follows(last, closing)
            if not follows:
                raise Broken(where, f"closing {closing.number} does not follow from the one before")
            self._check_sums(where, closing, of_period.get(closing.period))
            last = of_period[closing.period] = closing
            self.report.closings += 1

    def _check_sums(self, where: str, closing: Closing, before: Closing | None) -> None:
        stretch = range(closing.first_seq, closing.last_seq + 1)
        if before is not None and closing.first_seq != before.last_seq + 1:
            raise Broken(where, f"closing {closing.number} leaves records out")
        if not all(seq in self.hashes for seq in stretch):
            if closing.first_seq in self.hashes or closing.number == 1:
                raise Broken(where, f"records of closing {closing.number} are missing")
            return  # it reaches back before these files
        totals: dict[str, int] = {}
        for seq in stretch:
            totals = periods.added(totals, self.sums[seq])
        if totals != closing.totals or self.hashes[closing.last_seq] != closing.last_hash:
            raise Broken(where, f"closing {closing.number} is not what its records sum to")
        if before is not None and periods.added(before.perpetual, totals) != closing.perpetual:
            raise Broken(where, f"closing {closing.number} lost what was before it")


def _beginning(records: Sequence[Record]) -> Head:
    if not records or records[0].seq == 1:
        return chaining.GENESIS
    first = records[0]
    return Head(seq=first.seq - 1, hash=first.previous_hash, on_day=first.on_day)


def _bytes(value: object) -> object:
    """A hash as an archive (hexadecimal) or an export (`\\x…`) writes it."""
    if not isinstance(value, str):
        return value
    text = value.removeprefix("\\x")
    return bytes.fromhex(text) if len(text) == 64 else value


def read_record(row: Mapping[str, Any]) -> Record:
    """A record as it was taken away."""
    return _record(_Line("", dict(row)))


def _record(line: _Line) -> Record:
    return _convert(line, Record, ("content_hash", "previous_hash", "hash"))


def _closing(line: _Line) -> Closing:
    return _convert(line, Closing, ("last_hash", "previous_hash", "hash"))


def _convert(line: _Line, kind: type[Any], hashes: Sequence[str]) -> Any:
    row = {**line.row, **{name: _bytes(line.row.get(name)) for name in hashes}}
    try:
        return msgspec.convert(row, kind)
    except (msgspec.ValidationError, ValueError) as error:
        raise Broken(line.where, str(error)) from None


def _lines(where: str, content: bytes) -> Iterator[_Line]:
    for number, text in enumerate(content.splitlines(), 1):
        place = f"{where}:{number}"
        try:
            yield _Line(place, msgspec.json.decode(text, type=dict[str, Any]))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise Broken(place, str(error)) from None


def _read_archives(
    paths: Sequence[Path], secret: bytes | None, report: Report
) -> tuple[list[_Line], list[_Line]]:
    """Records and closings of yearly archives, the oldest first."""
    found: list[tuple[int, list[_Line], list[_Line]]] = []
    for path in paths:
        try:
            with zipfile.ZipFile(path) as archive:
                files = {name: archive.read(name) for name in archive.namelist()}
        except (OSError, zipfile.BadZipFile):
            raise NotAnArchive(say("%(file)s cannot be read.", file=path.name)) from None
        if not {SUMS, RECORDS, CLOSINGS} <= files.keys():
            raise NotAnArchive(say("%(file)s is no archive of a year.", file=path.name))
        report.archives += 1
        report.signed += _check_files(path.name, files, secret)
        records = list(_lines(f"{path.name}/{RECORDS}", files[RECORDS]))
        closings = list(_lines(f"{path.name}/{CLOSINGS}", files[CLOSINGS]))
        first = records[0].row.get("seq", 0) if records else 0
        found.append((first, records, closings))
    found.sort(key=lambda one: one[0])
    return (
        [line for _, records, _ in found for line in records],
        [line for _, _, closings in found for line in closings],
    )


def _check_files(archive: str, files: Mapping[str, bytes], secret: bytes | None) -> bool:
    """Every file is the one that was listed; whether the list bears our mark."""
    listed: dict[str, str] = {}
    for line in files[SUMS].decode().splitlines():
        weight, _, name = line.partition("  ")
        listed[name] = weight
    for name, content in files.items():
        if name in {SUMS, SIGNATURE}:
            continue
        if listed.pop(name, "") != hashlib.sha256(content).hexdigest():
            raise Broken(f"{archive}/{name}", "this is not the file that was archived")
    for name in listed:
        raise Broken(f"{archive}/{name}", "this file is missing")
    if secret is None:
        return False
    if not hmac.compare_digest(files.get(SIGNATURE, b""), sign_list(files[SUMS], secret)):
        raise Broken(f"{archive}/{SIGNATURE}", "this is not the mark of this service")
    return True


def _read_export(folder: Path) -> tuple[list[_Line], list[_Line]]:
    """Records with their documents, and closings, out of a whole export."""
    if not (folder / "tables/billing_record").is_dir():
        raise NotAnArchive(say("%(file)s holds no journal.", file=folder.name))
    documents = {line.row["source"]: line.row["content"] for line in _table(folder, "invoice")}
    records = [
        _Line(line.where, {**line.row, "content": _content_of(line.row, documents)})
        for line in _table(folder, "billing_record")
    ]
    records.sort(key=lambda line: line.row.get("seq", 0))
    closings = sorted(_table(folder, "billing_closing"), key=lambda one: one.row.get("number", 0))
    return records, closings


def _content_of(row: Mapping[str, Any], documents: Mapping[str, Any]) -> object:
    return documents.get(row.get("source", "")) if row.get("kind") in DOCUMENTS else None


def _table(folder: Path, table: str) -> Iterator[_Line]:
    for path in sorted((folder / "tables" / table).glob("*.jsonl")):
        yield from _lines(path.relative_to(folder).as_posix(), path.read_bytes())
