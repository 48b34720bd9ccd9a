"""The ledger keeps itself: expiry, part postings, floors, folded balances, the chain, the check."""

import asyncio
import random
from datetime import timedelta

import asyncpg
import pytest

from hub import ledger
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.vertical import Nothing
from hub.ledger import BelowFloor, DraftInvalid, Kind, NothingPending, Side, keeping
from hub.ledger.models import Check
from hub.ledger.tasks import check_later, expire_later, link_later
from tests.db.test_ledger import (
    BOOKING,
    CASH,
    CHARGE,
    DEPOSITS,
    OFFICE,
    OFFICE_SHARE,
    PLATFORM,
    back,
    balances,
    draft,
    held,
    organisations,
    post,
)

__all__ = ["organisations"]
OUT = Side(holder=OFFICE, code="bank.out")
RESERVE = Side(holder=PLATFORM, code="reserve.share")


async def link(database: Database) -> None:
    await link_later.run(database, None, Nothing())


async def check(database: Database) -> Check:
    await check_later.run(database, None, Nothing())
    async with database.transaction() as tx:
        found = await keeping.find_check(tx)
    assert found is not None
    return found


async def test_a_pending_transfer_expires_at_its_time_and_is_settled_no_more(
    database: Database, clock: DrivenClock
) -> None:
    until = clock.now() + timedelta(minutes=15)
    await post(database, [draft("p:1", CASH, DEPOSITS, 500, kind=Kind.PENDING, expires_at=until)])
    await post(database, [draft("p:2", CASH, DEPOSITS, 70, kind=Kind.PENDING)])
    clock.set(until - timedelta(seconds=1))
    await expire_later.run(database, None, Nothing())
    assert (await balances(database))["psp.cash"].pending_debit_cents == 570
    clock.set(until)
    for _ in range(2):
        await expire_later.run(database, None, Nothing())
    found = await balances(database)
    assert found["psp.cash"].pending_debit_cents == 70
    assert held(found["psp.cash"]) == 0
    late = draft("p:1:post", CASH, DEPOSITS, 500, kind=Kind.POST, settles="p:1")
    with pytest.raises(NothingPending):
        await post(database, [late])


async def test_what_was_settled_in_time_does_not_expire(
    database: Database, clock: DrivenClock
) -> None:
    until = clock.now() + timedelta(minutes=15)
    await post(database, [draft("p:1", CASH, DEPOSITS, 500, kind=Kind.PENDING, expires_at=until)])
    await post(database, [draft("p:1:x", CASH, DEPOSITS, 500, kind=Kind.POST, settles="p:1")])
    clock.set(until + timedelta(days=1))
    await expire_later.run(database, None, Nothing())
    assert held((await balances(database))["guest.deposits"]) == 500


async def test_a_part_may_be_posted_and_the_rest_is_let_go(database: Database) -> None:
    await post(database, [CHARGE])
    part = draft("charge:1:part", CASH, DEPOSITS, 6_000, kind=Kind.POST, settles="charge:1")
    await post(database, [part])
    found = await balances(database)
    assert (held(found["guest.deposits"]), found["guest.deposits"].pending_credit_cents) == (
        6_000,
        0,
    )
    rest = draft("charge:1:rest", CASH, DEPOSITS, 4_000, kind=Kind.POST, settles="charge:1")
    with pytest.raises(NothingPending):
        await post(database, [rest])
    await link(database)
    assert await balances(database) == found, "folded, the same"


@pytest.mark.parametrize("kind", [Kind.POST, Kind.VOID])
async def test_more_than_was_pending_is_never_posted_and_a_void_is_whole(
    database: Database, kind: Kind
) -> None:
    await post(database, [CHARGE])
    cents = 10_001 if kind is Kind.POST else 9_999
    with pytest.raises(NothingPending):
        await post(database, [draft("x", CASH, DEPOSITS, cents, kind=kind, settles="charge:1")])


async def test_an_account_goes_below_zero_as_far_as_its_class_allows(database: Database) -> None:
    await post(database, [CHARGE])
    await post(database, BOOKING)  # the office has 3.00
    await link(database)
    await post(database, [draft("pay:1", OFFICE_SHARE, OUT, 500_300)])
    with pytest.raises(BelowFloor) as refused:
        await post(database, [draft("pay:2", OFFICE_SHARE, OUT, 1)])
    assert str(refused.value) == "The class of this account has a floor."
    # A guest's money goes back whatever the office has spent.
    await post(database, [back(300)])
    assert held((await balances(database))["office.share"]) == -500_300


async def test_a_movement_that_the_service_has_made_is_written_down_below_a_floor(
    database: Database,
) -> None:
    with pytest.raises(BelowFloor):
        await post(database, [draft("out:1", RESERVE, OUT, 10)])
    for _ in range(2):
        await post(database, [draft("settle:1:reserve.share", RESERVE, OUT, 10)])
    assert held((await balances(database))["reserve.share"]) == -10


