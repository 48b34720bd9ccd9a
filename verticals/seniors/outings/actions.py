"""Propose outings, vouch for volunteers, come along. What is shown is what may be joined."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from hub import audit, territory
from hub.core.db import Tx
from hub.core.letters import link_to, write_letter
from verticals.seniors.actions import following
from verticals.seniors.errors import SeniorUnknown
from verticals.seniors.outings import policy, store
from verticals.seniors.outings.errors import NotVouched
from verticals.seniors.outings.models import (
    AddVolunteer,
    Agenda,
    Desk,
    Guest,
    OfferVisit,
    Outing,
    PublishOuting,
    Round,
    Volunteer,
    Where,
)
from verticals.seniors.policy import check_email, check_text

PACKAGE = "verticals.seniors.outings"
VOLUNTEER = "senior-volunteer"  # the kind of a volunteer's signed link


async def find_where(text: str) -> Where:
    """The commune that was typed. Raises `SeniorInvalid`."""
    communes = await asyncio.to_thread(territory.communes)  # read from a file the first time
    return policy.find_commune(text, communes)


async def set_home(tx: Tx, senior: UUID, commune: str) -> None:
    """Where a person lives. Raises `SeniorInvalid`."""
    await following.find_senior(tx, senior)
    await store.keep_home(tx, senior, await find_where(commune))


async def publish_outing(tx: Tx, id: UUID, command: PublishOuting) -> None:
    """Propose an outing. Raises `SeniorInvalid`."""
    title, place = check_text(command.title, "title"), check_text(command.place, "place")
    where = await find_where(command.commune)
    starts_at = policy.read_start(command.day, command.time, tx.now)
    seats = policy.check_seats(command.seats)
    if await store.insert_outing(tx, id, title, place, where, starts_at, seats):
        await audit.record(tx, action="senior.outing", subject=f"outing:{id}")


async def add_volunteer(tx: Tx, id: UUID, command: AddVolunteer) -> None:
    """Somebody who would visit, whom nobody has vouched for yet. Raises `SeniorInvalid`."""
    name, email = check_text(command.name, "name"), check_email(command.email)
    if await store.insert_volunteer(tx, id, name, email, await find_where(command.commune)):
        await audit.record(tx, action="senior.volunteer", subject=f"volunteer:{id}")


async def validate_volunteer(tx: Tx, id: UUID, rna: str) -> None:
    """The association of that number vouches for a volunteer. Raises `SeniorInvalid`."""
    number, found = policy.check_rna(rna), await _find_volunteer(tx, id, lock=True)
    if found.state != "validated":
        await store.decide_volunteer(tx, id, "validated", number)
        await _write_down(tx, "validated", found)
        await write_letter(tx, PACKAGE, "vouched", found.email, {"link": _link(tx, found)})


async def end_volunteer(tx: Tx, id: UUID) -> None:
    """A volunteer visits nobody any more: the visits to come do not take place."""
    found = await _find_volunteer(tx, id, lock=True)
    if found.state == "ended":
        return
    await store.decide_volunteer(tx, id, "ended")
    await _write_down(tx, "ended", found)
    for visit in await store.list_outings(tx, id):
        await _cancel(tx, visit)


async def offer_visit(tx: Tx, volunteer: UUID, id: UUID, command: OfferVisit) -> None:
    """A volunteer offers to come to somebody near. Raises `SeniorInvalid`, `NotVouched`."""
    found = await _find_volunteer(tx, volunteer, lock=True)
    if found.state != "validated":
        raise NotVouched("An association vouches for whoever comes to somebody's home.")
    title = check_text(command.title, "title")
    starts_at = policy.read_start(command.day, command.time, tx.now)
    await store.insert_outing(tx, id, title, "", found, starts_at, 1, volunteer)


async def cancel_outing(tx: Tx, id: UUID, volunteer: UUID | None = None) -> None:
    """An outing does not take place; a volunteer cancels their own visits only."""
    await store.lock_outing(tx, id)
    outing = await _find_outing(tx, id)
    if volunteer is not None and outing.volunteer != volunteer:
        raise SeniorUnknown()
    await _cancel(tx, outing)


async def join_outing(tx: Tx, senior: UUID, id: UUID) -> None:
    """A person comes along; pressed twice, once. Raises `OutingOver`."""
    await following.find_senior(tx, senior)
    await store.lock_outing(tx, id)
    outing = await _find_outing(tx, id)
    if id in await store.list_joined(tx, senior):
        return
    policy.check_open(outing, tx.now)
    if await store.join_outing(tx, id, senior):
        await following.note_step(tx, senior, "joined", outing.title)
        await _tell_visitor(tx, outing, "accepted")


async def leave_outing(tx: Tx, senior: UUID, id: UUID) -> None:
    """A person does not come after all."""
    await store.lock_outing(tx, id)
    outing = await _find_outing(tx, id)
    if await store.leave_outing(tx, id, senior):
        await following.note_step(tx, senior, "left", outing.title)
        await _tell_visitor(tx, outing, "given-up")


async def see_agenda(tx: Tx, senior: UUID) -> Agenda:
    """What a person comes along to, and what they may join near home."""
    home, joined = await store.find_home(tx, senior), await store.list_joined(tx, senior)
    near = [policy.how_far(one, home) for one in await store.list_outings(tx)]
    return Agenda(
        home=home,
        mine=[one for one in near if one.outing.id in joined],
        others=[one for one in near if one.outing.id not in joined and policy.is_offered(one)],
    )


async def see_desk(tx: Tx) -> Desk:
    """What an association proposes, and who visits."""
    return Desk(
        outings=await store.list_outings(tx),
        guests=_by_outing(await store.list_guests(tx)),
        volunteers=await store.list_volunteers(tx),
    )


async def see_round(tx: Tx, volunteer: UUID) -> Round:
    """A volunteer's own visits."""
    return Round(
        volunteer=await _find_volunteer(tx, volunteer),
        visits=await store.list_outings(tx, volunteer),
        guests=_by_outing(await store.list_guests(tx, volunteer)),
    )


