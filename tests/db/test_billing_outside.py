"""What an issuer took away is verified without its database; one changed byte is named."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import billing, portability
from hub.app import compose
from hub.core.clock import DrivenClock
from hub.core.db import Database, open_session
from hub.invoices import outside
from hub.invoices.actions import archiving
from tests.conftest import NOW, SECRET
from tests.db.test_billing_closing import HOUSE, close, sell_a_winter, seller
from tests.invoices import draft

__all__ = ["seller"]


@pytest.fixture
async def archives(database: Database, clock: DrivenClock, tmp_path: Path) -> list[Path]:
    await sell_a_winter(database, clock)
    async with database.transaction(HOUSE) as tx:
        invoice = await billing.issue_invoice(tx, draft(source="booking:9:1"))
        await billing.cancel_invoice(tx, invoice, "booking:9:2", "Annulée.")
    await close(database)
    paths = []
    for year in (2026, 2027):
        async with database.transaction(HOUSE) as tx:
            content = await archiving.archive_year(tx, year, SECRET)
        paths.append(tmp_path / f"journal-{year}.zip")
        paths[-1].write_bytes(content)
    return paths


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Somebody changes an archive, and its list of files with it."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    listed = {name: one for name, one in files.items() if not name.startswith("SHA256SUMS")}
    sums = archiving.list_files(listed)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**files, "SHA256SUMS": sums}.items():
            archive.writestr(name, content)
    path.write_bytes(out.getvalue())


async def test_years_are_walked_in_whatever_order_they_are_given(archives: list[Path]) -> None:
    report = outside.verify_files(list(reversed(archives)), SECRET)
    assert report.broken is None
    assert (report.records, report.documents, report.archives, report.signed) == (10, 6, 2, 2)
    assert (report.closings, report.whole) == (6, True)
    alone = outside.verify_files(archives[1:])
    assert (alone.broken, alone.whole, alone.signed) == (None, False, 0)


def _edit(file: str, line: int, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        lines = files[file].decode().split("\n")
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new, 1)
        files[file] = "\n".join(lines).encode()

    return change


def _drop(file: str, line: int) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        lines = files[file].decode().split("\n")
        del lines[line - 1]
        files[file] = "\n".join(lines).encode()

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_edit("records.jsonl", 3, '"amount_cents":22594', '"amount_cents":22595'),
         "records.jsonl:3"),
        (_edit("records.jsonl", 4, "Ada Martin", "Eve Martin"), "records.jsonl:4"),
        (_drop("records.jsonl", 5), "records.jsonl:5"),
        (_edit("closings.jsonl", 4, '"receipt:E:0":1782', '"receipt:E:0":1783'),
         "closings.jsonl:4"),
        (_drop("closings.jsonl", 2), "closings.jsonl:2"),
    ],
)  # fmt: skip
async def test_the_first_line_that_was_changed_is_named(
    archives: list[Path], change: Callable[[dict[str, bytes]], None], named: str
) -> None:
    rewrite(archives[0], change)
    assert str(outside.verify_files(archives).broken).startswith(f"journal-2026.zip/{named}: ")
    signed = outside.verify_files(archives, SECRET)
    assert str(signed.broken).startswith("journal-2026.zip/SHA256SUMS.sig: ")


async def test_a_forged_chain_with_a_gap_in_its_numbers_is_named(
    database: Database, archives: list[Path]
) -> None:
    """Somebody who computes every hash anew still cannot take a number out."""

    def forge(files: dict[str, bytes]) -> None:
        rows = [json.loads(line) for line in files["records.jsonl"].splitlines()]
        kept = [row for row in rows if row["seq"] not in {3, 4}]
        previous = bytes(32)
        for seq, row in enumerate(kept, 1):
            record = outside.read_record({**row, "seq": seq, "previous_hash": previous.hex()})
            previous = outside.chaining.hash_of(record)
            row.update(seq=seq, previous_hash=record.previous_hash.hex(), hash=previous.hex())
        files["records.jsonl"] = "\n".join(json.dumps(row) for row in kept).encode()

    rewrite(archives[0], forge)
    assert "does not follow number 1 of its series" in str(
        outside.verify_files(archives[:1]).broken
    )


async def test_the_folder_of_a_whole_export_is_walked_too(
    database: Database, archives: list[Path], database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    session = await open_session(database_url)
    try:
        await portability.export_tenant(session, HOUSE, folder, compose().slices, now=NOW)
    finally:
        await session.close()
    report = outside.verify_files([folder])
    assert report.broken is None
    assert (report.records, report.documents, report.closings) == (10, 6, 6)
    (part,) = (folder / "tables/invoice").glob("*.jsonl")
    part.write_text(part.read_text().replace("Ada Martin", "Eve Martin", 1))
    assert str(outside.verify_files([folder]).broken).startswith("tables/billing_record/")


def test_other_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no")
    with pytest.raises(outside.NotAnArchive):
        outside.verify_files([tmp_path / "x.zip"])
    with pytest.raises(outside.NotAnArchive):
        outside.verify_files([tmp_path])
