"""The audit record: append-only, behind the wall, sealed by a chain."""

from datetime import timedelta

import asyncpg
import pytest

from hub import audit
from hub.audit import actions, store
from hub.audit.models import Fault
from hub.audit.tasks import link_entries_later
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.vertical import Nothing

REFUSED = "42501"


async def write(database: Database, tenant: int, *actions_done: str) -> None:
    for action in actions_done:
        async with database.transaction(tenant, actor="person:7") as tx:
            await audit.record(
                tx, action=action, subject="booking:1", reason="the guest asked", detail={"n": 1}
            )


async def link(database: Database) -> int:
    async with database.transaction() as tx:
        return await actions.link_waiting(tx)


async def verify(database: Database) -> actions.Verification:
    async with database.transaction() as tx:
        return await actions.verify_chain(tx)


async def disarm(admin: asyncpg.Connection, sql: str) -> None:
    """Do what only the machine's administrator can: rewrite history with the triggers off."""
    await admin.execute(f"begin; set local session_replication_role = replica; {sql}; commit")


async def test_an_act_is_written_down_with_its_actor_instant_and_reason(
    database: Database, clock: DrivenClock
) -> None:
    await write(database, 1, "booking.cancelled")
    async with database.transaction(1) as tx:
        (entry,) = await audit.list_entries(tx)
    assert entry.actor == "person:7"
    assert entry.at == clock.now()
    assert (entry.action, entry.subject) == ("booking.cancelled", "booking:1")
    assert (entry.reason, entry.detail) == ("the guest asked", {"n": 1})


async def test_an_act_that_is_rolled_back_leaves_no_entry(database: Database) -> None:
    async def cancel_halfway() -> None:
        async with database.transaction(1) as tx:
            await audit.record(tx, action="a", subject="s")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await cancel_halfway()
    async with database.transaction(1) as tx:
        assert await audit.list_entries(tx) == []


async def test_a_tenant_sees_its_own_acts_only_and_the_operator_all(database: Database) -> None:
    await write(database, 1, "one")
    await write(database, 2, "two")
    async with database.transaction(1) as tx:
        assert [entry.action for entry in await audit.list_entries(tx)] == ["one"]
    async with database.transaction(3) as tx:
        assert await audit.list_entries(tx) == []
        everything = await actions.list_entries_of_all(tx)
    assert [entry.action for entry in everything] == ["two", "one"]


async def test_entries_are_listed_page_by_page(database: Database) -> None:
    await write(database, 1, "a", "b", "c")
    async with database.transaction(1) as tx:
        newest = await audit.list_entries(tx, wanted=2)
        older = await audit.list_entries(tx, before=newest[-1].id, wanted=2)
    assert [entry.action for entry in [*newest, *older]] == ["c", "b", "a"]


async def test_an_act_without_a_tenant_or_for_another_is_refused(database: Database) -> None:
    with pytest.raises(HubError):
        async with database.transaction() as tx:
            await audit.record(tx, action="a", subject="s")
    foreign = (
        "insert into audit_entry (tenant, at, actor, action, subject)"
        " values (2, now(), 'person:7', 'a', 's')"
    )
    with pytest.raises(asyncpg.PostgresError) as caught:
        async with database.transaction(1) as tx:
            await (await tx.connection()).execute(foreign)
    assert caught.value.sqlstate == REFUSED


@pytest.mark.parametrize(
    "sql",
    [
        "update audit_entry set reason = 'another'",
        "delete from audit_entry",
        "truncate audit_entry cascade",
        "update audit_link set hash = previous_hash",
        "delete from audit_link",
        "truncate audit_link",
        "update audit_own_link set hash = hash",
        "delete from audit_own_link",
        "truncate audit_own_link",
    ],
)
async def test_no_role_rewrites_the_record(
    database: Database, admin: asyncpg.Connection, sql: str
) -> None:
    await write(database, 1, "one")
    await link(database)
    for role in ("hub_app", "hub_owner", "hub_definer", "postgres"):
        with pytest.raises(asyncpg.PostgresError) as caught:
            await admin.execute(
                f"begin; set local role {role}; set local app.tenant = '1'; {sql}; commit"
            )
        await admin.execute("rollback")
        assert caught.value.sqlstate == REFUSED, role
    assert (await verify(database)).broken_at is None


