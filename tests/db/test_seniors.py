"""Day one of the seniors: a call until somebody accepts, a silent morning, consent taken back."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import identity, tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.mail import list_captured_mail
from hub.tenancy import Kind, OpenOrganisation
from tests.conftest import NOW
from tests.orders import legal_hold
from verticals.seniors import tasks
from verticals.seniors.actions import calling, following, reading
from verticals.seniors.errors import NobodyToCall, NotYours, SeniorInvalid
from verticals.seniors.models import (
    AddContact,
    AddSenior,
    AddSensor,
    Event,
    Events,
    Home,
    MorningOver,
    PatienceOver,
    ReadingsOld,
    Shared,
)
from verticals.seniors.policy import PATIENCE, READINGS_KEPT

TODAY = date(2026, 12, 1)
NAMES = ("Lucie", "Marc", "Nora")


class Flat(msgspec.Struct, kw_only=True):
    """Odette's home, three contacts in their order, one sensor."""

    database: Database
    tenant: int
    senior: UUID
    contacts: list[UUID]
    sensor: UUID

    async def call(self) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await calling.call_help(tx, self.senior)

    async def answer(self, number: int, *, accepts: bool) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await calling.answer_call(tx, self.contacts[number], accepts=accepts)

    async def patience_over(self, rank: int) -> None:
        found = (await self.home()).call
        assert found is not None
        async with self.database.transaction(self.tenant) as tx:
            await calling.end_patience(tx, PatienceOver(call=found.id, rank=rank))

    async def hear(self, *events: Event) -> int:
        async with self.database.transaction(self.tenant) as tx:
            return await following.hear(tx, self.sensor, Events(events=events))

    async def end_morning(self, day: date = TODAY) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await following.end_morning(tx, MorningOver(senior=self.senior, day=day))

    async def consent(self, *shares: str) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await following.set_consent(tx, self.senior, {self.contacts[2]: set(shares)})

    async def home(self) -> Home:
        async with self.database.transaction(self.tenant) as tx:
            return await reading.see_home(tx, self.senior)

    async def seen(self, number: int) -> Shared:
        async with self.database.transaction(self.tenant) as tx:
            return await reading.see_shared(tx, self.contacts[number])

    async def letters(self) -> list[tuple[str, str]]:
        """To whom, and about what, the first letter first."""
        async with self.database.transaction(self.tenant) as tx:
            found = await list_captured_mail(tx)
        return sorted((mail.recipient.partition("@")[0], mail.subject) for mail in found)


@pytest.fixture
async def flat(database: Database) -> Flat:
    async with database.transaction() as tx:
        person = await identity.register_person(
            tx, identity.RegisterPerson(email="asso@demo.example", name="Asso", password_hash="x")
        )
        opening = OpenOrganisation(kind=Kind.ASSOCIATION, name="Voisins")
        tenant = await tenancy.open_organisation(tx, opening, owner=person)
    senior, sensor = UUID(int=1), UUID(int=2)
    contacts = [UUID(int=10 + number) for number in range(len(NAMES))]
    async with database.transaction(tenant) as tx:
        await following.add_senior(tx, senior, AddSenior(name="Odette"))
        for id, name in zip(contacts, NAMES, strict=True):
            named = AddContact(name=name, email=f"{name.lower()}@demo.example")
            await following.add_contact(tx, senior, id, named)
        await following.add_sensor(tx, senior, sensor, AddSensor(place="Couloir"))
    return Flat(database=database, tenant=tenant, senior=senior, contacts=contacts, sensor=sensor)


def steps(home: Home) -> list[str]:
    return [f"{step.what} {step.who}".strip() for step in reversed(home.steps)]


async def test_contacts_are_called_one_after_the_other_until_one_accepts(flat: Flat) -> None:
    await flat.call()
    await flat.call()  # pressed again: one call, one letter
    await flat.patience_over(1)
    await flat.patience_over(1)  # the same message twice
    await flat.answer(1, accepts=False)
    await flat.patience_over(2)  # too late: Nora is being called already
    await flat.answer(2, accepts=True)
    home = await flat.home()
    assert home.call is not None
    assert (home.call.state, home.call.contact) == ("accepted", flat.contacts[2])
    assert steps(home) == [
        "called Odette",
        "asked Lucie",
        "no-answer Lucie",
        "asked Marc",
        "refused Marc",
        "asked Nora",
        "accepted Nora",
    ]
    about = "Odette appelle à l'aide"
    assert await flat.letters() == [("lucie", about), ("marc", about), ("nora", about)]


