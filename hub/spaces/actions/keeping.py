"""Open a space, say how it is run, let people in and out."""

from uuid import UUID

from hub import audit, identity, tenancy, territory
from hub.core.db import Tx
from hub.spaces import policy, store
from hub.spaces.actions import letters
from hub.spaces.errors import (
    MemberUnknown,
    SpaceChanged,
    SpaceClosed,
    SpaceFull,
    SpaceInvalid,
    SpaceNotYours,
    SpaceUnknown,
)
from hub.spaces.models import ListedSpace, Member, Role, Seat, Settings, Space

MOST_SPACES, MOST_MEMBERS, LISTED, SHOWN = 50, 5_000, 200, 50


async def approach(tx: Tx, tenant: int, id: UUID, person: int | None) -> Seat:
    """Somebody before a space of an organisation, who may be nobody there: what they do next says
    whether they may. Raises `SpaceUnknown`."""
    if person is None or not 0 < tenant < 2**31:
        raise SpaceUnknown()
    tx.enter(tenant)
    seat = await store.find_seat(tx, id, person)
    if seat is None:
        raise SpaceUnknown()
    return seat


async def enter(tx: Tx, tenant: int, id: UUID, person: int | None) -> Seat:
    """The same for who reads it or may enter. Raises `SpaceUnknown`."""
    seat = await approach(tx, tenant, id, person)
    if not (seat.reads or seat.may_enter):
        raise SpaceUnknown()
    return seat


async def read(tx: Tx, tenant: int, id: UUID, person: int | None) -> Seat:
    """The same for who reads it. Raises `SpaceUnknown`."""
    seat = await enter(tx, tenant, id, person)
    if not seat.reads:
        raise SpaceUnknown("Enter the space first.")
    return seat


async def find_space(tx: Tx, id: UUID) -> Space | None:
    """A space behind this wall, for who works on it by the clock."""
    return await store.find_space(tx, id)


async def lock_space(tx: Tx, id: UUID) -> None:
    """Nobody else fills it or decides about its members until the commit."""
    await store.lock_space(tx, id)


async def find_zone(tx: Tx) -> str:
    """The clock of the organisation behind this wall, by where it is; that of Paris where it says
    nothing."""
    found = await tenancy.find_organisation(tx)
    return territory.zone_of_territory(found.territory_kind, found.territory_code)


async def list_own(tx: Tx, person: int) -> list[ListedSpace]:
    """The spaces that somebody is in, wherever they are."""
    return await store.list_own(tx, person, LISTED)


async def list_to_enter(tx: Tx, person: int) -> list[ListedSpace]:
    """Those of their communities that they may enter."""
    return await store.list_to_enter(tx, person, LISTED)


async def open_space(
    tx: Tx, id: UUID, typed: Settings, *, person: int, caller_role: str | None
) -> UUID:
    """Open a space of the caller's organisation, whose first moderator the caller is; sent twice,
    there is one. Raises `SpaceInvalid`, `SpaceNotYours`, `SpaceFull`."""
    if tx.tenant is None or caller_role not in policy.DECIDERS:
        raise SpaceNotYours("An owner or a manager of an organisation opens its spaces.")
    settings = policy.check_settings(typed)
    await _check_spaces(tx)
    if await store.insert_space(tx, id, settings):
        await store.insert_member(tx, id, person, Role.MODERATOR)
        await audit.record(tx, action="space.opened", subject=f"space:{id}")
    return id


async def settle(tx: Tx, seat: Seat, seen: int, typed: Settings) -> None:
    """Say otherwise how a space is run; the same once more changes nothing. Raises `SpaceInvalid`,
    `SpaceNotYours`, `SpaceClosed`, `SpaceChanged`."""
    policy.check_moderates(seat)
    settings = policy.check_settings(typed)
    space = seat.space
    if space.closed_at is not None:
        raise SpaceClosed()
    said = Settings(
        name=space.name,
        about=space.about,
        rules=space.rules,
        moderation=space.moderation,
        admits=space.admits,
    )
    if said == settings:
        return
    if not await store.settle(tx, space.id, seen, settings):
        raise SpaceChanged("Somebody settled it meanwhile: look at it again.")
    await audit.record(tx, action="space.settled", subject=f"space:{space.id}")