async def test_what_waits_to_leave_counts_and_the_reserve_gives_only_what_it_has(
    database: Database,
) -> None:
    await post(database, [draft("in", DEPOSITS, RESERVE, 1_000)])
    await post(database, [draft("w", RESERVE, OUT, 900, kind=Kind.PENDING)])
    with pytest.raises(BelowFloor):
        await post(database, [draft("out", RESERVE, OUT, 101)])
    await post(database, [draft("w:void", RESERVE, OUT, 900, kind=Kind.VOID, settles="w")])
    await post(database, [draft("out", RESERVE, OUT, 1_000)])


async def test_two_who_empty_the_reserve_at_once_do_not_both(database: Database) -> None:
    await post(database, [draft("in", DEPOSITS, RESERVE, 1_000)])
    tries = await asyncio.gather(
        *(post(database, [draft(f"out:{n}", RESERVE, OUT, 600)]) for n in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, list) for one in tries) == 1
    assert sum(isinstance(one, BelowFloor) for one in tries) == 3


async def test_nobody_expires_a_transfer_by_hand(database: Database, clock: DrivenClock) -> None:
    for wrong in ({"kind": Kind.EXPIRE}, {"expires_at": clock.now()}):
        with pytest.raises(DraftInvalid):
            await post(database, [draft("x", CASH, DEPOSITS, 1, **wrong)])


async def test_folded_balances_and_what_waits_are_always_the_whole(
    database: Database, admin: asyncpg.Connection
) -> None:
    draw = random.Random(4)
    total = 0
    for n in range(60):
        cents = draw.randint(1, 9_000)
        total += cents
        await post(database, [draft(f"t:{n}", CASH, DEPOSITS, cents)])
        if draw.random() < 0.2:
            await link(database)
        assert held((await balances(database))["guest.deposits"]) == total
    await link(database)
    assert await admin.fetchval("select count(*) from ledger_waiting") == 0
    assert await admin.fetchval("select count(*) from ledger_link") == 60
    found = await check(database)
    assert (found.well, found.accounts, found.links) == (True, 2, 60)


async def test_a_balance_that_was_changed_is_found_by_the_daily_check(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [CHARGE])
    await post(database, BOOKING)
    await link(database)
    assert (await check(database)).well
    await admin.execute(
        "update ledger_balance set credit_cents = credit_cents + 1"
        " where account = (select id from ledger_account where code = 'office.share')"
    )
    database.clock.forward(timedelta(days=1))  # pyright: ignore[reportAttributeAccessIssue]
    found = await check(database)
    assert (found.well, found.differing, found.broken_at) == (False, 1, None)


async def test_each_changed_byte_of_a_transfer_or_a_link_is_found(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [CHARGE])
    await post(database, BOOKING)
    await link(database)
    ids = [row["id"] for row in await admin.fetch("select id from ledger_transfer order by id")]
    await admin.execute("set session_replication_role = replica")
    for change, undo in (
        ("reference = reference || 'x'", "reference = left(reference, -1)"),
        ("amount_cents = amount_cents + 1", "amount_cents = amount_cents - 1"),
        ("booked_at = booked_at + interval '1 us'", "booked_at = booked_at - interval '1 us'"),
        ("shared = not shared", "shared = not shared"),
    ):
        for id in ids:
            await admin.execute(f"update ledger_transfer set {change} where id = $1", id)
            found = await keeping.check_whole(database)
            assert found.broken_at == id, (change, id)
            await admin.execute(f"update ledger_transfer set {undo} where id = $1", id)
            assert (await keeping.check_whole(database)).broken_at is None
    await admin.execute(
        "update ledger_link set hash = set_byte(hash, 5, (get_byte(hash, 5) + 1) % 256)"
        " where seq = 2"
    )
    assert (await keeping.check_whole(database)).broken_at == ids[1]


async def test_a_transfer_that_never_was_in_the_chain_is_found(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [CHARGE])
    await admin.execute("delete from ledger_waiting")
    found = await keeping.check_whole(database)
    assert (found.well, found.broken_at) == (
        False, await admin.fetchval("select id from ledger_transfer"),
    )  # fmt: skip


async def test_an_export_says_each_link_and_only_what_one_may_see(database: Database) -> None:
    await post(database, [CHARGE])
    await post(database, BOOKING)
    await link(database)
    now = database.clock.now()
    async with database.transaction(OFFICE) as tx:
        found = await ledger.list_export(tx, now - timedelta(days=1), now + timedelta(days=1))
        later = await ledger.list_export(tx, now + timedelta(seconds=1), now + timedelta(days=1))
    assert [one.reference for one in found] == ["booking:1:office"]
    assert all(one.hash and len(one.hash) == 64 and one.previous_hash for one in found)
    assert later == []