async def test_the_next_contact_is_due_after_three_minutes_of_the_hubs_clock(
    flat: Flat, admin: asyncpg.Connection
) -> None:
    await flat.call()
    waits = await admin.fetchval(
        "select max(vt - enqueued_at) from pgmq.q_celery"
        " where message -> 'headers' ->> 'task' = 'seniors.end_patience'"
    )
    assert waits > PATIENCE - timedelta(seconds=1)


async def test_when_everybody_refuses_the_association_is_told_and_a_new_call_can_be_made(
    flat: Flat,
) -> None:
    await flat.call()
    for number in range(3):
        await flat.answer(number, accepts=False)
    home = await flat.home()
    assert home.call is not None
    assert home.call.state == "unanswered"
    assert ("asso", "Personne n'a répondu à l'appel de Odette") in await flat.letters()
    await flat.call()
    again = (await flat.home()).call
    assert again is not None
    assert again.state == "calling"


async def test_only_one_accepts_and_a_late_one_is_told_so(flat: Flat) -> None:
    await flat.call()
    await flat.patience_over(1)
    await flat.answer(0, accepts=True)  # late, but nobody else has come yet
    await flat.answer(0, accepts=True)
    with pytest.raises(NotYours):
        await flat.answer(1, accepts=True)
    with pytest.raises(NotYours):
        await flat.answer(2, accepts=True)


async def test_without_a_contact_no_help_is_promised_and_112_is_named(flat: Flat) -> None:
    async with flat.database.transaction(flat.tenant) as tx:
        await following.add_senior(tx, UUID(int=3), AddSenior(name="Seul"))
        with pytest.raises(NobodyToCall, match="112"):
            await calling.call_help(tx, UUID(int=3))


async def test_a_silent_morning_is_an_alert_once_and_closed_with_its_cause(
    flat: Flat, clock: DrivenClock
) -> None:
    await flat.hear(Event(id="1", kind="motion", at=NOW - timedelta(hours=14)))
    clock.set(datetime(2026, 12, 1, 10, 0, tzinfo=UTC))
    await flat.end_morning()
    await flat.end_morning()
    (alert,) = (await flat.home()).alerts
    assert (alert.kind, alert.closed_at) == ("silence", None)
    async with flat.database.transaction(flat.tenant) as tx:
        with pytest.raises(SeniorInvalid) as caught:
            await following.close_alert(tx, alert.id, " ")
        assert caught.value.extra["field"] == "cause"
        await following.close_alert(tx, alert.id, "Grasse matinée")
        with pytest.raises(NotYours):
            await following.close_alert(tx, alert.id, "Encore")
    assert (await flat.home()).alerts[0].cause == "Grasse matinée"


async def test_a_sensor_that_was_offline_tells_the_morning_in_one_burst(flat: Flat) -> None:
    burst = [
        Event(id=str(n), kind="motion", at=NOW - timedelta(hours=2, minutes=n)) for n in range(60)
    ]
    assert await flat.hear(*burst, *burst) == 60
    assert await flat.hear(*burst) == 0
    await flat.end_morning()
    assert (await flat.home()).alerts == []


@pytest.mark.parametrize(
    ("kinds", "alerts"),
    [
        pytest.param(["battery-low"], ["battery-low"], id="a weak battery"),
        pytest.param(["battery-low"] * 2, ["battery-low"], id="told again"),
        pytest.param(["heartbeat", "battery-low"] * 40, ["battery-low"], id="7.3 flapping battery"),
        pytest.param(["motion", "heartbeat"] * 40, [], id="7.3 flapping sensor"),
    ],
)
async def test_whatever_a_sensor_repeats_is_told_at_once_and_once_a_day(
    flat: Flat, kinds: list[str], alerts: list[str]
) -> None:
    await flat.consent("alerts")
    for number, kind in enumerate(kinds):
        await flat.hear(Event(id=str(number), kind=kind, at=NOW))
    home = await flat.home()
    assert [alert.kind for alert in home.alerts] == alerts
    assert steps(home).count("battery-low") == len(alerts)
    assert len(await flat.letters()) == len(alerts)


