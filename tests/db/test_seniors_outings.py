"""Outings and visits: the last seat once, no visitor whom nobody vouches for, near home."""

import asyncio
from uuid import UUID

import pytest

from hub import identity, tenancy
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.tenancy import Kind, OpenOrganisation
from verticals.seniors.actions import following, reading
from verticals.seniors.errors import SeniorUnknown
from verticals.seniors.models import AddSenior
from verticals.seniors.outings import actions
from verticals.seniors.outings.errors import NotVouched, OutingOver
from verticals.seniors.outings.models import AddVolunteer, Agenda, OfferVisit, PublishOuting

ODETTE, PAUL = UUID(int=1), UUID(int=2)
WALK, VISIT, SAMIR = UUID(int=10), UUID(int=11), UUID(int=20)
AT = {"day": "2026-12-05", "time": "14:30"}


async def open_association(database: Database, email: str) -> int:
    async with database.transaction() as tx:
        person = await identity.register_person(
            tx, identity.RegisterPerson(email=email, name="Asso", password_hash="x")
        )
        opening = OpenOrganisation(kind=Kind.ASSOCIATION, name="Voisins")
        return await tenancy.open_organisation(tx, opening, owner=person)


class Neighbours:
    """An association with two people and a volunteer who is not vouched for yet."""

    def __init__(self, database: Database, tenant: int) -> None:
        self.database, self.tenant = database, tenant

    async def publish(self, id: UUID = WALK, commune: str = "Mende", seats: int = 1) -> None:
        async with self.database.transaction(self.tenant) as tx:
            said = PublishOuting(title="Bal", place="Salle", commune=commune, seats=seats, **AT)
            await actions.publish_outing(tx, id, said)

    async def join(self, senior: UUID, outing: UUID = WALK) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.join_outing(tx, senior, outing)

    async def leave(self, senior: UUID, outing: UUID = WALK) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.leave_outing(tx, senior, outing)

    async def vouch(self) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.validate_volunteer(tx, SAMIR, "W481000001")

    async def offer(self) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await actions.offer_visit(tx, SAMIR, VISIT, OfferVisit(title="Lecture", **AT))

    async def agenda(self, senior: UUID) -> Agenda:
        async with self.database.transaction(self.tenant) as tx:
            return await actions.see_agenda(tx, senior)

    async def letters(self) -> list[str]:
        async with self.database.transaction(self.tenant) as tx:
            return [mail.body_text for mail in await list_captured_mail(tx)]


@pytest.fixture
async def near(database: Database) -> Neighbours:
    tenant = await open_association(database, "asso@demo.example")
    async with database.transaction(tenant) as tx:
        for id, name in ((ODETTE, "Odette"), (PAUL, "Paul")):
            await following.add_senior(tx, id, AddSenior(name=name))
        await actions.set_home(tx, ODETTE, "Badaroux")
        named = AddVolunteer(name="Samir", email="samir@demo.example", commune="Mende")
        await actions.add_volunteer(tx, SAMIR, named)
    return Neighbours(database, tenant)


async def test_the_last_seat_is_given_once_and_again_when_it_is_left(near: Neighbours) -> None:
    await near.publish()
    answers = await asyncio.gather(near.join(ODETTE), near.join(PAUL), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "OutingOver"]
    winner, other = (ODETTE, PAUL) if answers[0] is None else (PAUL, ODETTE)
    await near.join(winner)  # pressed again
    assert [one.outing.taken for one in (await near.agenda(winner)).mine] == [1]
    assert (await near.agenda(other)).others == []  # what is full is not shown
    await near.leave(winner)
    await near.join(other)
    await near.leave(other)
    await near.join(winner)  # after all
    assert len((await near.agenda(winner)).mine) == 1


async def test_what_is_near_home_is_shown_and_what_is_far_is_not(near: Neighbours) -> None:
    await near.publish(WALK, "Mende")
    await near.publish(UUID(int=12), "Marseille")
    shown = (await near.agenda(ODETTE)).others
    assert [(one.outing.commune_name, one.km) for one in shown] == [("Mende", 6)]
    assert len((await near.agenda(PAUL)).others) == 2  # has not said where


async def test_nobody_visits_without_an_association_that_vouches(near: Neighbours) -> None:
    with pytest.raises(NotVouched):
        await near.offer()
    await near.vouch()
    await near.offer()
    await near.offer()  # the same form again
    shown = (await near.agenda(ODETTE)).others
    assert [(one.outing.visitor, one.km) for one in shown] == [("Samir", 6)]
    await near.join(ODETTE, VISIT)
    assert "vous attend" in (await near.letters())[-1]
    async with near.database.transaction(near.tenant) as tx:
        found = await actions.see_round(tx, SAMIR)
        assert [guest.name for guest in found.guests[VISIT]] == ["Odette"]


async def test_the_visits_of_who_is_trusted_no_more_do_not_take_place(near: Neighbours) -> None:
    await near.vouch()
    await near.offer()
    await near.join(ODETTE, VISIT)
    async with near.database.transaction(near.tenant) as tx:
        await actions.end_volunteer(tx, SAMIR)
        await actions.end_volunteer(tx, SAMIR)
    (mine,) = (await near.agenda(ODETTE)).mine
    assert mine.outing.state == "cancelled"
    with pytest.raises(NotVouched):
        await near.offer()
    with pytest.raises(OutingOver):
        await near.join(PAUL, VISIT)
    async with near.database.transaction(near.tenant) as tx:
        steps = [step.what for step in (await reading.see_home(tx, ODETTE)).steps]
    assert steps == ["cancelled", "joined"]


async def test_a_volunteer_cancels_no_outing_of_the_association(near: Neighbours) -> None:
    await near.publish()
    await near.vouch()
    async with near.database.transaction(near.tenant) as tx:
        with pytest.raises(SeniorUnknown):
            await actions.cancel_outing(tx, WALK, SAMIR)
    await near.join(ODETTE)


async def test_another_association_s_people_do_not_come(near: Neighbours) -> None:
    await near.publish()
    other = await open_association(near.database, "other@demo.example")
    async with near.database.transaction(other) as tx:
        await following.add_senior(tx, UUID(int=3), AddSenior(name="Autre"))
        assert (await actions.see_agenda(tx, UUID(int=3))).others == []
        with pytest.raises(SeniorUnknown):
            await actions.join_outing(tx, UUID(int=3), WALK)
        assert (await actions.see_desk(tx)).volunteers == []
