"""Courses in the database: one learner's acts in their order, versions that stay, who is erased."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub import tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.tenancy import Kind, OpenOrganisation
from tests.orders import legal_hold
from tests.schools import bundle
from verticals.education import roster
from verticals.education.authoring import actions as authoring
from verticals.education.authoring import leading
from verticals.education.authoring.models import (
    WriteChoice,
    WriteCourse,
    WriteQuestion,
    WriteStep,
)
from verticals.education.classwork.errors import NothingHere
from verticals.education.courses import actions, store
from verticals.education.courses.errors import CourseClosed, NoMoreTries, NotOpen
from verticals.education.courses.models import VISITOR_IDLE, VISITOR_KEPT, Record, VisitorsDue
from verticals.education.courses.tasks import DAILY
from verticals.education.roster import Person
from verticals.education.roster.errors import NotTheHead, SchoolHeld

COURSE, TEXT, QUIZ, QUESTION = (UUID(int=number) for number in (1, 2, 3, 4))
RIGHT, WRONG = {f"answer-{QUESTION}": "a"}, {f"answer-{QUESTION}": "b"}


class Class:
    """A class of the tests: Agnès, who wrote a course for it, Léa and Inès."""

    def __init__(self, database: Database, tenant: int, people: dict[str, Person]) -> None:
        self.database, self.tenant, self.people = database, tenant, people

    async def begin(self, name: str) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.begin(tx, self.people[name], COURSE)

    async def record(self, name: str) -> Record:
        async with self.database.transaction(self.tenant) as tx:
            _, found = await actions.find_given(tx, self.people[name], COURSE)
        assert found is not None
        return found

    async def answer(self, name: str, key: UUID, typed: dict[str, str]) -> None:
        record = await self.record(name)
        async with self.database.transaction(self.tenant) as tx:
            await actions.answer(tx, record, 2, key, typed)

    async def visit(self, key: UUID, name: str) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.begin_open(tx, COURSE, key, name)


@pytest.fixture
async def look(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The schema's administrator, who sees past all walls."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def room(database: Database) -> Class:
    async with database.transaction() as tx:
        command = OpenOrganisation(kind=Kind.SCHOOL, name="Tilleuls")
        tenant = await tenancy.open_organisation(tx, command, owner=None, caller_kind=Kind.OPERATOR)
    async with database.transaction(tenant) as tx:
        read = await roster.read_bundle(bundle())
        await roster.keep_upload(tx, read, "liste.zip", role="owner")
        waiting = await roster.see_waiting(tx)
        assert waiting is not None
        await roster.apply_upload(tx, waiting.print, role="owner")
        [first, *_] = (await roster.see_board(tx)).classes
        people = {one.given_name: one for one in await roster.list_people(tx, first.id)}
        await leading.allow(tx, "", opens=True, role="owner")
        await _write(people["Agnès"], first.id, tx)
    return Class(database, tenant, people)


async def _write(agnes: Person, classroom: UUID, tx: Tx) -> None:
    head = WriteCourse(title="Les oiseaux", opened=True, classes=frozenset({classroom}))
    await authoring.begin_course(tx, agnes, COURSE, head)
    text = WriteStep(kind="text", title="Partir", body="En septembre.")
    await authoring.write_step(tx, agnes, COURSE, TEXT, text)
    quiz = WriteStep(kind="quiz", title="Et vous ?", tries="3", passing="100")
    await authoring.write_step(tx, agnes, COURSE, QUIZ, quiz)
    choices = (WriteChoice(text="oui", right=True), WriteChoice(text="non"))
    asked = WriteQuestion(kind="single", text="Alors ?", choices=choices)
    await authoring.write_question(tx, agnes, COURSE, QUIZ, QUESTION, asked)
    await authoring.publish(tx, agnes, COURSE)


async def test_forms_that_come_at_once_use_no_more_tries_than_there_are(room: Class) -> None:
    await room.begin("Léa")
    sent = [room.answer("Léa", uuid4(), WRONG) for _ in range(6)]
    told = await asyncio.gather(*sent, return_exceptions=True)
    assert [type(one) for one in told if one is not None] == [NoMoreTries] * 3
    assert [one.number for one in (await room.record("Léa")).tries] == [1, 2, 3]


async def test_a_form_that_comes_twice_at_once_is_one_try(room: Class) -> None:
    await room.begin("Léa")
    key = uuid4()
    await asyncio.gather(*(room.answer("Léa", key, WRONG) for _ in range(4)))
    assert len((await room.record("Léa")).tries) == 1


async def test_who_presses_begin_twice_at_once_follows_it_once(
    room: Class, look: asyncpg.Connection
) -> None:
    await asyncio.gather(*(room.begin("Léa") for _ in range(4)))
    assert await look.fetchval("select count(*) from school_enrolment") == 1
    told = "select count(*) from audit_entry where action = 'school.course_followed'"
    assert await look.fetchval(told) == 1


async def test_the_last_step_that_is_done_ends_the_course_once(
    room: Class, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    await room.begin("Léa")
    await room.answer("Léa", uuid4(), RIGHT)
    record = await room.record("Léa")
    assert record.enrolment.finished_at is None
    clock.forward(timedelta(minutes=5))
    for _ in range(2):
        async with room.database.transaction(room.tenant) as tx:
            await actions.finish_step(tx, record, 1, watched=False)
        clock.forward(timedelta(minutes=5))
    finished = (await room.record("Léa")).enrolment.finished_at
    assert finished == clock.now() - timedelta(minutes=10)
    told = "select count(*) from audit_entry where action = 'school.course_finished'"
    assert await look.fetchval(told) == 1


async def test_a_version_never_changes_and_two_who_publish_at_once_make_one(room: Class) -> None:
    agnes = room.people["Agnès"]

    async def change(body: str) -> None:
        async with room.database.transaction(room.tenant) as tx:
            text = WriteStep(kind="text", title="Partir", body=body)
            await authoring.write_step(tx, agnes, COURSE, TEXT, text)

    async def publish() -> int:
        async with room.database.transaction(room.tenant) as tx:
            return await authoring.publish(tx, agnes, COURSE)

    await change("En octobre.")
    assert await asyncio.gather(publish(), publish()) == [2, 2]
    async with room.database.transaction(room.tenant) as tx:
        first = await store.find_version(tx, COURSE, 1)
        second = await store.find_version(tx, COURSE, 2)
    assert first is not None
    assert second is not None
    assert first.content.steps[0].body == "En septembre."
    assert second.content.steps[0].body == "En octobre."


async def test_a_course_whose_author_is_gone_goes_on_with_the_teachers_of_its_class(
    room: Class, look: asyncpg.Connection
) -> None:
    agnes = room.people["Agnès"]
    await room.begin("Léa")
    await look.execute("delete from school_member where id = $1", agnes.id)
    assert (await room.record("Léa")).percent == 0
    moved = "update school_seat set class = (select classroom from school_course_class) where role"
    await look.execute(f"{moved} = 'teacher'")
    async with room.database.transaction(room.tenant) as tx:
        [found] = [
            one
            for one in await roster.list_people(tx, (await roster.see_board(tx)).classes[0].id)
            if one.given_name == "Karim"
        ]
        assert [one.title for one in await actions.list_written(tx, found)] == ["Les oiseaux"]
        assert await authoring.publish(tx, found, COURSE) == 1


async def test_who_came_by_a_link_is_erased_a_year_after_their_last_act(
    room: Class, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    await room.begin("Léa")
    await room.visit(UUID(int=51), "Zoé")
    clock.forward(timedelta(days=200))
    await room.visit(UUID(int=52), "Max")
    clock.forward(VISITOR_KEPT - timedelta(days=200))
    async with room.database.transaction() as tx:
        assert await actions.announce_visitors(tx) == 1
    for _ in range(2):
        await DAILY.act.run(room.database, room.tenant, VisitorsDue())
    rows = await look.fetch("select name from school_enrolment order by name")
    assert [row["name"] for row in rows] == ["", "Max"]
    async with room.database.transaction() as tx:
        assert await actions.announce_visitors(tx) == 0


async def test_an_order_keeps_what_a_visitor_did_whoever_asks(
    room: Class, look: asyncpg.Connection
) -> None:
    await room.visit(UUID(int=51), "Zoé")
    count = "select count(*) from school_enrolment"
    async with legal_hold(look, room.tenant), room.database.transaction(room.tenant) as tx:
        with pytest.raises(SchoolHeld):
            await actions.erase_visit(tx, UUID(int=51))
    assert await look.fetchval(count) == 1
    async with room.database.transaction(room.tenant) as tx:
        await actions.erase_visit(tx, UUID(int=51))
    assert await look.fetchval(count) == 0


async def test_who_only_gave_a_name_keeps_nobody_out_of_a_full_course_for_long(
    room: Class,
    clock: DrivenClock,
    look: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "VISITORS_MOST", 2)
    names = "select name from school_enrolment order by name"
    for number, name in ((51, "Zoé"), (52, "Max")):
        await room.visit(UUID(int=number), name)
    async with room.database.transaction(room.tenant) as tx:
        record = await actions.find_visit(tx, UUID(int=52))
        await actions.finish_step(tx, record, 1, watched=False)
    with pytest.raises(CourseClosed):
        await room.visit(UUID(int=53), "Lou")
    await room.visit(UUID(int=51), "Zoé")  # sent twice
    clock.forward(VISITOR_IDLE)
    async with legal_hold(look, room.tenant):
        with pytest.raises(CourseClosed):
            await room.visit(UUID(int=53), "Lou")
    await room.visit(UUID(int=53), "Lou")
    assert [row["name"] for row in await look.fetch(names)] == ["Lou", "Max"]
    with pytest.raises(CourseClosed):
        await room.visit(UUID(int=54), "Noé")


async def test_a_visitor_is_nobody_else_and_a_full_course_takes_nobody(
    room: Class, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.begin("Léa")
    mine = (await room.record("Léa")).enrolment.id
    async with room.database.transaction(room.tenant) as tx:
        with pytest.raises(NothingHere):
            await actions.find_visit(tx, mine)
        with pytest.raises(NothingHere):
            await actions.begin_open(tx, COURSE, mine, "Zoé")
        await actions.erase_visit(tx, mine)
    assert await look.fetchval("select count(*) from school_enrolment") == 1
    monkeypatch.setattr(actions, "VISITORS_MOST", 1)
    await room.visit(UUID(int=51), "Zoé")
    with pytest.raises(CourseClosed):
        await room.visit(UUID(int=52), "Max")


async def test_only_the_head_says_what_courses_may_hold(room: Class) -> None:
    async with room.database.transaction(room.tenant) as tx:
        for role in (None, "member"):
            with pytest.raises(NotTheHead):
                await leading.allow(tx, "tube.exemple.fr", opens=True, role=role)
            with pytest.raises(NotTheHead):
                await leading.close(tx, COURSE, role=role)
        await leading.allow(tx, "", opens=False, role="manager")
        with pytest.raises(NotOpen):
            await actions.find_open(tx, COURSE)


async def test_another_school_sees_nothing_of_a_course(room: Class) -> None:
    async with room.database.transaction() as tx:
        command = OpenOrganisation(kind=Kind.SCHOOL, name="Saules")
        other = await tenancy.open_organisation(tx, command, owner=None, caller_kind=Kind.OPERATOR)
    async with room.database.transaction(other) as tx:
        assert await actions.seek_course(tx, COURSE) is None
        assert await actions.list_school(tx) == []
        with pytest.raises(NothingHere):
            await actions.find_open(tx, COURSE)
        with pytest.raises(NothingHere):
            await authoring.publish(tx, room.people["Agnès"], COURSE)