async def test_a_contact_sees_what_the_person_consented_to_until_it_is_taken_back(
    flat: Flat,
) -> None:
    await flat.call()
    await flat.answer(0, accepts=False)
    await flat.hear(Event(id="1", kind="battery-low", at=NOW))
    before = await flat.seen(2)
    assert (before.call, before.steps, before.alerts) == (None, [], [])
    await flat.consent("calls", "alerts")
    allowed = await flat.seen(2)
    assert allowed.call is not None
    told = {"called", "asked", "refused"}  # of calls, and nothing else of the person's days
    assert {one.what for one in allowed.steps} == told
    assert allowed.alerts
    await flat.consent()
    after = await flat.seen(2)
    assert (after.call, after.steps, after.alerts) == (None, [], [])
    assert steps(await flat.home()).count("consent Nora") == 2


async def test_an_alert_is_written_to_who_may_know_of_it_only(flat: Flat) -> None:
    await flat.consent("alerts")
    await flat.hear(Event(id="1", kind="battery-low", at=NOW))
    assert await flat.letters() == [("nora", "Des nouvelles de Odette")]


async def test_another_association_knows_nothing_of_the_person(flat: Flat) -> None:
    async with flat.database.transaction() as tx:
        person = await identity.register_person(
            tx, identity.RegisterPerson(email="other@demo.example", name="O", password_hash="x")
        )
        opening = OpenOrganisation(kind=Kind.ASSOCIATION, name="Autres")
        other = await tenancy.open_organisation(tx, opening, owner=person)
    async with flat.database.transaction(other) as tx:
        assert (await reading.see_board(tx)).seniors == []
        with pytest.raises(HubError):
            await calling.call_help(tx, flat.senior)


async def note(flat: Flat, reader: str) -> None:
    async with flat.database.transaction(flat.tenant) as tx:
        await reading.note_reading(tx, flat.senior, reader)


async def test_who_looked_is_noted_once_a_day_and_shown_the_last_first(
    flat: Flat, clock: DrivenClock
) -> None:
    assert (await flat.home()).readings == []
    contact = f"contact:{flat.contacts[0]}"
    for reader in (contact, "person:999999", contact):
        await note(flat, reader)
        clock.forward(timedelta(minutes=1))
    found = (await flat.home()).readings
    assert [(one.reader, one.name, one.times) for one in found] == [
        (contact, "Lucie", 2),
        ("person:999999", "", 1),
    ]
    clock.forward(timedelta(days=1))
    await note(flat, contact)
    assert [one.times for one in (await flat.home()).readings] == [1, 2, 1]


async def test_readings_are_gone_after_a_year_and_not_before(
    flat: Flat, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await note(flat, "person:1")
    clock.forward(READINGS_KEPT)

    async def end() -> int:
        async with flat.database.transaction() as tx:
            woken = await reading.announce_old_readings(tx)
        await tasks.DAILY.act.run(flat.database, flat.tenant, ReadingsOld())
        return woken

    assert await end() == 0
    assert len((await flat.home()).readings) == 1
    clock.forward(timedelta(days=1))
    async with legal_hold(admin, flat.tenant):
        assert await end() == 0
        assert len((await flat.home()).readings) == 1
    assert await end() == 1
    assert (await flat.home()).readings == []


async def test_a_contact_who_may_see_nothing_has_seen_nothing(flat: Flat) -> None:
    assert not reading.has_seen(await flat.seen(2))
    await flat.call()
    assert reading.has_seen(await flat.seen(0)), "the call that they are asked for"
    await flat.answer(0, accepts=True)
    assert not reading.has_seen(await flat.seen(2))
    await flat.consent("calls")
    assert reading.has_seen(await flat.seen(2))


@pytest.mark.parametrize("reader", ["", "guest", "person:", "contact:x", "person:1; drop"])
async def test_a_reader_is_somebody(flat: Flat, reader: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await note(flat, reader)


async def test_nothing_is_noted_of_an_association_that_is_held(
    flat: Flat, admin: asyncpg.Connection
) -> None:
    """It leaves, and its archive is what it was."""
    await note(flat, "person:1")
    await admin.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, now(), 'its notice')",
        flat.tenant,
    )
    await note(flat, "person:1")
    await note(flat, "person:2")
    assert [(one.reader, one.times) for one in (await flat.home()).readings] == [("person:1", 1)]
