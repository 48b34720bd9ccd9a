"""Who may see a transfer, and that nobody may change one."""

from itertools import pairwise

import asyncpg
import pytest

from hub import ledger
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.sql import load_queries
from hub.ledger import Kind
from tests.conftest import SECRET
from tests.db.test_ledger import (
    BOOKING,
    CHARGE,
    DEPOSITS,
    FEDERATION,
    LODGING,
    OFFICE,
    OTHER,
    PAYABLE,
    PLATFORM,
    TO_LODGING,
    TO_OFFICE,
    draft,
    organisations,
    post,
)

__all__ = ["organisations"]
q = load_queries("hub.ledger.store")
REFUSED = {"42501", "P0S02"}
CHANGES = (
    "update {table} set tenant = 5",
    "delete from {table}",
    "truncate {table} cascade",
)


async def seen(database: Database, tenant: int) -> set[str]:
    async with database.transaction(tenant) as tx:
        found = await ledger.list_transfers(tx)
        rows = await (await tx.connection()).fetch("select reference from ledger_transfer")
    assert all(later.id > earlier.id for later, earlier in pairwise(found))
    listed = {transfer.reference for transfer in found}
    assert listed == {row["reference"] for row in rows}, "the list and the wall disagree"
    return listed


@pytest.fixture
async def booked(database: Database) -> None:
    """A booking of the first lodging, and a share of the second."""
    await post(database, [CHARGE])
    await post(database, BOOKING)
    elsewhere = draft("booking:2:office", DEPOSITS, TO_OFFICE.credit, 77, shared=True)
    await post(database, [elsewhere], cause=OTHER)


@pytest.mark.usefixtures("booked")
async def test_each_sees_what_it_caused_paid_received_or_governs(database: Database) -> None:
    mine = {"charge:1", "charge:1:post", "booking:1:lodging", "booking:1:office"}
    shares = {"booking:1:office", "booking:2:office"}
    assert await seen(database, LODGING) == mine
    assert await seen(database, PLATFORM) == mine | shares
    assert await seen(database, OFFICE) == shares
    assert await seen(database, OTHER) == {"booking:2:office"}
    # The scheme sees the shares, and not what a lodging earns.
    assert await seen(database, FEDERATION) == shares


@pytest.mark.usefixtures("booked")
async def test_a_statement_is_of_the_holders_own_accounts_with_both_codes(
    database: Database,
) -> None:
    async with database.transaction(LODGING) as tx:
        (line,) = await ledger.list_statement(tx)
        (balance,) = await ledger.list_balances(tx)
    assert (line.reference, line.debit_code) == ("booking:1:lodging", "guest.deposits")
    assert (balance.code, balance.debit_cents, balance.credit_cents) == (
        "lodging.payable",
        0,
        9_700,
    )
    async with database.transaction(PLATFORM) as tx:
        cash, deposits = reversed(await ledger.list_balances(tx))
    assert (cash.code, cash.debit_cents, cash.pending_debit_cents) == ("psp.cash", 10_000, 0)
    assert (deposits.debit_cents, deposits.credit_cents) == (10_077, 10_000)


@pytest.mark.usefixtures("booked")
async def test_pending_transfers_wait_beside_a_holders_balance(database: Database) -> None:
    owed = draft("advance:1", DEPOSITS, PAYABLE, 500, kind=Kind.PENDING)
    await post(database, [owed])
    async with database.transaction(LODGING) as tx:
        (balance,) = await ledger.list_balances(tx)
    assert (balance.credit_cents, balance.pending_credit_cents) == (9_700, 500)


@pytest.mark.usefixtures("booked")
async def test_the_newest_come_first_and_no_more_than_wanted(database: Database) -> None:
    async with database.transaction(PLATFORM) as tx:
        all_of_them = await ledger.list_transfers(tx)
        two = await ledger.list_transfers(tx, 2)
        statement = await ledger.list_statement(tx, 2)
    assert two == all_of_them[:2]
    assert statement == all_of_them[:2]


@pytest.mark.usefixtures("booked")
async def test_the_trial_balance_is_by_code_only_and_for_its_scheme_only(
    database: Database,
) -> None:
    other_lodging = draft(
        "booking:2:lodging", DEPOSITS, ledger.Side(holder=OTHER, code="lodging.payable"), 1_000
    )
    await post(database, [other_lodging], cause=OTHER)
    async with database.transaction(FEDERATION) as tx:
        found = {b.code: b.credit_cents for b in await ledger.trial_balance(tx, FEDERATION)}
    assert found["lodging.payable"] == 10_700
    for tenant in (LODGING, PLATFORM, OFFICE):
        async with database.transaction(tenant) as tx:
            assert await ledger.trial_balance(tx, FEDERATION) == []


