"""A school's list taken in: looked at first, all or nothing; who leaves, and when they are gone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from hub import tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.tenancy import Kind, OpenOrganisation
from tests.orders import legal_hold
from tests.schools import SEATS, USERS, bundle, delta, delta_of_1_2, files_of_1_2, without
from verticals.education.example import pack, sample
from verticals.education.roster import actions
from verticals.education.roster.errors import (
    NotTheHead,
    RosterChanged,
    RosterInvalid,
    SchoolHeld,
    SchoolUnknown,
)
from verticals.education.roster.models import KEPT_AFTER_LEAVING, UPLOAD_WAITS, LeaversDue
from verticals.education.roster.tasks import DAILY

NOON = "2026-11-02T12:00:00.000Z"


class School:
    """A school of the tests, and what stands in its list."""

    def __init__(self, database: Database, tenant: int, look: asyncpg.Connection) -> None:
        self.database, self.tenant, self.look = database, tenant, look

    async def send(self, content: bytes) -> str:
        """Send a list; the print of what it would change."""
        async with self.database.transaction(self.tenant) as tx:
            read = await actions.read_bundle(content)
            await actions.keep_upload(tx, read, "liste.zip", role="owner")
        async with self.database.transaction(self.tenant) as tx:
            waiting = await actions.see_waiting(tx)
        assert waiting is not None
        return waiting.print

    async def apply(self, print: str) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.apply_upload(tx, print, role="owner")

    async def take(self, content: bytes) -> None:
        await self.apply(await self.send(content))

    async def people(self, column: str = "sourced_id") -> list[str]:
        rows = await self.look.fetch(
            f"select {column} from school_member where tenant = $1 and left_at is null order by 1",
            self.tenant,
        )
        return [row[0] for row in rows]

    async def seats(self) -> set[tuple[str, str]]:
        rows = await self.look.fetch(
            "select k.title, m.given_name from school_seat s join school_class k on k.id = s.class"
            " join school_member m on m.id = s.member where s.tenant = $1",
            self.tenant,
        )
        return {tuple(row) for row in rows}


@pytest.fixture
async def look(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The schema's administrator, who sees past all walls."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def school(database: Database, look: asyncpg.Connection) -> School:
    return await open_school(database, look, "Tilleuls")


async def open_school(database: Database, look: asyncpg.Connection, name: str) -> School:
    async with database.transaction() as tx:
        command = OpenOrganisation(kind=Kind.SCHOOL, name=name)
        tenant = await tenancy.open_organisation(tx, command, owner=None, caller_kind=Kind.OPERATOR)
    return School(database, tenant, look)


async def test_a_list_changes_nothing_until_somebody_says_yes(school: School) -> None:
    seen = await school.send(bundle())
    assert await school.people() == []
    await school.apply(seen)
    assert len(await school.people()) == 9
    assert ("CM1 Hirondelles", "Léa") in await school.seats()
    await school.apply(seen)  # pressed twice
    assert len(await school.people()) == 9


async def test_a_bad_line_leaves_everything_as_it_was(school: School) -> None:
    await school.take(bundle())
    before = await school.seats()
    spoilt = bundle((SEATS, "e6,,,k1,o1,p4", "e6,,,k1,o1,p77"), (USERS, "Léa,", "Lea,"))
    with pytest.raises(RosterInvalid) as refused:
        await school.send(spoilt)
    rows = refused.value.extra["rows"]
    assert isinstance(rows, tuple)
    assert [(one.file, one.line, one.column) for one in rows] == [(SEATS, 7, "userSourcedId")]
    assert await school.seats() == before
    assert "Léa" in await school.people("given_name")


async def test_a_yes_to_what_was_seen_is_no_yes_to_something_else(school: School) -> None:
    await school.take(bundle())
    seen = await school.send(without("p4", "e6"))
    gone = delta(users=f"p3,tobedeleted,{NOON},,,,,,,,,,,,,,,\n")
    read = await actions.read_bundle(gone)
    async with school.database.transaction(school.tenant) as tx:
        await actions.keep_upload(tx, read, "autre.zip", role="manager")
    with pytest.raises(RosterChanged):
        await school.apply(seen)
    assert len(await school.people()) == 9


async def test_two_who_say_yes_at_once_take_it_in_once(school: School) -> None:
    seen = await school.send(bundle())
    await asyncio.gather(*(school.apply(seen) for _ in range(4)))
    assert len(await school.people()) == 9
    entries = "select count(*) from audit_entry where action = 'school.roster' and tenant = $1"
    assert await school.look.fetchval(entries, school.tenant) == 1


async def test_a_pupil_who_changes_class_is_in_the_other_and_keeps_their_door(
    school: School,
) -> None:
    await school.take(bundle())
    doors = await school.people("door")
    await school.take(delta(enrollments=f"e3,active,{NOON},k2,o1,p1,student,false,,\n"))
    seats = await school.seats()
    assert ("CM2 Mésanges", "Léa") in seats
    assert ("CM1 Hirondelles", "Léa") not in seats
    assert await school.people("door") == doors


async def test_only_a_head_sends_a_list_and_says_yes_to_it(school: School) -> None:
    read = await actions.read_bundle(bundle())
    async with school.database.transaction(school.tenant) as tx:
        for role in ("member", "treasurer", None):
            with pytest.raises(NotTheHead):
                await actions.keep_upload(tx, read, "liste.zip", role=role)
            with pytest.raises(NotTheHead):
                await actions.apply_upload(tx, "", role=role)


async def test_who_leaves_is_closed_out_at_once_and_erased_after_three_months_not_before(
    school: School, clock: DrivenClock
) -> None:
    await school.take(bundle())
    await school.take(without("p3", "e5", "g2"))
    look, tenant = school.look, school.tenant
    left = "select sourced_id from school_member where tenant = $1 and left_at is not null"
    assert [row[0] for row in await look.fetch(left, tenant)] == ["p3"]  # the parent is gone
    for days, stays in ((KEPT_AFTER_LEAVING.days - 1, 1), (2, 0)):
        clock.forward(timedelta(days=days))
        async with legal_hold(look, tenant):
            async with school.database.transaction() as tx:
                assert await actions.announce_leavers(tx) == 0
            await DAILY.act.run(school.database, tenant, LeaversDue())
            assert len(await look.fetch(left, tenant)) == 1
        async with school.database.transaction() as tx:
            assert await actions.announce_leavers(tx) == 1 - stays
        await DAILY.act.run(school.database, tenant, LeaversDue())
        assert len(await look.fetch(left, tenant)) == stays
    assert len(await school.people()) == 7


async def test_an_order_keeps_who_left_whoever_asks_and_their_parents(school: School) -> None:
    look, tenant = school.look, school.tenant
    left = "select sourced_id from school_member where tenant = $1 and left_at is not null"
    ines = "select id from school_member where tenant = $1 and sourced_id = 'p3'"
    await school.take(bundle())
    async with legal_hold(look, tenant):
        await school.take(without("p3", "e5", "g2"))
        id = await look.fetchval(ines, tenant)
        async with school.database.transaction(tenant) as tx:
            with pytest.raises(SchoolHeld):
                await actions.erase_leaver(tx, id, role="owner")
        assert {row[0] for row in await look.fetch(left, tenant)} == {"g2", "p3"}
    async with school.database.transaction(tenant) as tx:
        await actions.erase_leaver(tx, id, role="owner")
    await school.take(without("p3", "e5", "g2"))
    assert await look.fetch(left, tenant) == []


async def test_who_left_and_comes_back_in_time_is_the_same_person(school: School) -> None:
    await school.take(bundle())
    ids = await school.people("id")
    await school.take(without("p4", "e6"))
    await school.take(bundle())
    assert await school.people("id") == ids


async def test_a_leaver_is_forgotten_at_once_on_demand_and_who_stays_is_not(school: School) -> None:
    await school.take(bundle())
    await school.take(without("p4", "e6"))
    look = school.look
    tom, lea = [
        await look.fetchval(
            "select id from school_member where tenant = $1 and sourced_id = $2", school.tenant, id
        )
        for id in ("p4", "p1")
    ]
    async with school.database.transaction(school.tenant) as tx:
        for one in (tom, lea):
            await actions.erase_leaver(tx, one, role="owner")
    known = await look.fetch("select id from school_member where id = any($1)", [tom, lea])
    assert [row[0] for row in known] == [lea]


async def test_two_schools_with_the_same_numbers_do_not_meet(
    school: School, look: asyncpg.Connection
) -> None:
    other = await open_school(school.database, look, "Saules")
    await school.take(bundle())
    await other.take(bundle((USERS, "Léa,", "Zélie,")))
    await other.take(without("p4", "e6"))
    assert "Léa" in await school.people("given_name")
    assert "p4" in await school.people()
    stranger = await look.fetchval("select id from school_member where tenant = $1", school.tenant)
    async with other.database.transaction(other.tenant) as tx:
        with pytest.raises(SchoolUnknown):
            await actions.find_member(tx, stranger)


async def test_a_parent_s_own_data_is_their_row_and_nobody_else_s(school: School) -> None:
    await school.take(bundle())
    told = "select * from tenants_of_school(0, array['claire@example.org'])"
    assert [row[0] for row in await school.look.fetch(told)] == [school.tenant]
    assert await school.look.fetch(told.replace("claire", "nobody")) == []


async def test_a_parent_whom_a_pupil_s_line_drops_sees_that_pupil_no_more(school: School) -> None:
    await school.take(bundle())
    dropped = f"p1,active,{NOON},true,o1,student,lea.exemple,,Léa,Martin-Exemple,,,,,,,,\n"
    claire = await school.look.fetchval(
        "select id from school_member where tenant = $1 and sourced_id = 'g1'", school.tenant
    )
    seen: list[list[str]] = []
    for content in (bundle(), delta(users=dropped)):
        await school.take(content)
        async with school.database.transaction(school.tenant) as tx:
            parent = await actions.find_member(tx, claire)
            children = await actions.list_children(tx, parent)
        seen.append([one.given_name for one in children])
    assert seen == [["Léa", "Noé"], ["Noé"]]


DAYS = [f"2026-11-0{day}T12:00:00.000Z" for day in (2, 3, 4)]
TOM = "true,o1,student,tom.exemple,,Tom,Exemple,,,,,,,,"


async def test_a_late_difference_brings_nobody_back_who_left_after_it(school: School) -> None:
    before, left, after = DAYS
    seat = "k1,o1,p4,student,false,,"
    for away in (
        delta(users=f"p4,tobedeleted,{left},,,,,,,,,,,,,,,\n"),
        without("p4", "e6"),  # a whole list that leaves him out
    ):
        await school.take(bundle())
        await school.take(away)
        late = f"p4,active,{before},{TOM}\n"
        await school.take(delta(users=late, enrollments=f"e6,active,{before},{seat}\n"))
        assert "p4" not in await school.people()
        assert ("CM1 Hirondelles", "Tom") not in await school.seats()
    await school.take(bundle())
    await school.take(delta(users=f"p4,inactive,{left},,,,,,,,,,,,,,,\n"))
    later = f"p4,active,{after},{TOM}\n"
    await school.take(delta(users=later, enrollments=f"e6,active,{after},{seat}\n"))
    assert ("CM1 Hirondelles", "Tom") in await school.seats()


async def test_a_late_difference_of_a_parent_may_still_name_a_child_who_left_after_it(
    school: School,
) -> None:
    before, left, _ = DAYS
    await school.take(bundle())
    await school.take(delta(users=f"p1,tobedeleted,{left},,,,,,,,,,,,,,,\n"))
    [line] = [one for one in sample()["users.csv"].splitlines() if one.startswith("g1,")]
    [child] = [one for one in sample()["users.csv"].splitlines() if one.startswith("p1,")]
    told = "".join(one.replace(",,,", f",active,{before},", 1) + "\n" for one in (line, child))
    await school.take(delta(users=told.replace("claire@", "claire.nouvelle@")))
    assert "p1" not in await school.people()
    agents = "select agents from school_member where tenant = $1 and sourced_id = 'g1'"
    assert await school.look.fetchval(agents, school.tenant) == ["p2"]
    assert "claire.nouvelle@example.org" in await school.people("email")


async def test_a_late_difference_opens_no_class_that_was_closed_after_it(school: School) -> None:
    await school.take(bundle())
    before, closed, after = DAYS
    [line] = [one for one in sample()["classes.csv"].splitlines() if one.startswith("k2,")]
    told = line.removeprefix("k2,,,")
    await school.take(delta(classes=f"k2,tobedeleted,{closed},,,,,,,,,\n"))
    seen = "select title from school_class where tenant = $1 and closed_at is null order by 1"
    opened: list[list[str]] = []
    for at in (before, after):
        await school.take(delta(classes=f"k2,active,{at},{told}\n"))
        opened.append([row[0] for row in await school.look.fetch(seen, school.tenant)])
    assert opened == [["CM1 Hirondelles"], ["CM1 Hirondelles", "CM2 Mésanges"]]


async def test_a_late_difference_brings_back_no_place_and_no_parent_that_are_gone(
    school: School, clock: DrivenClock
) -> None:
    before, left, after = DAYS
    [claire] = [one for one in sample()["users.csv"].splitlines() if one.startswith("g1,")]
    told = {
        "enrollments": "e6,active,{},k1,o1,p4,student,false,,\n",
        "users": claire.replace(",,,", ",active,{},", 1) + "\n",
    }
    await school.take(bundle())
    away = f"e6,tobedeleted,{left},,,,,,,\n", f"g1,tobedeleted,{left},,,,,,,,,,,,,,,\n"
    await school.take(delta(enrollments=away[0], users=away[1]))
    place = ("CM1 Hirondelles", "Tom")
    seen: list[tuple[bool, bool]] = []
    for at in (before, after):
        await school.take(delta(**{file: line.format(at) for file, line in told.items()}))
        seen.append((place in await school.seats(), "g1" in await school.people()))
    assert seen == [(False, False), (True, True)]
    kept = "select count(*) from school_gone where tenant = $1"
    assert await school.look.fetchval(kept, school.tenant) == 0  # they are back
    await school.take(delta(enrollments=away[0].replace(left, "2026-11-05T12:00:00.000Z")))
    for days, stays in ((KEPT_AFTER_LEAVING.days - 1, 1), (2, 0)):
        clock.forward(timedelta(days=days))
        async with legal_hold(school.look, school.tenant):
            await DAILY.act.run(school.database, school.tenant, LeaversDue())
            assert await school.look.fetchval(kept, school.tenant) == 1
        async with school.database.transaction() as tx:
            assert await actions.announce_leavers(tx) == 1 - stays
        await DAILY.act.run(school.database, school.tenant, LeaversDue())
        assert await school.look.fetchval(kept, school.tenant) == stays


async def test_who_is_told_to_be_back_has_their_places_and_roles_of_before(school: School) -> None:
    before, left, after = DAYS
    files = files_of_1_2()
    await school.take(pack(files))
    [told] = [one for one in files["users.csv"].splitlines() if one.startswith("p2,")]
    line = told.replace(",,,", ",active,{},", 1) + "\n"
    role = f"r-p2,active,{before},p2,primary,student,,,o1,\n"
    await school.take(delta_of_1_2(users=line.replace("active", "tobedeleted").format(left)))
    assert "p2" not in await school.people()
    await school.take(delta_of_1_2(users=line.format(after), roles=role))
    roles = "select roles, orgs from school_member where tenant = $1 and sourced_id = 'p2'"
    assert tuple(await school.look.fetchrow(roles, school.tenant)) == (["student"], ["o1"])
    seat = f"e4,active,{before},k2,o1,p2,student,false,,\n"
    await school.take(delta(enrollments=seat))
    assert ("CM2 Mésanges", "Noé") in await school.seats()


async def test_a_departure_is_known_by_its_latest_telling_also_before_the_line_itself(
    school: School,
) -> None:
    before, between, after = DAYS
    place = ("CM1 Hirondelles", "Tom")
    seat = "e6,{},{},k1,o1,p4,student,false,,\n"
    await school.take(without("e6"))
    for status, at in (("tobedeleted", after), ("active", between)):  # the deletion comes first
        await school.take(delta(enrollments=seat.format(status, at)))
        assert place not in await school.seats()
    await school.take(bundle())
    assert place in await school.seats()
    for status, at in (("tobedeleted", before), ("tobedeleted", after), ("active", between)):
        await school.take(delta(enrollments=seat.format(status, at)))
        assert place not in await school.seats()


async def test_who_is_erased_on_demand_is_not_brought_back_by_a_late_difference(
    school: School,
) -> None:
    before, left, _ = DAYS
    await school.take(bundle())
    await school.take(delta(users=f"p4,tobedeleted,{left},,,,,,,,,,,,,,,\n"))
    tom = "select id from school_member where tenant = $1 and sourced_id = 'p4'"
    async with school.database.transaction(school.tenant) as tx:
        await actions.erase_leaver(tx, await school.look.fetchval(tom, school.tenant), role="owner")
    await school.take(delta(users=f"p4,active,{before},{TOM}\n"))
    assert await school.look.fetchval(tom, school.tenant) is None


async def test_roles_of_1_2_are_kept_line_by_line(school: School) -> None:
    await school.take(pack(files_of_1_2()))
    roles = "select roles, orgs from school_member where tenant = $1 and sourced_id = 'p2'"
    seen = [tuple(await school.look.fetchrow(roles, school.tenant))]
    for line in (
        f"r-9,active,{DAYS[1]},p2,secondary,aide,,,o1,\n",
        f"r-9,tobedeleted,{DAYS[2]},,,,,,,\n",
        f"r-9,active,{DAYS[0]},p2,secondary,aide,,,o1,\n",  # late
        f"r-second,inactive,{DAYS[2]},,,,,,,\n",
    ):
        await school.take(delta_of_1_2(roles=line))
        seen.append(tuple(await school.look.fetchrow(roles, school.tenant)))
    assert seen == [
        (["student"], ["o1", "o2"]),
        (["aide", "student"], ["o1", "o2"]),
        (["student"], ["o1", "o2"]),
        (["student"], ["o1", "o2"]),
        (["student"], ["o1"]),
    ]


async def test_a_list_to_which_nobody_says_yes_is_gone_in_time_and_not_before(
    school: School, clock: DrivenClock
) -> None:
    await school.send(bundle())
    waiting = "select count(*) from school_upload where tenant = $1"
    for days, stays in ((UPLOAD_WAITS.days - 1, 1), (2, 0)):
        clock.forward(timedelta(days=days))
        async with school.database.transaction() as tx:
            assert await actions.announce_leavers(tx) == 1 - stays
        await DAILY.act.run(school.database, school.tenant, LeaversDue())
        assert await school.look.fetchval(waiting, school.tenant) == stays
