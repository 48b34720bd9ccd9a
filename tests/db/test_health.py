"""A practice's agenda on a real database: no time is given twice, whoever comes at once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import HubError
from tests.practices import NADIA, Cabinet, cabinet, opened
from verticals.health import agenda, patients
from verticals.health.agenda import policy
from verticals.health.agenda.actions import booking, opening
from verticals.health.agenda.errors import (
    AgendaInvalid,
    AgendaUnknown,
    AppointmentOver,
    BookedAlready,
    PractitionerKnown,
    SlotsTouch,
    SlotTaken,
    TooManyBooked,
)
from verticals.health.agenda.models import AddPractitioner

__all__ = ["cabinet"]


async def test_hours_are_cut_into_times_and_a_form_sent_twice_opens_them_once(
    cabinet: Cabinet,
) -> None:
    slots = await cabinet.slots()
    assert [f"{slot.begins_at:%H:%M}" for slot in slots] == ["08:00", "08:20", "08:40", "09:00"]
    assert await cabinet.open() == 0
    assert len(await cabinet.slots()) == 4


async def test_times_of_one_person_never_touch(cabinet: Cabinet) -> None:
    with pytest.raises(SlotsTouch):
        await cabinet.open(2, begins="10:00", ends="11:00")
    assert len(await cabinet.slots()) == 4
    assert await cabinet.open(2, begins="10:20", ends="11:00") == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"day": "2027-03-28", "begins": "02:30", "ends": "05:00"}, "begins"),  # clocks go forward
        ({"day": "2027-03-28", "begins": "01:00", "ends": "02:10"}, "ends"),
        ({"day": "2026-12-01", "begins": "09:00"}, "day"),  # an hour ago
        ({"day": "2028-01-01"}, "day"),
        ({"day": "31/12/2026"}, "day"),
        ({"begins": "24:00"}, "begins"),
        ({"ends": "09:10"}, "ends"),
        ({"minutes": "4"}, "minutes"),
        ({"minutes": "٢٠"}, "minutes"),
        ({"modes": "phone"}, "modes"),
        ({"practitioner": "nobody"}, "practitioner"),
    ],
)
async def test_hours_that_cannot_be_are_refused_at_their_field(
    cabinet: Cabinet, change: dict[str, str], field: str
) -> None:
    with pytest.raises(AgendaInvalid) as refused:
        await cabinet.open(2, **change)
    assert refused.value.extra["field"] == field


async def test_the_hour_that_a_night_has_twice_is_as_long_as_it_is(cabinet: Cabinet) -> None:
    said = {"day": "2027-10-31", "begins": "02:00", "ends": "03:00", "minutes": "30"}
    with pytest.raises(AgendaInvalid):
        await cabinet.open(2, **{**said, "day": "2028-10-29"})
    assert await cabinet.open(2, **said) == 4  # two hours by the sun


@pytest.mark.parametrize(
    ("rpps", "field"),
    [("10003456785", "rpps"), ("1000345678", "rpps"), ("", "rpps"), ("1000345678٦", "rpps")],
)
async def test_a_number_of_the_rpps_has_its_key(cabinet: Cabinet, rpps: str, field: str) -> None:
    said = AddPractitioner(family="Autre", given="Max", profession="nurse", rpps=rpps)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        with pytest.raises(AgendaInvalid) as refused:
            await opening.add_practitioner(tx, UUID(int=99), said)
    assert refused.value.extra["field"] == field


async def test_a_number_of_the_rpps_is_one_persons(cabinet: Cabinet) -> None:
    with pytest.raises(PractitionerKnown):
        async with cabinet.database.transaction(cabinet.tenant) as tx:
            await opening.add_practitioner(tx, UUID(int=99), NADIA)


async def test_a_time_is_one_patients_whoever_comes_at_once(
    cabinet: Cabinet, admin: asyncpg.Connection
) -> None:
    first, *_ = await cabinet.slots()
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        for number in range(8):
            each = patients.AddPatient(
                birth_name="Foule", first_names="ABCDEFGH"[number], born="1990", sex="unknown"
            )
            await patients.add_patient(tx, UUID(int=100 + number), each)
    came = await asyncio.gather(
        *(cabinet.book(first, UUID(int=100 + n), 200 + n) for n in range(8)),
        return_exceptions=True,
    )
    assert sorted(map(str, came)).count("True") == 1
    assert all(one is True or isinstance(one, SlotTaken) for one in came), came
    assert await admin.fetchval("select count(*) from health_appointment") == 1


async def test_the_database_itself_refuses_a_second_one(
    cabinet: Cabinet, admin: asyncpg.Connection
) -> None:
    first, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    again = (
        "insert into health_appointment select $1, tenant, slot, practitioner, $2, mode, state,"
        " begins_at, ends_at, by_practice, booked_at, changed_at from health_appointment"
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        await admin.execute(again, UUID(int=50), cabinet.paul)


async def test_a_form_sent_twice_books_once(cabinet: Cabinet, admin: asyncpg.Connection) -> None:
    first, *_ = await cabinet.slots()
    assert await cabinet.book(first, cabinet.lea)
    assert not await cabinet.book(first, cabinet.lea)
    assert await admin.fetchval("select count(*) from mail") == 1


async def test_nobody_takes_all_the_times_for_themselves(cabinet: Cabinet) -> None:
    await cabinet.open(2, begins="14:00", ends="17:00")
    slots = await cabinet.slots()
    for number in range(policy.MOST_COMING + 1):
        async with cabinet.database.transaction(cabinet.tenant) as tx:
            at = (UUID(int=300 + number), slots[number].id, "place", cabinet.lea)
            if number < policy.MOST_COMING:
                assert await booking.book(tx, *at, most=policy.MOST_COMING)
                continue
            with pytest.raises(TooManyBooked):
                await booking.book(tx, *at, most=policy.MOST_COMING)
            assert await booking.book(tx, *at)  # the practice does, for who calls


async def test_nobody_is_in_two_places_at_once(cabinet: Cabinet) -> None:
    other = UUID(int=30)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        said = AddPractitioner(family="Autre", given="Max", profession="nurse", rpps="10100000008")
        await opening.add_practitioner(tx, other, said)
    await cabinet.open(2, practitioner=str(other), begins="09:10", ends="09:40", minutes="30")
    first = (await cabinet.slots())[0]
    overlapping = next(slot for slot in await cabinet.slots() if slot.practitioner == other)
    await cabinet.book(first, cabinet.lea)
    with pytest.raises(BookedAlready):
        await cabinet.book(overlapping, cabinet.lea, 22)
    assert await cabinet.book(overlapping, cabinet.paul, 22)


async def test_a_change_frees_the_time_before_and_a_cancellation_frees_it_for_others(
    cabinet: Cabinet,
) -> None:
    first, second, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    assert await cabinet.change(second, mode="video")
    assert not await cabinet.change(second, mode="video")
    assert [slot.taken for slot in await cabinet.slots()] == [False, True, False, False]
    assert await cabinet.book(first, cabinet.paul, 22)
    assert await cabinet.cancel()
    assert not await cabinet.cancel()
    assert [slot.taken for slot in await cabinet.slots()] == [True, False, False, False]
    with pytest.raises(AppointmentOver):
        await cabinet.change(second)
    assert await cabinet.book(second, cabinet.lea, 23)


async def test_a_change_to_a_time_that_is_taken_changes_nothing(cabinet: Cabinet) -> None:
    first, second, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    await cabinet.book(second, cabinet.paul, 22)
    with pytest.raises(SlotTaken):
        await cabinet.change(second)
    assert [slot.taken for slot in await cabinet.slots()] == [True, True, False, False]


async def test_what_has_begun_is_neither_booked_nor_changed(
    cabinet: Cabinet, clock: DrivenClock
) -> None:
    first, second, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    clock.set(second.begins_at + timedelta(seconds=1))
    for act in (cabinet.change(second), cabinet.cancel()):
        with pytest.raises(AppointmentOver):
            await act
    with pytest.raises(SlotTaken):
        await cabinet.book(second, cabinet.paul, 22)


async def test_who_is_struck_off_is_booked_no_more_and_what_was_booked_stays(
    cabinet: Cabinet,
) -> None:
    first, second, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await opening.set_active(tx, cabinet.nadia, active=False)
    with pytest.raises(SlotTaken):
        await cabinet.book(second, cabinet.paul, 22)
    with pytest.raises(AgendaInvalid):
        await cabinet.open(3, begins="14:00", ends="15:00")
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        assert await opening.list_offers(tx) == []
        board = await opening.see_board(tx)
    assert [one.patient for one in board.appointments] == [cabinet.lea]
    assert await cabinet.cancel(by_practice=True)


async def test_a_closed_time_is_not_booked_and_a_taken_one_not_closed(cabinet: Cabinet) -> None:
    first, second, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await opening.close_slot(tx, second.id)
    with pytest.raises(SlotTaken):
        await cabinet.book(second, cabinet.paul, 22)
    with pytest.raises(SlotTaken):
        async with cabinet.database.transaction(cabinet.tenant) as tx:
            await opening.close_slot(tx, first.id)


async def test_letters_say_nothing_of_whom_where_or_why(
    cabinet: Cabinet, admin: asyncpg.Connection
) -> None:
    first, second, *_ = await cabinet.slots()
    await cabinet.book(first, cabinet.lea)
    await cabinet.change(second)
    await cabinet.cancel()
    rows = await admin.fetch(
        "select subject || body_text || body_html || coalesce(calendar, '') as said"
        " from mail where tenant = $1",
        cabinet.tenant,
    )
    assert len(rows) == 3
    words = (
        "exemple nadia tilleuls cabinet médec medec soin santé sante health patient praticien"
        " consult docteur rpps physician vidéo video"
    ).split()
    for row in rows:
        assert [word for word in words if word in row["said"].lower()] == []
        assert "4 déc. 2026" in row["said"]


async def test_a_neighbour_sees_and_books_nothing(cabinet: Cabinet, database: Database) -> None:
    other = await opened(database, "Cabinet des Chênes")
    first, *_ = await cabinet.slots()
    assert await other.slots() == []
    with pytest.raises(HubError) as refused:
        await other.book(first, cabinet.lea)
    assert isinstance(refused.value, AgendaUnknown)
    async with database.transaction(other.tenant) as tx:
        assert await patients.list_patients(tx, patients.Sought()) == []
        assert await agenda.list_practitioners(tx, agenda.SoughtPractitioners()) == []