def _by_outing(guests: Iterable[Guest]) -> dict[UUID, list[Guest]]:
    found: dict[UUID, list[Guest]] = {}
    for guest in guests:
        found.setdefault(guest.outing, []).append(guest)
    return found


async def _find_volunteer(tx: Tx, id: UUID, *, lock: bool = False) -> Volunteer:
    found = await store.find_volunteer(tx, id, lock=lock)
    if found is None:
        raise SeniorUnknown()
    return found


async def _find_outing(tx: Tx, id: UUID) -> Outing:
    found = await store.find_outing(tx, id)
    if found is None:
        raise SeniorUnknown()
    return found


async def _cancel(tx: Tx, outing: Outing) -> None:
    """Who comes along sees it on their screen; a visitor has a letter."""
    if not await store.cancel_outing(tx, outing.id):
        return
    await audit.record(tx, action="senior.outing_cancelled", subject=f"outing:{outing.id}")
    for guest in await store.list_guests(tx, outing.volunteer):
        if guest.outing == outing.id:
            await following.note_step(tx, guest.senior, "cancelled", outing.title)
    await _tell_visitor(tx, outing, "cancelled")


async def _tell_visitor(tx: Tx, outing: Outing, what: str) -> None:
    if outing.volunteer is not None:
        visitor = await _find_volunteer(tx, outing.volunteer)
        told = {"outing": outing, "what": what, "link": _link(tx, visitor)}
        await write_letter(tx, PACKAGE, "visit", visitor.email, told)


async def _write_down(tx: Tx, what: str, volunteer: Volunteer) -> None:
    await audit.record(tx, action=f"senior.volunteer_{what}", subject=f"volunteer:{volunteer.id}")


def _link(tx: Tx, volunteer: Volunteer) -> str:
    return link_to(tx, "/visites", VOLUNTEER, volunteer.id)