async def test_the_chain_seals_the_entries_of_all_tenants_in_order(
    database: Database, admin: asyncpg.Connection
) -> None:
    await write(database, 1, "a", "b")
    await write(database, 2, "c")
    assert await link(database) == 3
    assert await link(database) == 0
    await write(database, 1, "d")
    assert await link(database) == 1
    found = await verify(database)
    assert (found.links, found.broken_at) == (4, None)
    rows = await admin.fetch("select entry, hash, previous_hash from audit_link order by seq")
    assert [row["entry"] for row in rows] == sorted(row["entry"] for row in rows)
    assert rows[0]["previous_hash"] == bytes(32)
    assert [row["previous_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    assert found.head == rows[-1]["hash"].hex()


async def test_an_entry_that_commits_after_a_later_one_was_linked_is_linked_too(
    database: Database,
) -> None:
    async with database.transaction(1) as slow:
        await audit.record(slow, action="slow", subject="s")
        await write(database, 1, "quick")
        assert await link(database) == 1
    assert await link(database) == 1
    found = await verify(database)
    assert (found.links, found.broken_at) == (2, None)


async def test_two_linkers_at_once_make_one_chain(database: Database) -> None:
    await write(database, 1, "a")
    async with database.transaction() as first, database.transaction() as second:
        assert await actions.link_waiting(first) == 1
        assert await actions.link_waiting(second) == 0
    assert (await verify(database)).links == 1


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("update audit_entry set reason = 'no' where id = 2", (2, 2, Fault.ENTRY_CHANGED)),
        ("update audit_entry set tenant = 9 where id = 2", (2, 2, Fault.ENTRY_CHANGED)),
        (
            "update audit_entry set at = at + interval '1 us' where id = 2",
            (2, 2, Fault.ENTRY_CHANGED),
        ),
        (
            """update audit_entry set detail = '{"n": 2}' where id = 2""",
            (2, 2, Fault.ENTRY_CHANGED),
        ),
        ("delete from audit_entry where id = 2", (2, 2, Fault.ENTRY_GONE)),
        ("delete from audit_link where seq = 2", (3, 3, Fault.LINK_GONE)),
        ("delete from audit_link where seq = 3", (3, None, Fault.NEVER_LINKED)),
        ("update audit_link set previous_hash = hash where seq = 2", (2, 2, Fault.LINK_CHANGED)),
    ],
)
async def test_a_rewritten_history_is_found_at_its_first_change(
    database: Database,
    admin: asyncpg.Connection,
    sql: str,
    found: tuple[int, int | None, Fault],
) -> None:
    await write(database, 1, "a", "b", "c")
    await link(database)
    await disarm(admin, sql)
    broken_at = (await verify(database)).broken_at
    assert broken_at is not None
    assert (broken_at.entry, broken_at.seq, broken_at.fault) == found


async def test_a_night_walks_what_is_new_and_goes_on_with_the_whole(
    database: Database, admin: asyncpg.Connection
) -> None:
    async def walk(most: int) -> tuple[int, int | None]:
        found = await actions.verify_lately(database, most)
        return found.links, found.broken_at.seq if found.broken_at else None

    await write(database, 1, *"abcd")
    await link(database)
    assert [await walk(3), await walk(3)] == [(3, None), (4, None)]
    await disarm(admin, "update audit_entry set reason = 'no' where id = 4")
    assert await walk(1) == (4, None), "not come there yet"
    await write(database, 1, "e")
    await link(database)
    assert await walk(1) == (5, None), "what is new first"
    assert await walk(9) == (5, 4)
    assert await walk(9) == (5, 4), "it stays found"


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("update audit_link set hash = decode(repeat('00', 32), 'hex') where seq = 2", 2),
        ("delete from audit_link where seq = 2", 2),
    ],
)
async def test_the_link_that_was_verified_last_is_looked_at_again(
    database: Database, admin: asyncpg.Connection, sql: str, fault: int
) -> None:
    await write(database, 1, "a", "b")
    await link(database)
    assert (await actions.verify_lately(database)).broken_at is None
    await disarm(admin, sql)
    found = await actions.verify_lately(database, 0)
    assert found.broken_at is not None
    assert found.broken_at.seq == fault


async def test_a_walk_waits_for_no_other_and_only_the_further_one_is_kept(
    database: Database, clock: DrivenClock
) -> None:
    await write(database, 1, "a", "b")
    await link(database)
    nobody = await actions.verify_lately(database)
    assert (nobody.links, nobody.broken_at) == (2, None)
    async with database.transaction() as slow:
        behind = await store.find_walk(slow)
        assert behind is not None
        assert behind.whole_at is None, "nothing was passed over yet"
        await write(database, 1, "c")
        await link(database)
        clock.forward(timedelta(days=1))
        found = await actions.verify_lately(database)
        assert (found.links, found.broken_at) == (3, None)
        await store.keep_walk(slow, behind)
    async with database.transaction() as tx:
        kept = await store.find_walk(tx)
    assert kept is not None
    assert (kept.newest_seq, kept.whole_at) == (3, clock.now())


async def test_a_night_looks_for_some_entries_and_keeps_how_far_the_walk_came(
    database: Database, admin: asyncpg.Connection
) -> None:
    await write(database, 1, "a", "b", "c")
    await link(database)
    await write(database, 1, "d")
    await admin.execute("delete from audit_waiting")
    nights = [await actions.verify_lately(database, 2) for _ in range(3)]
    entries = [one.broken_at and (one.broken_at.entry, one.broken_at.fault) for one in nights]
    assert entries == [None, (4, Fault.NEVER_LINKED), (4, Fault.NEVER_LINKED)]
    async with database.transaction() as tx:
        kept = await store.find_walk(tx)
    assert kept is not None
    assert (kept.newest_seq, kept.sought) == (3, 2)


async def test_an_entry_kept_out_of_the_chain_is_found(
    database: Database, admin: asyncpg.Connection
) -> None:
    await write(database, 1, "a")
    assert (await verify(database)).broken_at is None  # it waits, which is no fault
    await admin.execute("delete from audit_waiting")
    broken_at = (await verify(database)).broken_at
    assert broken_at is not None
    assert broken_at.fault == Fault.NEVER_LINKED


async def test_the_task_links_all_that_waits(database: Database, clock: DrivenClock) -> None:
    await write(database, 1, "a", "b", "c")
    clock.forward(timedelta(seconds=2))
    await link_entries_later.run(database, None, Nothing())
    assert (await verify(database)).links == 3
