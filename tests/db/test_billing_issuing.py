"""Documents are issued once, numbered without a gap, chained, and never changed."""

import asyncio

import asyncpg
import msgspec
import pytest

from hub import billing, tenancy
from hub.billing import store
from hub.billing.actions import issuing, keeping
from hub.billing.errors import AlreadyCancelled, DraftInvalid, ProfileInvalid, ProfileMissing
from hub.billing.models import Filter, Kind, RecordKind
from hub.core.db import Database
from hub.core.identifiers import IdentifierInvalid
from tests.crashing import stop_at
from tests.invoices import COMPANY, EARLIER, SELLER, draft

HOUSE, OTHER = 1, 2


@pytest.fixture(autouse=True)
async def sellers(database: Database) -> None:
    """Two houses that can issue."""
    wanted = [
        tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name=name) for name in ("One", "Two")
    ]
    async with database.transaction() as tx:
        assert await tenancy.open_organisations(tx, wanted) == [HOUSE, OTHER]
    for house in (HOUSE, OTHER):
        async with database.transaction(house) as tx:
            await billing.save_profile(tx, SELLER)


def stay(number: int) -> billing.Draft:
    return draft(source=f"booking:{number}:1", subject=f"booking:{number}")


async def issue(database: Database, number: int, house: int = HOUSE) -> billing.Invoice:
    async with database.transaction(house) as tx:
        return await billing.issue_invoice(tx, stay(number))


async def numbers(database: Database, house: int = HOUSE) -> list[str]:
    whole = Filter(since=keeping.local_date(database.clock.now(), keeping.PARIS),
                   until=keeping.local_date(database.clock.now(), keeping.PARIS))  # fmt: skip
    async with database.transaction(house) as tx:
        return sorted(one.number for one in await issuing.list_invoices(tx, whole))


async def broken(database: Database, house: int = HOUSE) -> int | None:
    async with database.transaction(house) as tx:
        return await keeping.find_break(tx)


async def test_a_source_is_invoiced_once_and_each_issuer_counts_for_itself(
    database: Database,
) -> None:
    first, again = await issue(database, 1), await issue(database, 1)
    assert first == again
    assert first.number == "TIF-F-2026-000001"
    assert first.read().totals.due_cents == 0
    assert (await issue(database, 2)).number == "TIF-F-2026-000002"
    assert (await issue(database, 1, OTHER)).number == "TIF-F-2026-000001"


class Refused(Exception):
    """The transaction fails after the invoice."""


async def test_thirty_at_once_with_failures_between_leave_no_gap(database: Database) -> None:
    async def one(number: int) -> None:
        async with database.transaction(HOUSE) as tx:
            await billing.issue_invoice(tx, stay(number % 20))
            if number % 3 == 2:
                raise Refused

    done = await asyncio.gather(*(one(number) for number in range(30)), return_exceptions=True)
    assert all(result is None or isinstance(result, Refused) for result in done), done
    found = await numbers(database)
    assert found == [f"TIF-F-2026-{number:06d}" for number in range(1, len(found) + 1)]
    assert len(found) >= 10
    assert await broken(database) is None


async def test_a_process_killed_at_any_await_leaves_no_gap_and_no_half_document(
    database: Database,
) -> None:
    at, stopped = 1, True
    while stopped:
        stopped, _ = await stop_at(issue(database, at), at)
        at += 1
    assert at > 8
    for number in range(1, at):
        await issue(database, number)
    found = await numbers(database)
    assert found == [f"TIF-F-2026-{number:06d}" for number in range(1, at)]
    assert await broken(database) is None


async def test_a_correction_is_a_credit_note_over_the_whole_and_only_one(
    database: Database,
) -> None:
    invoice = await issue(database, 1)
    async with database.transaction(HOUSE) as tx:
        note = await billing.cancel_invoice(tx, invoice, "booking:1:2:credit", "Séjour annulé")
        again = await billing.cancel_invoice(tx, invoice, "booking:1:2:credit", "Séjour annulé")
    assert note == again
    assert (note.number, note.kind, note.cancels) == (
        "TIF-A-2026-000001", Kind.CREDIT_NOTE, invoice.id,
    )  # fmt: skip
    content = note.read()
    assert [one.number for one in content.corrects] == [invoice.number]
    assert content.totals.gross_cents == invoice.gross_cents
    async with database.transaction(HOUSE) as tx:
        assert (await billing.find_invoice(tx, invoice.id)).cancelled_by == note.id
    with pytest.raises(AlreadyCancelled):
        async with database.transaction(HOUSE) as tx:
            await billing.cancel_invoice(tx, invoice, "booking:1:3:credit", "Encore")


