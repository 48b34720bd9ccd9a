"""What waits for a moderator and what the clock goes through, whatever its author does."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.digests import actions as digests
from hub.digests import store as digest_store
from hub.own_data.actions import erasing
from hub.own_data.models import EraseMe
from hub.spaces import Seat
from hub.spaces.actions import forgetting, keeping, moderating, writing
from hub.spaces.errors import DecisionOver
from hub.spaces.models import Report, Settings
from hub.spaces.store import q
from tests.db.test_own_data import PASSWORD, look
from tests.db.test_spaces import OTHER, POST, SPACE, WORDS, fill, region_of
from tests.locks import until_somebody_waits
from tests.orders import legal_hold

__all__ = ["look"]
OLD_TOLD = "select count(*) from pgmq.q_celery where message::text like '%spaces.forget_old%'"
WHY = "C'est ma propre adresse, et je la donne."


async def sit(tx: Tx, tenant: int, person: int | None) -> Seat:
    return await keeping.read(tx, tenant, SPACE, person)


async def waiting(demo: Database, look: asyncpg.Connection) -> tuple[int, int, int]:
    """How many reports and complaints a moderator sees, and how many their letter says."""
    tenant, owner = await region_of(demo, look)
    async with demo.transaction(tenant, actor=f"person:{owner}") as tx:
        seat = await sit(tx, tenant, owner)
        reported = await moderating.list_reported(tx, seat)
        appeals = await moderating.list_appeals(tx, seat)
        return len(reported), len(appeals), await digest_store.count_desk(tx, SPACE)


async def contest(demo: Database, decision: UUID, tenant: int, person: int) -> None:
    async with demo.transaction(tenant, actor=f"person:{person}") as tx:
        await moderating.contest(tx, await sit(tx, tenant, person), decision, WHY)


async def test_what_its_author_took_back_waits_for_no_moderator_and_is_forgotten(
    demo: Database, look: asyncpg.Connection, clock: DrivenClock
) -> None:
    tenant, ada, _ = await fill(demo, look)
    assert ada.person
    decision = await look.fetchval("select id from space_decision")
    await contest(demo, decision, tenant, ada.person)
    assert await waiting(demo, look) == (0, 1, 1)
    async with demo.transaction(tenant, actor=ada.actor) as tx:
        await writing.take_back(tx, await sit(tx, tenant, ada.person), POST)
    assert await waiting(demo, look) == (0, 0, 0)
    clock.forward(timedelta(days=367))
    kept = "select count(*) from space_decision"
    async with legal_hold(look, tenant):
        async with demo.transaction(tenant) as tx:
            await forgetting.forget_old(tx)
            await forgetting.announce_old(tx)
        assert await look.fetchval(kept) == 1
        assert not await look.fetchval(OLD_TOLD)
    async with demo.transaction(tenant) as tx:
        await forgetting.announce_old(tx)
        await forgetting.forget_old(tx)
    assert await look.fetchval(kept) == 0
    assert await look.fetchval(OLD_TOLD) == 1


async def test_words_that_were_taken_off_stay_while_an_order_keeps_them(
    demo: Database, look: asyncpg.Connection, clock: DrivenClock
) -> None:
    tenant, *_ = await fill(demo, look)
    clock.forward(timedelta(days=367))
    words = "select count(*) from space_post where state in ('refused', 'removed') and body <> ''"
    assert await look.fetchval(words) == 1
    async with legal_hold(look, tenant), demo.transaction(tenant) as tx:
        await forgetting.forget_old(tx)
    assert await look.fetchval(words) == 1
    async with demo.transaction(tenant) as tx:
        await forgetting.forget_old(tx)
    assert await look.fetchval(words) == 0


async def test_what_is_said_of_an_erased_author_is_closed(
    demo: Database, look: asyncpg.Connection
) -> None:
    tenant, ada, zoe = await fill(demo, look)
    assert ada.person
    decision = await look.fetchval("select id from space_decision")
    await contest(demo, decision, tenant, ada.person)
    async with demo.transaction(tenant, actor=ada.actor) as tx:
        said = Report(ground="insult", words=WORDS)
        await moderating.report(tx, await sit(tx, tenant, ada.person), OTHER, said)
    assert await waiting(demo, look) == (1, 1, 2)
    for one in (zoe, ada):
        command = EraseMe(email=one.email or "", password=PASSWORD)
        await erasing.erase_person(demo, one, command, host=None)
    assert await waiting(demo, look) == (0, 0, 0)
    assert await look.fetchval("select count(*) from space_report where outcome is null") == 0


async def test_nobody_contests_what_is_being_taken_back(
    demo: Database, look: asyncpg.Connection
) -> None:
    tenant, ada, _ = await fill(demo, look)
    assert ada.person
    decision = await look.fetchval("select id from space_decision")
    async with demo.transaction(tenant, actor=ada.actor) as tx:
        await writing.take_back(tx, await sit(tx, tenant, ada.person), POST)
        late = asyncio.create_task(contest(demo, decision, tenant, ada.person))
        await until_somebody_waits(look, late)
    with pytest.raises(DecisionOver):
        await late
    assert await look.fetchval("select count(*) from space_decision where appeal is not null") == 0


@pytest.mark.parametrize("size", [1, 2])
async def test_the_clock_comes_to_every_organisation(
    demo: Database,
    look: asyncpg.Connection,
    clock: DrivenClock,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    await fill(demo, look)
    await look.execute(
        """
        with o as (select id from organisation o where not exists
                     (select from community_space s where s.tenant = o.id) order by id limit 4),
             s as (insert into community_space
                     (tenant, id, name, about, rules, moderation, admits, opened_at)
                   select id, gen_random_uuid(), 'Un', '', '', 'after', 'invited', $1 from o
                   returning tenant, id),
             p as (insert into space_post
                     (tenant, id, space, attached, title, body, state, posted_at, shown_at)
                   select tenant, gen_random_uuid(), id, 'nothing', 'x', 'x', 'shown', $1, $1 from s
                   returning tenant, id)
        insert into space_decision
          (tenant, id, post, kind, words, reported, decided_by, decided_at)
        select tenant, gen_random_uuid(), id, 'kept', '', true, 'x', $1 from p
        """,
        clock.now(),
    )
    queued = "select count(*) from pgmq.q_celery"
    monkeypatch.setattr(digests, "SPACES", size)
    monkeypatch.setattr(forgetting, "WALLS", size)
    await look.execute("delete from pgmq.q_celery")
    async with demo.transaction() as tx:
        await digests.announce_digests(tx)
    assert await look.fetchval(queued) == 5
    await look.execute("delete from pgmq.q_celery")
    clock.forward(timedelta(days=200))
    async with demo.transaction() as tx:
        await forgetting.announce_old(tx)
    assert await look.fetchval(queued) == 5


async def test_a_desk_is_read_by_what_waits_and_not_by_all_that_was_written(
    demo: Database, look: asyncpg.Connection
) -> None:
    tenant, ada, _ = await fill(demo, look)
    async with demo.transaction(tenant, actor=ada.actor) as tx:
        said = Report(ground="insult", words=WORDS)
        await moderating.report(tx, await sit(tx, tenant, ada.person), OTHER, said)
    await look.execute(
        "insert into space_post (tenant, id, space, attached, title, body, state, posted_at)"
        " select tenant, gen_random_uuid(), space, attached, 'x', 'x', 'shown', posted_at"
        " from space_post, generate_series(1, 3000) where id = $1",
        OTHER,
    )
    await look.execute("analyze space_post, space_report, space_decision")
    for query, values in (
        (q.list_reported, {"space": SPACE, "wanted": 50}),
        (q.list_appeals, {"space": SPACE, "wanted": 50}),
        (digest_store.q.count_desk, {"space": SPACE}),
    ):
        async with demo.transaction(tenant) as tx:
            con = await tx.connection()
            asked = f"explain (analyze, buffers, timing off, format json) {query.sql}"
            [plan] = json.loads(await con.fetchval(asked, *query.arguments(values)))
        read = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
        assert read < 1_000, query.name


async def test_an_organisation_reopens_no_more_spaces_than_it_may_open(
    demo: Database, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(demo, look)
    tenant, owner = await region_of(demo, look)
    monkeypatch.setattr(keeping, "MOST_SPACES", 1)
    async with demo.transaction(tenant, actor=f"person:{owner}") as tx:
        await keeping.close_or_reopen(tx, await sit(tx, tenant, owner), closed=True)
        typed = Settings(name="Un autre")
        await keeping.open_space(tx, UUID(int=9), typed, person=owner, caller_role="owner")
    async with demo.transaction(tenant, actor=f"person:{owner}") as tx:
        seat = await sit(tx, tenant, owner)
        with pytest.raises(keeping.SpaceFull):
            await keeping.close_or_reopen(tx, seat, closed=False)
    assert await look.fetchval("select count(*) from community_space where closed_at is null") == 1
