"""A practice on a real database: no time is given twice, no matricule either, and it is sealed."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub import tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import HubError
from hub.tenancy import Kind, OpenOrganisation
from tests.conftest import SECRET
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
from verticals.health.agenda.models import AddPractitioner, OpenSlots, Slot, SoughtSlots
from verticals.health.patients.errors import (
    InsTaken,
    PatientChanged,
    PatientInvalid,
    PatientKnown,
    SealedUnreadable,
)

NADIA = AddPractitioner(family="Exemple", given="Nadia", profession="physician", rpps="10003456786")
LEA = patients.AddPatient(
    birth_name="Martin-Exemple", first_names="Léa Rose", born="1985-05-12", sex="female",
    birthplace="48095", email="lea@example.org",
)  # fmt: skip
PAUL = patients.AddPatient(
    birth_name="Durand-Exemple",
    first_names="Paul",
    born="1950",
    sex="male",
    email="paul@example.org",
)
OF_LEA = patients.TakeIns(matricule="285054809512382", oid=patients.NIR_OID, revision=0)


class Cabinet:
    """A practice of the tests: a physician with a morning, and two patients."""

    def __init__(self, database: Database, tenant: int) -> None:
        self.database, self.tenant = database, tenant
        self.nadia, self.lea, self.paul = (UUID(int=n) for n in (11, 12, 13))

    async def fill(self) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await opening.add_practitioner(tx, self.nadia, NADIA)
            await patients.add_patient(tx, self.lea, LEA)
            await patients.add_patient(tx, self.paul, PAUL)
        await self.open()

    async def open(self, key: int = 1, **change: str) -> int:
        said = {
            "practitioner": str(self.nadia), "day": "2026-12-04", "begins": "09:00",
            "ends": "10:30", "minutes": "20", "modes": "both", **change,
        }  # fmt: skip
        async with self.database.transaction(self.tenant) as tx:
            return await opening.open_slots(tx, UUID(int=key), OpenSlots(**said))

    async def slots(self) -> list[Slot]:
        async with self.database.transaction(self.tenant) as tx:
            found = await opening.list_slots(tx, SoughtSlots())
        return sorted(found, key=lambda slot: slot.begins_at)

    async def book(self, slot: Slot, patient: UUID, key: int = 21, mode: str = "place") -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await booking.book(tx, UUID(int=key), slot.id, mode, patient)

    async def cancel(self, key: int = 21, *, by_practice: bool = False) -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await booking.cancel(tx, UUID(int=key), by_practice=by_practice)

    async def change(self, slot: Slot, key: int = 21, mode: str = "place") -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await booking.change(tx, UUID(int=key), slot.id, mode)

    async def take(self, patient: UUID, said: patients.TakeIns = OF_LEA) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await patients.take_ins(tx, patient, said, SECRET)

    async def check(self, patient: UUID, revision: int) -> None:
        said = patients.CheckIdentity(paper="passport", revision=revision)
        async with self.database.transaction(self.tenant) as tx:
            await patients.check_identity(tx, patient, said)

    async def read(self, patient: UUID, house: bytes = SECRET) -> patients.Ins | None:
        async with self.database.transaction(self.tenant) as tx:
            known = await patients.find_patient(tx, patient)
            return await patients.read_ins(tx, known, house)


async def opened(database: Database, name: str = "Cabinet des Tilleuls") -> Cabinet:
    async with database.transaction(None) as tx:
        command = OpenOrganisation(kind=Kind.PRACTICE, name=name)
        tenant = await tenancy.open_organisation(tx, command, owner=None)
    return Cabinet(database, tenant)


@pytest.fixture
async def cabinet(database: Database) -> Cabinet:
    made = await opened(database)
    await made.fill()
    return made


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


async def test_twins_are_two_patients_and_the_same_traits_are_asked_about(
    cabinet: Cabinet,
) -> None:
    zoe = patients.AddPatient(
        birth_name="Martin-Exemple", first_names="Zoé", born="1985-05-12", sex="female"
    )
    again = patients.AddPatient(
        birth_name="MARTIN EXEMPLE", first_names="Lea", born="1985-05-12", sex="female"
    )
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await patients.add_patient(tx, UUID(int=40), zoe)
        with pytest.raises(PatientKnown) as refused:
            await patients.add_patient(tx, UUID(int=41), again)
        assert refused.value.extra["patient"] == str(cabinet.lea)
        another = patients.AddPatient(
            birth_name="MARTIN EXEMPLE", first_names="Lea", born="1985-05-12", sex="female",
            another=True,
        )  # fmt: skip
        await patients.add_patient(tx, UUID(int=41), another)


async def test_only_a_qualified_identity_carries_its_matricule(cabinet: Cabinet) -> None:
    await cabinet.take(cabinet.lea)
    assert await cabinet.read(cabinet.lea) is None
    await cabinet.check(cabinet.lea, 1)
    found = await cabinet.read(cabinet.lea)
    assert found == patients.Ins(matricule="2850548095123", oid=patients.NIR_OID)


async def test_a_matricule_is_one_patients_in_a_practice(
    cabinet: Cabinet, database: Database
) -> None:
    await cabinet.take(cabinet.lea)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        zoe = patients.AddPatient(
            birth_name="Martin-Exemple", first_names="Zoé", born="1985-05-12", sex="female"
        )
        await patients.add_patient(tx, UUID(int=40), zoe)
    with pytest.raises(InsTaken):
        await cabinet.take(UUID(int=40))
    other = await opened(database, "Cabinet des Chênes")
    async with database.transaction(other.tenant) as tx:
        await patients.add_patient(tx, UUID(int=60), LEA)
    await other.take(UUID(int=60))


async def test_a_matricule_that_does_not_fit_or_comes_late_is_refused(cabinet: Cabinet) -> None:
    with pytest.raises(PatientInvalid):
        await cabinet.take(cabinet.paul)
    await cabinet.check(cabinet.lea, 0)
    with pytest.raises(PatientChanged):
        await cabinet.take(cabinet.lea)
    with pytest.raises(PatientChanged):
        await cabinet.check(cabinet.lea, 0)


async def test_no_matricule_lies_open_and_without_the_key_none_is_read(
    cabinet: Cabinet, admin: asyncpg.Connection
) -> None:
    await cabinet.take(cabinet.lea)
    await cabinet.check(cabinet.lea, 1)
    for table in ("health_patient", "health_key", "audit_entry"):
        rows = await admin.fetch(f"select t::text as said from {table} t")
        assert rows
        for row in rows:
            assert "2850548095123" not in row["said"]
            assert b"2850548095123".hex() not in row["said"]
    with pytest.raises(SealedUnreadable):
        await cabinet.read(cabinet.lea, b"the key of another house, as long as it may be")
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await patients.shred(tx)
    with pytest.raises(SealedUnreadable):
        await cabinet.read(cabinet.lea)


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
