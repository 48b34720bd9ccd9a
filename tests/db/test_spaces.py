"""What is about a person in spaces: their copy, their erasure; and a space that moves to a hub."""

from pathlib import Path
from uuid import UUID

import asyncpg

from hub.core.caller import Caller
from hub.core.db import Database, Session
from hub.own_data.actions import erasing
from hub.own_data.models import EraseMe
from hub.spaces import write_post
from hub.spaces.actions import keeping, moderating
from hub.spaces.models import Decide, Report, Settings, Write
from tests.db.test_own_data import PASSWORD, copy_of, look, manifest_of, open_account, rows_of
from tests.db.test_portability import arrive, elsewhere, leave, organisation, source, target

__all__ = ["elsewhere", "look", "source", "target"]
SPACE, POST, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
WORDS = "Il donne l'adresse de ma voisine."


async def region_of(demo: Database, look: asyncpg.Connection) -> tuple[int, int]:
    """The region and who owns it."""
    row = await look.fetchrow(
        "select m.tenant, m.person from membership m join organisation o on o.id = m.tenant"
        " where o.kind = 'region' and m.role = 'owner' order by m.person limit 1"
    )
    assert row
    return int(row["tenant"]), int(row["person"])


async def fill(demo: Database, look: asyncpg.Connection) -> tuple[int, Caller, Caller]:
    """A space in which Ada wrote, Zoé reported it and wrote too, and the owner removed Ada's."""
    tenant, owner = await region_of(demo, look)
    ada = await open_account(demo, "ada@demo.example", password=PASSWORD)
    zoe = await open_account(demo, "zoe@demo.example", "Zoé Petit", password=PASSWORD)
    async with demo.transaction(tenant, actor=f"person:{owner}") as tx:
        typed = Settings(name="Voisins")
        await keeping.open_space(tx, SPACE, typed, person=owner, caller_role="owner")
        seat = await keeping.read(tx, tenant, SPACE, owner)
        for one in (ada, zoe):
            await keeping.invite(tx, seat, one.email or "", "member")
    for one, id, body in ((ada, POST, "Elle habite au 3."), (zoe, OTHER, "Bonjour de Zoé.")):
        async with demo.transaction(tenant, actor=one.actor) as tx:
            seat = await keeping.read(tx, tenant, SPACE, one.person)
            await write_post(tx, seat, id, Write(title="Un mot", body=body))
    async with demo.transaction(tenant, actor=zoe.actor) as tx:
        seat = await keeping.read(tx, tenant, SPACE, zoe.person)
        await moderating.report(tx, seat, POST, Report(ground="personal", words=WORDS))
    async with demo.transaction(tenant, actor=f"person:{owner}") as tx:
        seat = await keeping.read(tx, tenant, SPACE, owner)
        why = Decide(verdict="remove", ground="personal", words="Une adresse privée.")
        await moderating.decide(tx, seat, POST, why)
    return tenant, ada, zoe


async def test_a_person_is_given_what_is_theirs_in_spaces_and_nothing_of_others(
    demo: Database, look: asyncpg.Connection
) -> None:
    tenant, ada, zoe = await fill(demo, look)
    copy = await copy_of(demo, ada)
    assert [one.id for one in manifest_of(copy).organisations] == [tenant]
    [post] = rows_of(copy, "space_post")
    assert post["body"] == "Elle habite au 3."
    [decision] = rows_of(copy, "space_decision")
    assert decision["words"] == "Une adresse privée."
    assert "decided_by" not in decision
    whole = b"".join(copy.read(name) for name in copy.namelist()).decode()
    for secret in ("Bonjour de Zoé.", WORDS, "zoe@demo.example", f"person:{zoe.person}"):
        assert secret not in whole
    theirs = await copy_of(demo, zoe)
    assert [one["words"] for one in rows_of(theirs, "space_report")] == [WORDS]
    assert "Elle habite" not in b"".join(theirs.read(n) for n in theirs.namelist()).decode()


async def test_an_erasure_takes_the_words_and_leaves_the_others_theirs(
    demo: Database, look: asyncpg.Connection
) -> None:
    _, ada, zoe = await fill(demo, look)
    for one in (ada, zoe):
        command = EraseMe(email=one.email or "", password=PASSWORD)
        done = await erasing.erase_person(demo, one, command, host=None)
        assert done.left == {}
        left = await look.fetch("select id, author, body from space_post order by id")
        assert (left[0]["author"], left[0]["body"]) == (None, "")
        if one is ada:
            assert (left[1]["author"], left[1]["body"]) == (zoe.person, "Bonjour de Zoé.")
    assert await look.fetchval("select count(*) from space_post where body <> ''") == 0
    assert await look.fetchval("select count(*) from space_report where words <> '-'") == 0
    assert await look.fetchval("select count(*) from space_member") == 1


async def test_a_space_arrives_at_another_hub_with_all_that_was_written_and_decided(
    demo: Database, look: asyncpg.Connection, source: Session, target: Session, tmp_path: Path
) -> None:
    tenant, _, _ = await fill(demo, look)
    assert tenant == await organisation(source, "region")
    left = await leave(source, tenant, tmp_path)
    rows = {table.table: table.rows for table in left.bundle.tables}
    tables = ("community_space", "space_member", "space_post", "space_decision", "space_report")
    assert [rows[name] for name in tables] == [1, 3, 2, 1, 1]
    await arrive(target, tmp_path)
    for name in tables:
        there = await target.con.fetchval(f"select count(*) from {name}")
        assert there == rows[name], name
