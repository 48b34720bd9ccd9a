"""What is about a person in a space's documents, events, questions and letters: copied, erased,
moved to another hub; and nothing of others."""

import hashlib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from hub.core.caller import Caller
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session
from hub.digests import actions as digests
from hub.gatherings import actions as gatherings
from hub.gatherings.models import Plan
from hub.own_data.actions import erasing
from hub.own_data.models import EraseMe
from hub.polls import actions as polls
from hub.polls.models import Ask
from hub.shelf import actions as shelf
from hub.shelf.models import Checked
from hub.spaces import Write
from hub.spaces.actions import keeping
from tests.db.test_own_data import PASSWORD, copy_of, look, manifest_of, rows_of
from tests.db.test_portability import arrive, elsewhere, leave, source, target
from tests.db.test_spaces import SPACE, fill

__all__ = ["elsewhere", "look", "source", "target"]
DOCUMENT, EVENT, POLL = UUID(int=11), UUID(int=12), UUID(int=13)
PDF = b"%PDF-1.7 le papier d'Ada"
TABLES = ("space_document", "space_event", "space_attendance", "space_poll", "space_tally",
          "space_voter", "space_notice")  # fmt: skip


async def attach(demo: Database, look: asyncpg.Connection) -> tuple[int, EraseMe, EraseMe]:
    """Ada shares, announces and asks; Zoé comes, votes and chooses."""
    tenant, ada, zoe = await fill(demo, look)
    typed = Write(title="Un mot", body="Voici.")
    async with demo.transaction(tenant, actor=ada.actor) as tx:
        seat = await keeping.read(tx, tenant, SPACE, ada.person)
        file = Checked(name="papier.pdf", kind="pdf", content=PDF)
        await shelf.add(tx, seat, DOCUMENT, typed, file)
        plan = Plan(place="Chez Ada", begins="2026-12-10T18:00", ends="2026-12-10T20:00")
        await gatherings.announce(tx, seat, EVENT, typed, plan)
        asked = Ask(kind="proposal", choices="", closes="2026-12-10T18:00", secret=False)
        await polls.ask(tx, seat, POLL, typed, asked)
    async with demo.transaction(tenant, actor=zoe.actor) as tx:
        seat = await keeping.read(tx, tenant, SPACE, zoe.person)
        await gatherings.answer(tx, seat, EVENT, "yes")
        await polls.vote(tx, seat, POLL, "0")
        await digests.choose(tx, seat, "none")
    return tenant, _erase(ada.email), _erase(zoe.email)


def _erase(email: str | None) -> EraseMe:
    return EraseMe(email=email or "", password=PASSWORD)


async def counts(con: asyncpg.Connection) -> dict[str, int]:
    return {name: int(await con.fetchval(f"select count(*) from {name}")) for name in TABLES}


async def test_each_is_given_what_is_theirs(demo: Database, look: asyncpg.Connection) -> None:
    await attach(demo, look)
    rows = await look.fetch("select id, email from person where email like '%@demo.example'")
    people = {row["email"]: row["id"] for row in rows}
    ada, zoe = (
        Caller(person=people[email], name="x", email=email)
        for email in ("ada@demo.example", "zoe@demo.example")
    )
    copy = await copy_of(demo, ada)
    [document] = rows_of(copy, "space_document")
    assert document["name"] == "papier.pdf"
    assert document["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert "space_document.content" in manifest_of(copy).left_out
    [event] = rows_of(copy, "space_event")
    assert event["place"] == "Chez Ada"
    assert "json/space-attendance.json" not in copy.namelist()
    theirs = await copy_of(demo, zoe)
    assert [row["answer"] for row in rows_of(theirs, "space_attendance")] == ["yes"]
    assert [row["choice"] for row in rows_of(theirs, "space_voter")] == [0]
    assert [row["choice"] for row in rows_of(theirs, "space_notice")] == ["none"]
    assert b"Chez Ada" not in b"".join(theirs.read(name) for name in theirs.namelist())


async def test_an_erasure_takes_what_came_with_the_words_and_leaves_the_counts(
    demo: Database, look: asyncpg.Connection
) -> None:
    _, ada, zoe = await attach(demo, look)
    for command, left in (
        (zoe, {"space_poll": 1, "space_tally": 1, "space_voter": 0, "space_attendance": 0}),
        (ada, dict.fromkeys(TABLES, 0)),
    ):
        number = await look.fetchval("select id from person where email = $1", command.email)
        caller = Caller(person=number, name="x", email=command.email)
        done = await erasing.erase_person(demo, caller, command, host=None)
        assert done.left == {}
        found = await counts(look)
        assert {name: found[name] for name in left} == left


async def test_all_of_it_arrives_at_another_hub(
    demo: Database,
    look: asyncpg.Connection,
    source: Session,
    target: Session,
    tmp_path: Path,
    clock: DrivenClock,
) -> None:
    tenant, _, _ = await attach(demo, look)
    clock.forward(timedelta(minutes=1))
    before = await counts(look)
    assert min(before.values()) == 1
    await leave(source, tenant, tmp_path)
    await arrive(target, tmp_path)
    assert await counts(target.con) == before
