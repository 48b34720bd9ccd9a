"""Never more people than there is room for, whoever comes at once; who waits moves up by itself."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub import tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.tenancy import Kind, OpenOrganisation
from tests.conftest import NOW
from tests.orders import legal_hold
from verticals.city import towns
from verticals.city.events.actions import forgetting, publishing, registering
from verticals.city.events.errors import (
    EventChanged,
    EventClosed,
    EventInvalid,
    RegisteredAlready,
)
from verticals.city.events.models import Change, NamesOld, Publish, Register, Slot, State
from verticals.city.events.tasks import DAILY
from verticals.city.towns import ChooseCommune

FAIR = UUID(int=1)


class Town:
    """Mende, which announces a fair."""

    def __init__(self, database: Database, tenant: int) -> None:
        self.database, self.tenant = database, tenant

    async def announce(self, capacity: int, slots: str = "", id: UUID = FAIR) -> None:
        said = Publish(
            title="Fête du livre", place="Espace des Anges", begins="2026-12-12T14:00",
            ends="2026-12-12T18:00", capacity=str(capacity), slots=slots,
        )  # fmt: skip
        async with self.database.transaction(self.tenant) as tx:
            await publishing.publish_event(tx, id, said)

    async def ask(self, number: int, places: int = 1, slot: int = 0, name: str = "") -> UUID:
        """Somebody's form is sent; their address is their number's."""
        id = UUID(int=100 + number)
        where = (await self.slots())[slot]
        said = Register(
            slot=str(where.id), name=name or f"N{number}", email=f"n{number}@example.org",
            places=str(places),
        )  # fmt: skip
        async with self.database.transaction(self.tenant) as tx:
            await registering.ask(tx, id, FAIR, said, person=None)
        return id

    async def confirm(self, id: UUID) -> State:
        async with self.database.transaction(self.tenant) as tx:
            return (await registering.confirm(tx, id)).state

    async def come(self, number: int, places: int = 1) -> State:
        return await self.confirm(await self.ask(number, places))

    async def give_up(self, number: int) -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await registering.give_up(tx, UUID(int=100 + number))

    async def change(self, revision: int, room: str) -> None:
        rooms = {str((await self.slots())[0].id): room}
        async with self.database.transaction(self.tenant) as tx:
            said = Change(revision=revision, title="Fête", place="Place", capacities=rooms)
            await publishing.change_event(tx, FAIR, said)

    async def slots(self) -> list[Slot]:
        async with self.database.transaction(self.tenant) as tx:
            return (await publishing.see_event(tx, FAIR)).slots

    async def states(self) -> dict[int, State]:
        """Who comes and who waits, by number."""
        async with self.database.transaction(self.tenant) as tx:
            people = await publishing.list_people(tx, FAIR)
        return {one.id.int - 100: one.state for one in people}

    async def letters(self, number: int) -> list[str]:
        async with self.database.transaction(self.tenant) as tx:
            mails = await list_captured_mail(tx)
        own = [one for one in mails if one.recipient == f"n{number}@example.org"]
        return sorted(one.subject for one in own)


@pytest.fixture
async def town(database: Database) -> Town:
    async with database.transaction() as tx:
        opening = OpenOrganisation(kind=Kind.TOWN, name="Mende")
        tenant = await tenancy.open_organisation(tx, opening, owner=None, caller_kind=Kind.OPERATOR)
    async with database.transaction(tenant) as tx:
        await towns.choose_commune(tx, ChooseCommune(commune="48095"))
    return Town(database, tenant)


async def test_of_ten_who_come_at_once_three_have_the_three_places_and_seven_wait(
    town: Town,
) -> None:
    await town.announce(3)
    asked = [await town.ask(number) for number in range(10)]
    assert (await town.slots())[0].taken == 0  # nobody has confirmed: no place is held
    found = await asyncio.gather(*(town.confirm(id) for id in asked + asked))
    assert sorted(found[:10]) == [State.REGISTERED] * 3 + [State.WAITING] * 7
    states = await town.states()
    assert len(states) == 10
    registered = [number for number, state in states.items() if state is State.REGISTERED]
    assert len(registered) == (await town.slots())[0].taken == 3
    left = await asyncio.gather(*(town.give_up(number) for number in registered + registered))
    assert sorted(left) == [False] * 3 + [True] * 3
    states = await town.states()
    assert sorted(states.values()) == [State.REGISTERED] * 3 + [State.WAITING] * 4
    assert (await town.slots())[0].taken == 3


async def test_the_database_itself_refuses_one_more_than_there_is_room_for(
    town: Town, admin: asyncpg.Connection
) -> None:
    await town.announce(3)
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute("update city_event_slot set taken = 4")


async def test_who_waits_longest_moves_up_with_a_letter_and_a_group_lets_smaller_ones_pass(
    town: Town,
) -> None:
    await town.announce(3)
    came = [await town.come(number, places) for number, places in ((1, 2), (2, 1), (3, 2), (4, 1))]
    assert came == [State.REGISTERED, State.REGISTERED, State.WAITING, State.WAITING]
    await town.give_up(2)
    assert await town.states() == {1: "registered", 4: "registered", 3: "waiting"}
    assert await town.letters(4) == [
        "C'est complet, vous êtes en attente : Fête du livre",
        "Confirmez votre inscription : Fête du livre",
        "Une place s'est libérée, elle est à vous : Fête du livre",
    ]
    await town.give_up(1)
    assert await town.states() == {3: "registered", 4: "registered"}
    assert (await town.slots())[0].taken == 3


async def test_more_room_lets_people_in_and_less_than_is_taken_is_refused(town: Town) -> None:
    await town.announce(1)
    assert [await town.come(number) for number in (1, 2)] == [State.REGISTERED, State.WAITING]
    await town.change(0, "2")
    assert await town.states() == {1: "registered", 2: "registered"}
    with pytest.raises(EventChanged):
        await town.change(0, "5")
    with pytest.raises(EventInvalid, match="have a place already"):
        await town.change(1, "1")
    assert (await town.slots())[0].capacity == 2


async def test_an_address_registers_once_and_gets_three_letters_an_hour_at_most(
    town: Town,
) -> None:
    await town.announce(5, "14:00 3\n15:00 2")
    await town.come(1)
    slot = str((await town.slots())[1].id)
    again = Register(slot=slot, name="Encore", email="N1@example.org")
    for number in (2, 3, 4):
        async with town.database.transaction(town.tenant) as tx:
            await registering.ask(tx, UUID(int=number), FAIR, again, person=None)
    with pytest.raises(RegisteredAlready):
        await town.confirm(UUID(int=2))
    async with town.database.transaction(town.tenant) as tx:
        sent = [m for m in await list_captured_mail(tx) if m.recipient.lower() == "n1@example.org"]
    assert len([one for one in sent if one.subject.startswith("Confirmez")]) == 3


async def test_it_is_called_off_with_a_letter_to_all_and_nobody_registers_any_more(
    town: Town, clock: DrivenClock
) -> None:
    await town.announce(1)
    await town.come(1)
    await town.come(2)
    late = await town.ask(3)
    async with town.database.transaction(town.tenant) as tx:
        assert await publishing.cancel_event(tx, FAIR, "La neige.")
        assert not await publishing.cancel_event(tx, FAIR, "La neige.")
    for number in (1, 2):
        assert "Annulé : Fête du livre" in await town.letters(number)
    with pytest.raises(EventClosed, match="does not take place"):
        await town.confirm(late)
    clock.forward(timedelta(days=20))
    with pytest.raises(EventClosed, match="over"):
        await town.give_up(1)


async def test_who_is_erased_leaves_their_place_and_no_name(
    town: Town, admin: asyncpg.Connection
) -> None:
    await town.announce(4)
    await town.come(1, 2)
    await town.come(2)
    of_one = await admin.fetchval(
        "select array_agg(t) from tenants_of_registered(0, '{n1@example.org}') t"
    )
    assert of_one == [town.tenant]
    async with town.database.transaction(town.tenant) as tx:
        con = await tx.connection()
        await con.execute("select forget_registered(0, '{n1@example.org}', $1)", NOW)
    assert await town.states() == {2: "registered"}
    assert (await town.slots())[0].taken == 1
    left = await admin.fetch("select name, email from city_registration order by name")
    assert [tuple(row) for row in left] == [("", ""), ("N2", "n2@example.org")]
    assert await town.come(5, 3) is State.REGISTERED


async def test_names_are_forgotten_when_nobody_confirmed_them_and_long_after_the_event(
    town: Town, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await town.announce(4)
    await town.come(1)
    never = await town.ask(2)
    names = "select array_agg(name order by name) from city_registration"

    async def end() -> int:
        async with town.database.transaction() as tx:
            woken = await forgetting.announce_old_names(tx)
        await DAILY.act.run(town.database, town.tenant, NamesOld())
        return woken

    assert await end() == 0
    clock.forward(timedelta(days=1, minutes=1))
    with pytest.raises(EventClosed, match="more than a day"):
        await town.confirm(never)
    async with legal_hold(admin, town.tenant):
        assert await end() == 0
        assert await admin.fetchval(names) == ["N1", "N2"]
    assert await end() == 1
    assert await admin.fetchval(names) == ["", "N1"]
    clock.set(NOW + timedelta(days=103))
    assert await end() == 1
    assert await admin.fetchval(names) == ["", ""]
    assert await end() == 0
