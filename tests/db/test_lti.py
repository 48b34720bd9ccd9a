"""Tools of a school in the database: keys sealed, people known by names of their own, walls."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import portability
from hub.app import compose, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database, open_session
from hub.core.settings import Settings
from tests.db.test_education_roster import School, open_school
from tests.lti import SITE, TYPED, pair
from tests.orders import legal_hold
from tests.schools import bundle
from verticals.education import roster
from verticals.education.classwork import actions as classwork
from verticals.education.classwork import correcting
from verticals.education.classwork.models import Write
from verticals.education.example import fill, sample
from verticals.education.lti_launch import PlaceLink, list_lines, name_for, place_link
from verticals.education.lti_services import Score, tell_score
from verticals.education.lti_services.actions import grading
from verticals.education.lti_tools import (
    Access,
    Register,
    find_open_tool,
    jose,
    register_tool,
    sign,
)
from verticals.education.lti_tools.actions import keys, tools, trust
from verticals.education.lti_tools.errors import TokenInvalid, ToolInvalid, ToolsFull, ToolUnknown
from verticals.education.lti_tools.models import LINES, SCORES
from verticals.education.lti_tools.policy import TOOLS_MOST
from verticals.education.roster import Person
from verticals.education.roster.actions import erase_due
from verticals.education.roster.errors import NotTheHead, SchoolHeld
from verticals.education.roster.models import KEPT_AFTER_LEAVING

TOOL, LINK = UUID(int=11), UUID(int=12)


@pytest.fixture
async def look(database_url: str):
    """The schema's administrator, who sees past all walls."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def school(database: Database, look: asyncpg.Connection) -> School:
    made = await open_school(database, look, "Tilleuls")
    await made.take(bundle())
    return made


def typed(**changes: str) -> Register:
    return Register(**{**TYPED, "key": json.dumps(pair("k1")[1].as_jwk()), **changes})


async def register(school: School, id: UUID = TOOL, **changes: str) -> None:
    async with school.database.transaction(school.tenant) as tx:
        await register_tool(tx, id, typed(**changes), role="owner")


async def people_of(school: School) -> tuple[UUID, dict[str, Person]]:
    """The first class, and who is in it by first name."""
    async with school.database.transaction(school.tenant) as tx:
        [classroom, *_] = (await roster.see_board(tx)).classes
        found = await roster.list_people(tx, classroom.id)
    return classroom.id, {one.given_name: one for one in found}


async def grade(school: School) -> None:
    """Léa has a mark of a tool."""
    classroom, people = await people_of(school)
    await register(school)
    async with school.database.transaction(school.tenant) as tx:
        placed = PlaceLink(tool=str(TOOL), title="Les fractions", out_of="20")
        await place_link(tx, people["Agnès"], classroom, LINK, placed, loopback=False)
        tool = await find_open_tool(tx, TOOL)
        [line] = await list_lines(tx, tool, classroom, wanted=1)
        score = Score(
            sub=await name_for(tx, tool, people["Léa"].id),
            given=8,
            given_of=10,
            comment="",
            activity="Completed",
            grading="FullyGraded",
            told_at=tx.now,
        )
        await tell_score(tx, Access(tool=tool, scopes=(SCORES,)), classroom, line.id, score)


async def test_an_order_keeps_marks_and_what_a_class_was_given(
    school: School, look: asyncpg.Connection
) -> None:
    await grade(school)
    classroom, people = await people_of(school)
    post = UUID(int=15)
    async with school.database.transaction(school.tenant) as tx:
        given = Write(kind="resource", title="Lire", body="Page 3")
        await classwork.write_post(tx, people["Agnès"], classroom, post, given)
        tool = await find_open_tool(tx, TOOL)
        [line] = await list_lines(tx, tool, classroom, wanted=1)
    access = Access(tool=tool, scopes=(LINES,))
    async with legal_hold(look, school.tenant):
        async with school.database.transaction(school.tenant) as tx:
            with pytest.raises(SchoolHeld):
                await grading.delete_line(tx, access, classroom, line.id)
            with pytest.raises(SchoolHeld):
                await correcting.take_back(tx, people["Agnès"], post)
        assert await look.fetchval("select count(*) from school_mark") == 1
        assert await look.fetchval("select title from school_post where id = $1", post) == "Lire"
    async with school.database.transaction(school.tenant) as tx:
        await grading.delete_line(tx, access, classroom, line.id)
        await correcting.take_back(tx, people["Agnès"], post)
    assert await look.fetchval("select count(*) from school_mark") == 0