async def close_or_reopen(tx: Tx, seat: Seat, *, closed: bool) -> None:
    """A closed space is only read. Raises `SpaceNotYours`, `SpaceFull`."""
    if not seat.governs:
        raise SpaceNotYours("An owner or a manager of its organisation decides it.")
    if not closed and seat.space.closed_at is not None:
        await _check_spaces(tx)
    change = store.close_space if closed else store.reopen_space
    if await change(tx, seat.space.id):
        action = "space.closed" if closed else "space.reopened"
        await audit.record(tx, action=action, subject=f"space:{seat.space.id}")


async def join(tx: Tx, seat: Seat) -> None:
    """Enter a space by oneself. Raises `SpaceNotYours`, `SpaceFull`."""
    if seat.role is not None:
        return
    if not seat.may_enter:
        raise SpaceNotYours("Its moderators invite who enters.")
    await _check_room(tx, seat)
    role = Role.MODERATOR if seat.governs else Role.MEMBER
    if await store.insert_member(tx, seat.space.id, seat.person, role):
        await _note(tx, "space.entered", seat, seat.person)


async def leave(tx: Tx, seat: Seat) -> None:
    """What one wrote stays, until one takes it back."""
    if await store.delete_member(tx, seat.space.id, seat.person):
        await _note(tx, "space.left", seat, seat.person)


async def invite(tx: Tx, seat: Seat, email: str, role: str) -> None:
    """Let in who has an account with this e-mail; they are told. Raises `MemberUnknown`,
    `SpaceNotYours`, `SpaceClosed`, `SpaceFull`, `SpaceInvalid`."""
    policy.check_moderates(seat)
    given = policy.read_role(role)
    if seat.space.closed_at is not None:
        raise SpaceClosed()
    person = await identity.find_person_by_email(tx, email)
    if person is None:
        raise MemberUnknown("The person opens an account first.", field="email")
    await _check_room(tx, seat)
    if not await store.insert_member(tx, seat.space.id, person.id, given):
        raise SpaceInvalid("This person is in the space already.", field="email")
    await _note(tx, "space.invited", seat, person.id)
    await letters.tell(tx, seat.space, person.id, letters.INVITED)


async def change_role(tx: Tx, seat: Seat, person: int, role: str) -> None:
    """Make a member a moderator, or the other way round. Raises `SpaceNotYours`, `SpaceInvalid`."""
    policy.check_moderates(seat)
    await store.lock_space(tx, seat.space.id)
    if await store.change_role(tx, seat.space.id, person, policy.read_role(role)):
        await _note(tx, "space.role_changed", seat, person)


async def let_go(tx: Tx, seat: Seat, person: int) -> None:
    """Somebody is in the space no more; they are told. Raises `SpaceNotYours`."""
    policy.check_moderates(seat)
    if await store.delete_member(tx, seat.space.id, person):
        await _note(tx, "space.let_go", seat, person)
        await letters.tell(tx, seat.space, person, letters.LET_GO)


async def list_members(tx: Tx, seat: Seat, after: int | None = None) -> tuple[list[Member], bool]:
    """A page of who is in the space, those after one of them, and whether there are more. Their
    addresses only to moderators."""
    found = await store.list_members(tx, seat.space.id, after, SHOWN + 1)
    if not seat.moderates:
        found = [_without_email(one) for one in found]
    return found[:SHOWN], len(found) > SHOWN


def _without_email(one: Member) -> Member:
    return Member(person=one.person, name=one.name, email="", role=one.role, since=one.since)


async def _check_spaces(tx: Tx) -> None:
    if await store.count_spaces(tx) >= MOST_SPACES:
        raise SpaceFull("Close a space of your organisation first.")


async def _check_room(tx: Tx, seat: Seat) -> None:
    await store.lock_space(tx, seat.space.id)
    if await store.count_members(tx, seat.space.id) >= MOST_MEMBERS:
        raise SpaceFull("Open another space beside it.")


async def _note(tx: Tx, action: str, seat: Seat, person: int) -> None:
    detail: dict[str, object] = {"person": person}
    await audit.record(tx, action=action, subject=f"space:{seat.space.id}", detail=detail)
