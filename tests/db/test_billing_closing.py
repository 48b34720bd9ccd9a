"""The journal is closed by day, month and year, with totals that its records still have."""

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import PurePath

import asyncpg
import pytest

from hub import billing, tenancy
from hub.billing import tasks
from hub.billing.actions import closing
from hub.billing.models import Category, CloseJournal, PaymentPart, Period, RecordKind, Verdict
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.invoices.actions import archiving
from tests import facturx
from tests.conftest import SECRET
from tests.crashing import stop_at
from tests.invoices import SELLER, draft

HOUSE = 1
ROOM = PaymentPart(category=Category.STANDARD, rate_bps=1_000, gross_cents=22_000)
TAX = PaymentPart(category=Category.EXEMPT, rate_bps=0, gross_cents=594)


@pytest.fixture(autouse=True)
async def seller(database: Database) -> None:
    wanted = [tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name="One")]
    async with database.transaction() as tx:
        assert await tenancy.open_organisations(tx, wanted) == [HOUSE]
    async with database.transaction(HOUSE) as tx:
        await billing.save_profile(tx, SELLER)


async def sell(database: Database, number: int) -> None:
    async with database.transaction(HOUSE) as tx:
        await billing.record_payment(tx, RecordKind.RECEIPT, f"charge:{number}", [ROOM, TAX])
        await billing.issue_invoice(tx, draft(source=f"booking:{number}:1"))


async def close(database: Database) -> None:
    await tasks.close_later.run(database, HOUSE, CloseJournal())


async def look(database: Database) -> Verdict:
    async with database.transaction(HOUSE) as tx:
        return await closing.verify(tx)


async def periods(database: Database) -> list[tuple[str, str, int]]:
    async with database.transaction(HOUSE) as tx:
        found = await closing.list_closings(tx)
    return [(one.period.value, one.since.isoformat(), one.of(RecordKind.RECEIPT))
            for one in reversed(found)]  # fmt: skip


async def sell_a_winter(database: Database, clock: DrivenClock) -> None:
    """1, 2 and 31 December, 1 January; looked at on 2 January."""
    for number, days in enumerate((1, 29, 1, 1)):
        await sell(database, number)
        clock.forward(timedelta(days=days))


WINTER = [
    ("day", "2026-12-01", 22_594),
    ("day", "2026-12-02", 22_594),
    ("day", "2026-12-31", 22_594),
    ("month", "2026-12-01", 67_782),
    ("year", "2026-01-01", 67_782),
    ("day", "2027-01-01", 22_594),
]


async def test_days_months_and_years_close_in_order_with_totals_since_the_beginning(
    database: Database, clock: DrivenClock
) -> None:
    await sell_a_winter(database, clock)
    for _ in range(2):
        await close(database)
    assert await periods(database) == WINTER
    async with database.transaction(HOUSE) as tx:
        last, year = (await closing.list_closings(tx))[:2]
    assert (year.period, last.period) == (Period.YEAR, Period.DAY)
    assert year.totals == {
        "invoice:E:0": 1_782, "invoice:S:1000": 66_000,
        "receipt:E:0": 1_782, "receipt:S:1000": 66_000,
    }  # fmt: skip
    assert sum(last.perpetual.values()) == 8 * 22_594
    assert await look(database) == Verdict(records=8, closings=6, record=None, closing=None)


async def test_a_journal_that_was_left_for_long_closes_no_month_before_its_last_day(
    database: Database, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sell_a_winter(database, clock)
    monkeypatch.setattr(closing, "DAYS_MOST", 2)
    await close(database)
    assert await periods(database) == WINTER[:2]
    for _ in range(2):
        await close(database)
    assert await periods(database) == WINTER


async def test_the_month_and_the_year_of_a_journal_that_is_quiet_since_are_closed_too(
    database: Database, clock: DrivenClock
) -> None:
    await sell(database, 1)
    clock.forward(timedelta(days=1))
    await close(database)
    async with database.transaction() as tx:
        assert await closing.store.list_issuers_to_close(tx, date(2026, 12, 31), 10) == []
    clock.forward(timedelta(days=31))
    async with database.transaction() as tx:
        due = await closing.store.list_issuers_to_close(tx, date(2027, 1, 2), 10)
    assert [one.tenant for one in due] == [HOUSE]
    await close(database)
    kinds = [period for period, *_ in await periods(database)]
    assert kinds == ["day", "month", "year"]
    async with database.transaction() as tx:
        assert await closing.store.list_issuers_to_close(tx, date(2028, 1, 2), 10) == []


async def test_closing_as_the_days_go_by_gives_the_same_closings(
    database: Database, clock: DrivenClock
) -> None:
    for number, days in enumerate((1, 29, 1, 1)):
        await sell(database, number)
        await close(database)
        clock.forward(timedelta(days=days))
        await close(database)
    assert await periods(database) == WINTER


async def test_a_day_that_goes_on_is_not_closed_and_the_sweep_names_who_is_due(
    database: Database, clock: DrivenClock
) -> None:
    await sell(database, 1)
    await close(database)
    assert await periods(database) == []
    async with database.transaction() as tx:
        assert await closing.store.list_issuers_to_close(tx, date(2026, 12, 1), 10) == []
    clock.forward(timedelta(days=1))
    async with database.transaction() as tx:
        due = await closing.store.list_issuers_to_close(tx, date(2026, 12, 2), 10)
    assert [one.tenant for one in due] == [HOUSE]


async def test_killed_at_any_await_it_closes_each_period_once(
    database: Database, clock: DrivenClock
) -> None:
    await sell_a_winter(database, clock)
    at, stopped = 1, True
    while stopped:
        stopped, _ = await stop_at(close(database), at)
        at += 4
    assert await periods(database) == WINTER
    assert (await look(database)).well


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("billing_closing", "update billing_closing set totals ="
         " jsonb_set(totals, '{receipt:E:0}', '1') where number = 2", (None, 2)),
        ("billing_closing", "delete from billing_closing where number = 3", (None, 4)),
        ("billing_record", "update billing_record set parts = '[]' where seq = 3", (3, 2)),
    ],
)  # fmt: skip
async def test_a_changed_total_is_found_and_its_closing_named(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection, table: str, change: str,
    found: tuple[int | None, int | None],
) -> None:  # fmt: skip
    await sell_a_winter(database, clock)
    await close(database)
    await admin.execute(f"alter table {table} disable trigger user; {change}")
    verdict = await look(database)
    assert (verdict.record, verdict.closing) == found


async def test_a_year_is_taken_away_signed_with_documents_that_pass_the_rules(
    database: Database, clock: DrivenClock
) -> None:
    await sell_a_winter(database, clock)
    await close(database)
    async with database.transaction(HOUSE) as tx:
        file = await archiving.archive_year(tx, 2026, SECRET)
        assert file == await archiving.archive_year(tx, 2026, SECRET)
    archive = zipfile.ZipFile(io.BytesIO(file))
    names = [name for name in archive.namelist() if name.startswith("documents/")]
    assert [PurePath(name).stem for name in names] == [
        f"TIF-F-2026-{number:06d}" for number in (1, 2, 3)
    ]
    facturx.check(archive.read(names[0]))
    records = [json.loads(line) for line in archive.read("records.jsonl").splitlines()]
    assert [one["seq"] for one in records] == [1, 2, 3, 4, 5, 6]
    listed = archive.read("SHA256SUMS")
    assert archive.read("SHA256SUMS.sig") == archiving.sign_list(listed, SECRET)
    assert len(listed.splitlines()) == len(archive.namelist()) - 2
