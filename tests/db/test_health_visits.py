"""Visits on a real database: a room opens in time, a link opens it once, a note is sealed."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub import keys
from hub.core.clock import DrivenClock
from hub.core.errors import NotFound
from hub.tenancy import Role as Member
from tests.db.test_health_documents import Desk, desk
from verticals.health import patients
from verticals.health.visits import actions, gateway
from verticals.health.visits.errors import (
    LinkUsed,
    NotYourVisit,
    ProviderSilent,
    RoomClosed,
    RoomsNotYours,
    VisitInvalid,
)
from verticals.health.visits.models import Meeting, Role, Seat, SetVideo, WriteNote

__all__ = ["desk"]

VISIT = UUID(int=21)
ADDRESS = "https://visio.example.org/{room}?lang=fr"


async def prepare(desk: Desk, clock: DrivenClock, *, mode: str = "video") -> None:
    """A visit that begins in ten minutes; the practice has rooms, Léa an account."""
    first, *_ = await desk.slots()
    await desk.book(first, desk.lea, mode=mode)
    async with desk.database.transaction(desk.tenant) as tx:
        await actions.set_video(tx, SetVideo(provider=ADDRESS), role=Member.OWNER)
    clock.set(first.begins_at - timedelta(minutes=10))


async def open_room(desk: Desk, account: int) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        await actions.open_room(tx, VISIT, account)


async def ticket(desk: Desk, account: int | None, role: Role = Role.PRACTITIONER) -> UUID:
    async with desk.database.transaction(desk.tenant) as tx:
        return await actions.give_ticket(tx, VISIT, account, role)


async def enter(desk: Desk, id: UUID) -> Meeting:
    async with desk.database.transaction(desk.tenant) as tx:
        return await actions.enter(tx, id)


async def note(desk: Desk, account: int, words: str = "Repos trois jours.", key: int = 95) -> bool:
    async with desk.database.transaction(desk.tenant) as tx:
        said = WriteNote(words=words)
        return await actions.write_note(tx, UUID(int=key), VISIT, account, said)


async def of_lea(desk: Desk, admin: asyncpg.Connection) -> int:
    """Léa's account."""
    person = await admin.fetchval(
        "insert into person (name, email, password_hash, created_at)"
        " values ('Léa', 'lea@example.org', 'x', now()) returning id"
    )
    await admin.execute("update health_patient set person = $1 where id = $2", person, desk.lea)
    return person


async def seat(desk: Desk, person: int) -> Seat:
    async with desk.database.transaction(desk.tenant) as tx:
        return await actions.see_seat(tx, VISIT, person)


async def test_a_link_opens_the_room_once(desk: Desk, clock: DrivenClock) -> None:
    await prepare(desk, clock)
    await open_room(desk, desk.nadia_account)
    link = await ticket(desk, desk.nadia_account)
    meeting = await enter(desk, link)
    address = await gateway.find_address(meeting)
    assert address == f"https://visio.example.org/{meeting.room}?lang=fr"
    assert len(meeting.room) == 32
    with pytest.raises(LinkUsed):
        await enter(desk, link)


async def test_two_who_follow_one_link_do_not_both_enter(desk: Desk, clock: DrivenClock) -> None:
    await prepare(desk, clock)
    await open_room(desk, desk.nadia_account)
    link = await ticket(desk, desk.nadia_account)
    came = await asyncio.gather(*(enter(desk, link) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, Meeting) for one in came) == 1
    assert sum(isinstance(one, LinkUsed) for one in came) == 3


async def test_a_link_is_over_after_five_minutes(desk: Desk, clock: DrivenClock) -> None:
    await prepare(desk, clock)
    await open_room(desk, desk.nadia_account)
    link = await ticket(desk, desk.nadia_account)
    clock.forward(timedelta(minutes=5))
    with pytest.raises(LinkUsed):
        await enter(desk, link)
    with pytest.raises(LinkUsed):
        await enter(desk, UUID(int=1))