async def test_only_the_head_registers_closes_and_changes_the_key(school: School) -> None:
    await register(school)
    async with school.database.transaction(school.tenant) as tx:
        with pytest.raises(NotTheHead):
            await register_tool(tx, UUID(int=13), typed(), role="member")
        with pytest.raises(NotTheHead):
            await tools.close_tool(tx, TOOL, role=None)
        with pytest.raises(NotTheHead):
            await keys.rotate_key(tx, TOOL, role="member")


async def test_a_school_has_so_many_tools_and_no_more(
    school: School, look: asyncpg.Connection
) -> None:
    for number in range(TOOLS_MOST):
        await register(school, UUID(int=100 + number))
    with pytest.raises(ToolsFull):
        await register(school, UUID(int=99))
    await register(school, UUID(int=100))  # sent twice
    async with school.database.transaction(school.tenant) as tx:
        await tools.close_tool(tx, UUID(int=100), role="owner")
    await register(school, UUID(int=99))
    assert await look.fetchval("select count(*) from school_lti_key") == 1


async def test_addresses_of_this_machine_are_refused_unless_that_is_set(school: School) -> None:
    near = {**TYPED, "target_url": "http://127.0.0.1:5000/launch"}
    with pytest.raises(ToolInvalid):
        await register(school, **near)
    async with school.database.transaction(school.tenant) as tx:
        await register_tool(tx, TOOL, typed(**near), role="owner", loopback=True)


async def test_the_private_key_is_sealed_and_nobody_else_s(
    school: School, database: Database, look: asyncpg.Connection
) -> None:
    await register(school)
    row = await look.fetchrow("select private, public from school_lti_key")
    [public] = jose.read_keys(row["public"])
    assert public.modulus.to_bytes(256, "big") not in row["private"]  # no PKCS 8 in clear
    async with database.transaction(school.tenant) as tx:
        assert (await sign(tx, {"iss": "x"})).count(".") == 2
    other = await open_school(database, look, "Saules")
    async with database.transaction(other.tenant) as tx:
        assert await keys.list_public(tx) == {"keys": []}
        with pytest.raises(ToolUnknown):
            await tools.find_tool(tx, TOOL)


async def test_somebody_is_known_by_one_name_for_each_tool(school: School) -> None:
    _, people = await people_of(school)
    await register(school)
    await register(school, UUID(int=14), name="Manuel")
    names: set[UUID] = set()
    for _ in range(2):
        async with school.database.transaction(school.tenant) as tx:
            for id in (TOOL, UUID(int=14)):
                tool = await find_open_tool(tx, id)
                names |= {await name_for(tx, tool, people[one].id) for one in ("Léa", "Tom")}
    assert len(names) == 4
    assert not names & {id for one in people.values() for id in (one.id, one.door)}


async def test_nothing_of_a_leaver_is_left_with_the_tools(
    school: School, look: asyncpg.Connection, clock: DrivenClock
) -> None:
    await grade(school)
    counts = "select (select count(*) from school_mark), (select count(*) from school_lti_person)"
    assert tuple(await look.fetchrow(counts)) == (1, 1)
    gone = bundle(
        ("users.csv", _line("users.csv", "p1"), ""),
        ("enrollments.csv", _line("enrollments.csv", "e3"), ""),
        ("users.csv", '"p1,p2"', "p2"),
    )
    await school.take(gone)
    clock.forward(KEPT_AFTER_LEAVING + timedelta(days=1))
    async with school.database.transaction(school.tenant) as tx:
        assert await erase_due(tx) == 1
    assert tuple(await look.fetchrow(counts)) == (0, 0)


def _line(file: str, id: str) -> str:
    [line] = [one for one in sample()[file].splitlines(True) if one.startswith(f"{id},")]
    return line