async def test_nobody_issues_without_an_identity_and_no_nonsense_is_issued(
    database: Database,
) -> None:
    wanted = [tenancy.OpenOrganisation(kind=tenancy.Kind.LODGING, name="Three")]
    async with database.transaction() as tx:
        (third,) = await tenancy.open_organisations(tx, wanted)
    with pytest.raises(ProfileMissing):
        await issue(database, 1, third)
    for changed in ({"paid_cents": 22_595}, {"vat_cents": {"S:1000": 2_100}}):
        with pytest.raises(DraftInvalid):
            async with database.transaction(HOUSE) as tx:
                await billing.issue_invoice(tx, msgspec.structs.replace(stay(1), **changed))
    with pytest.raises(DraftInvalid):
        async with database.transaction(HOUSE) as tx:
            await issuing.issue_credit_note(tx, stay(1))
    with pytest.raises(IdentifierInvalid):
        billing.check_buyer(msgspec.structs.replace(COMPANY, siret="73282932000075"))
    with pytest.raises(ProfileInvalid):
        async with database.transaction(HOUSE) as tx:
            await billing.save_profile(
                tx, msgspec.structs.replace(SELLER, vat_number="FR64443061841")
            )


async def test_a_buyer_sees_its_own_documents_and_no_others(database: Database) -> None:
    sold = msgspec.structs.replace(stay(1), buyer=COMPANY, buyer_organisation=OTHER)
    async with database.transaction(HOUSE) as tx:
        invoice = await billing.issue_invoice(tx, sold)
        await billing.issue_invoice(tx, stay(2))
    today = keeping.local_date(database.clock.now(), keeping.PARIS)
    async with database.transaction(OTHER) as tx:
        received = await issuing.list_invoices(tx, Filter(since=today, until=today, received=True))
        assert [one.id for one in received] == [invoice.id]
        assert await issuing.list_invoices(tx, Filter(since=today, until=today)) == []


async def test_a_credit_note_of_its_own_lines_counts_against_the_sales_of_its_day(
    database: Database,
) -> None:
    async with database.transaction(HOUSE) as tx:
        await billing.issue_invoice(tx, stay(1))
        await billing.issue_invoice(tx, stay(2))
        await issuing.issue_credit_note(
            tx, msgspec.structs.replace(stay(3), corrects=(EARLIER,), reason="Geste")
        )
        today = keeping.day_of(tx)
        sums = await issuing.sum_private_sales(tx, today, today)
    assert [(one.category.value, one.rate_bps, one.net_cents, one.vat_cents) for one in sums] == [
        ("S", 1_000, 20_000, 2_000), ("E", 0, 594, 0),
    ]  # fmt: skip


async def test_nothing_issued_can_be_changed_even_by_the_owner_of_the_table(
    database: Database, admin: asyncpg.Connection
) -> None:
    await issue(database, 1)
    for statement in ("update invoice set matter = 'x'", "delete from billing_record"):
        with pytest.raises(asyncpg.PostgresError, match="append only"):
            await admin.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction(HOUSE) as tx:
                await (await tx.connection()).execute(statement)


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("invoice", "update invoice set content = replace(content, 'Ada', 'Ida')"
         " where number = 'TIF-F-2026-000002'"),
        ("billing_record", "update billing_record set amount_cents = amount_cents - 1"
         " where seq = 2"),
        ("billing_record", "update billing_record set at = at - interval '1 second'"
         " where seq = 2"),
        ("billing_record", "delete from billing_record where seq >= 2"),
    ],
)  # fmt: skip
async def test_one_changed_byte_is_found_and_its_record_named(
    database: Database, admin: asyncpg.Connection, table: str, statement: str
) -> None:
    for number in (1, 2, 3):
        await issue(database, number)
    parts = [billing.PaymentPart(category=billing.Category.STANDARD, rate_bps=1_000,
                                 gross_cents=22_000)]  # fmt: skip
    async with database.transaction(HOUSE) as tx:
        assert await billing.record_payment(tx, RecordKind.RECEIPT, "charge:1", parts)
        assert not await billing.record_payment(tx, RecordKind.RECEIPT, "charge:1", parts)
        assert len(await store.list_records(tx, 0, 100)) == 4
    assert await broken(database) is None
    await admin.execute(f"alter table {table} disable trigger user; {statement}")
    assert await broken(database) == 2