async def test_the_patient_waits_until_the_professional_opens(
    desk: Desk, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await prepare(desk, clock)
    person = await of_lea(desk, admin)
    assert not (await seat(desk, person)).may_enter
    with pytest.raises(RoomClosed):
        await ticket(desk, person, Role.PATIENT)
    await open_room(desk, desk.nadia_account)
    assert (await seat(desk, person)).may_enter
    meeting = await enter(desk, await ticket(desk, person, Role.PATIENT))
    theirs = await enter(desk, await ticket(desk, desk.nadia_account))
    assert meeting.room == theirs.room
    for other in (desk.max_account, None):
        with pytest.raises(NotFound):
            await ticket(desk, other, Role.PATIENT)


async def test_a_room_is_its_own_professionals(desk: Desk, clock: DrivenClock) -> None:
    await prepare(desk, clock)
    with pytest.raises(NotYourVisit):
        await open_room(desk, desk.max_account)
    await open_room(desk, desk.nadia_account)
    with pytest.raises(NotYourVisit):
        await ticket(desk, desk.max_account)


@pytest.mark.parametrize(
    ("minutes", "mode", "opens"),
    [(-16, "video", False), (-15, "video", True), (79, "video", True), (80, "video", False),
     (0, "place", False)],
)  # fmt: skip
async def test_a_room_opens_around_its_visit(
    desk: Desk, clock: DrivenClock, minutes: int, mode: str, opens: bool
) -> None:
    await prepare(desk, clock, mode=mode)
    first, *_ = await desk.slots()
    clock.set(first.begins_at + timedelta(minutes=minutes))
    if opens:
        await open_room(desk, desk.nadia_account)
        return
    with pytest.raises(RoomClosed):
        await open_room(desk, desk.nadia_account)


async def test_a_cancelled_visit_and_a_closed_room_let_nobody_in(
    desk: Desk, clock: DrivenClock
) -> None:
    await prepare(desk, clock)
    await open_room(desk, desk.nadia_account)
    link = await ticket(desk, desk.nadia_account)
    async with desk.database.transaction(desk.tenant) as tx:
        await actions.close_room(tx, VISIT, desk.nadia_account)
    with pytest.raises(RoomClosed):
        await enter(desk, link)
    await open_room(desk, desk.nadia_account)
    await desk.cancel()
    with pytest.raises(RoomClosed):
        await enter(desk, link)


async def test_a_note_is_sealed_and_its_patient_reads_it(
    desk: Desk, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    await prepare(desk, clock)
    person = await of_lea(desk, admin)
    with pytest.raises(NotYourVisit):
        await note(desk, desk.max_account)
    assert await note(desk, desk.nadia_account)
    assert not await note(desk, desk.nadia_account)
    assert [one.words for one in (await seat(desk, person)).notes] == ["Repos trois jours."]
    kept = await admin.fetchval("select words_sealed from health_note")
    assert b"Repos" not in kept
    with pytest.raises(VisitInvalid):
        await note(desk, desk.nadia_account, "  ", 96)


async def test_a_note_is_left_once_a_visit_has_begun(desk: Desk, clock: DrivenClock) -> None:
    first, *_ = await desk.slots()
    await desk.book(first, desk.lea)
    with pytest.raises(RoomClosed):
        await note(desk, desk.nadia_account)


@pytest.mark.parametrize(
    "provider",
    ["http://visio.example.org/{room}", "https://visio.example.org/", "javascript:{room}",
     "https://visio.example.org/{room}{other}", "nobody", "https://x.example/{room}\" onclick=\""],
)  # fmt: skip
async def test_an_address_that_is_none_is_refused(desk: Desk, provider: str) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        with pytest.raises(VisitInvalid) as refused:
            await actions.set_video(tx, SetVideo(provider=provider), role=Member.OWNER)
    assert refused.value.extra["field"] == "provider"


@pytest.mark.parametrize("role", [*Member, None])
async def test_owners_and_managers_say_where_rooms_are(desk: Desk, role: Member | None) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        if role in {Member.OWNER, Member.MANAGER}:
            await actions.set_video(tx, SetVideo(provider=ADDRESS), role=role)
            assert await actions.find_provider(tx) == ADDRESS
            return
        with pytest.raises(RoomsNotYours):
            await actions.set_video(tx, SetVideo(provider=ADDRESS), role=role)
        assert await actions.find_provider(tx) == ""


async def test_a_provider_that_is_gone_is_said(desk: Desk, clock: DrivenClock) -> None:
    await prepare(desk, clock)
    meeting = Meeting(
        provider="gone", room="x", role=Role.PATIENT, until_at=clock.now() + timedelta(hours=1)
    )
    with pytest.raises(ProviderSilent):
        await gateway.find_address(meeting)


async def test_without_rooms_none_is_opened_and_without_the_key_none_is_entered(
    desk: Desk, clock: DrivenClock
) -> None:
    await prepare(desk, clock)
    await open_room(desk, desk.nadia_account)
    link = await ticket(desk, desk.nadia_account)
    async with desk.database.transaction(desk.tenant) as tx:
        await actions.set_video(tx, SetVideo(provider=""), role=Member.OWNER)
    with pytest.raises(RoomClosed):
        await open_room(desk, desk.nadia_account)
    async with desk.database.transaction(desk.tenant) as tx:
        await keys.shred(tx)
    with pytest.raises(patients.SealedUnreadable):
        await enter(desk, link)