async def test_a_tool_without_its_keys_is_asked_again_after_a_pause(
    school: School,
    database: Database,
    look: asyncpg.Connection,
    clock: DrivenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await register(school, key="", keys_url=f"{SITE}/jwks")
    asked: list[str] = []
    answers: list[str | None] = [None, "{}", json.dumps(pair("k1")[1].as_jwk())]

    async def fetch(address: str, *, loopback: bool) -> str | None:
        asked.append(address)
        return answers.pop(0)

    monkeypatch.setattr(trust, "fetch_keys", fetch)

    async def look_at(kid: str = "k1") -> bool:
        now = int(clock.now().timestamp())
        claims = {"iss": str(TOOL), "aud": "school", "iat": now, "exp": now + 60}
        token = jose.sign(claims, pair(kid)[0], kid)
        try:
            await trust.read_signed(
                database,
                school.tenant,
                token,
                audiences=("school",),
                lives=timedelta(minutes=10),
                loopback=False,
            )
        except TokenInvalid:
            return False
        return True

    assert not await look_at()  # nobody answers
    assert not await look_at()  # not asked again so soon
    assert len(asked) == 1
    clock.forward(timedelta(minutes=1))
    assert not await look_at()  # no key in it
    clock.forward(timedelta(minutes=1))
    assert await look_at()
    assert await look_at()
    assert not await look_at("k2")  # an unknown one does not wake the tool within the pause
    assert asked == [f"{SITE}/jwks"] * 3


async def test_a_tool_s_keys_are_asked_for_once_however_many_wait(
    school: School, database: Database, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(school, key="", keys_url=f"{SITE}/jwks")
    asked: list[str] = []

    async def fetch(address: str, *, loopback: bool) -> str | None:
        asked.append(address)
        await asyncio.sleep(0.2)
        return json.dumps(pair("k1")[1].as_jwk())

    monkeypatch.setattr(trust, "fetch_keys", fetch)
    now = int(clock.now().timestamp())
    claims = {"iss": str(TOOL), "aud": "school", "iat": now, "exp": now + 60}
    token, lives = jose.sign(claims, pair("k1")[0], "k1"), timedelta(minutes=10)

    async def look_at() -> UUID:
        told = await trust.read_signed(
            database, school.tenant, token, audiences=("school",), lives=lives, loopback=False
        )
        return told.tool.id

    assert await asyncio.gather(*(look_at() for _ in range(5))) == [TOOL] * 5
    assert asked == [f"{SITE}/jwks"]


async def test_the_example_fills_every_table_of_the_tools(
    school: School, look: asyncpg.Connection
) -> None:
    other = await open_school(school.database, look, "Peupliers")
    async with school.database.transaction(other.tenant) as tx:
        await fill(tx)
    for table in ("tool", "key", "person", "link", "line"):
        assert await look.fetchval(f"select count(*) from school_lti_{table}") > 0, table
    assert await look.fetchval("select given from school_mark") == 8


@pytest.fixture
async def elsewhere(server: postgres.Server, template: str) -> AsyncIterator[str]:
    """The address of another hub, empty."""
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database hub_lti_there template {template} strategy file_copy")
    yield server.dsn(database="hub_lti_there")
    await admin.execute("drop database hub_lti_there with (force)")
    await admin.close()


async def test_the_tools_of_a_school_arrive_elsewhere_with_its_key_and_its_names(
    school: School, settings: Settings, elsewhere: str, clock: DrivenClock, tmp_path: Path
) -> None:
    await grade(school)
    assert settings.database_url is not None
    here, there = await open_session(settings.database_url), await open_session(elsewhere)
    slices, now = compose().slices, clock.now()
    left = await portability.export_tenant(here, school.tenant, tmp_path / "left", slices, now=now)
    await portability.import_tenant(there, tmp_path / "left", slices)
    again = await portability.export_tenant(
        there, school.tenant, tmp_path / "again", slices, now=now
    )
    assert again.bundle.tables == left.bundle.tables
    rows = {one.table: one.rows for one in left.bundle.tables}
    for table in ("tool", "key", "person", "link", "line"):
        assert rows[f"school_lti_{table}"] == 1
    assert (rows["school_column"], rows["school_mark"]) == (1, 1)
    await here.close()
    await there.close()

    moved = msgspec.structs.replace(settings, database_url=elsewhere)
    database = await open_database(moved, compose(), clock=clock, ids=SeededIds(5))
    at = int(now.timestamp())
    async with database.transaction(school.tenant) as tx:
        claims = {"iss": "s", "aud": "t", "iat": at, "exp": at + 60}
        token, published = await sign(tx, claims), await keys.list_public(tx)
    read = jose.read_keys(json.dumps(published))
    lives = timedelta(minutes=5)
    assert jose.verify(token, read, now, issuer="s", audiences=("t",), lives=lives) == claims
    await database.close()