@pytest.mark.usefixtures("booked")
async def test_the_accounts_of_another_holder_are_behind_its_wall(database: Database) -> None:
    async def codes(tenant: int) -> set[str]:
        async with database.transaction(tenant) as tx:
            con = await tx.connection()
            return {row["code"] for row in await con.fetch("select code from ledger_account")}

    assert await codes(LODGING) == {"lodging.payable"}
    assert await codes(OFFICE) == {"office.share"}
    assert await codes(OTHER) == set()


async def test_nobody_posts_in_the_name_of_another(database: Database) -> None:
    async with database.transaction(OTHER) as tx:
        con = await tx.connection()
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="own wall"):
            await con.execute("select ledger_post(1, 3, now(), '[]'::jsonb)")
        await tx.close(keep=False)


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_account"])
@pytest.mark.parametrize("role", ["hub_app", "hub_index", "hub_broker", "hub_owner"])
async def test_no_role_can_change_or_empty_the_ledger(
    database_url: str, role: str, table: str
) -> None:
    con = await asyncpg.connect(role_dsn(database_url, role, SECRET))
    try:
        await con.execute("set app.tenant = '1'")
        for change in CHANGES:
            with pytest.raises(asyncpg.PostgresError) as refused:
                await con.execute(change.format(table=table))
            assert refused.value.sqlstate in REFUSED, change
    finally:
        await con.close()


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_account"])
async def test_neither_the_functions_owner_nor_the_administrator_can_change_it(
    admin: asyncpg.Connection, table: str
) -> None:
    for role in ("hub_definer", "none"):
        await admin.execute(f"set role {role}")
        for change in CHANGES:
            with pytest.raises(asyncpg.PostgresError) as refused:
                await admin.execute(change.format(table=table))
            assert refused.value.sqlstate in REFUSED, (role, change)


@pytest.mark.parametrize("role", ["hub_app", "hub_index", "hub_broker"])
async def test_there_is_no_way_in_but_the_function(
    database_url: str, admin: asyncpg.Connection, role: str
) -> None:
    con = await asyncpg.connect(role_dsn(database_url, role, SECRET))
    try:
        await con.execute("set app.tenant = '1'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await con.execute(
                "insert into ledger_account (tenant, scheme, code) values (1, 3, 'x')"
            )
    finally:
        await con.close()
    functions = await admin.fetch(
        "select proname from pg_proc where proname like 'ledger\\_%'"
        " and has_function_privilege($1, oid, 'execute') order by 1",
        role,
    )
    allowed = [
        "ledger_account_code", "ledger_append", "ledger_expire", "ledger_keep_check",
        "ledger_linked_transfers", "ledger_post", "ledger_recount", "ledger_trial_balance",
        "ledger_waiting_transfers",
    ]  # fmt: skip
    assert [row["proname"] for row in functions] == (allowed if role == "hub_app" else [])


async def test_a_year_of_transfers_is_read_by_index(
    database: Database, admin: asyncpg.Connection
) -> None:
    """One lodging's statement among 60,000 transfers of others reads no other lodging's rows."""
    await post(database, [TO_LODGING, TO_OFFICE])
    await admin.execute(
        "insert into ledger_transfer (tenant, scheme, reference, kind, debit_account,"
        " credit_account, debit_tenant, credit_tenant, amount_cents, currency, shared, booked_at)"
        " select 5, 3, 'bulk:' || n, 'posted', t.debit_account, t.credit_account, 2, 5, 1, 'EUR',"
        " false, now() from generate_series(1, 60000) n, ledger_transfer t"
        " where t.reference = 'booking:1:lodging'"
    )
    await admin.execute("analyze ledger_transfer")
    for name, values in (
        ("list_transfers", {"caller": LODGING, "wanted": 100}),
        ("list_statement", {"holder": LODGING, "wanted": 100}),
        ("list_balances", {"holder": LODGING}),
        ("list_by_reference", {"caller": LODGING, "prefix": "booking:1:"}),
        ("list_shares", {"scheme": FEDERATION, "wanted": 100}),
    ):
        query = getattr(q, name)
        tenant = FEDERATION if name == "list_shares" else LODGING
        async with database.transaction(tenant) as tx:
            con = await tx.connection()
            rows = await con.fetch(
                f"explain (analyze, timing off, costs off) {query.sql}", *query.arguments(values)
            )
        plan = "\n".join(row[0] for row in rows)
        assert "Seq Scan on ledger_transfer" not in plan, plan
        removed = [int(line.split()[-1]) for line in plan.splitlines() if "Removed by" in line]
        assert sum(removed) < 100, plan
