"""Open organisations, and decide who belongs to them."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from hub import audit, identity
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.tenancy import letters, policy, store
from hub.tenancy.errors import AlreadyMember, NoAccount
from hub.tenancy.models import (
    ListedOrganisation,
    Member,
    OpenOrganisation,
    Organisation,
    Reader,
    Role,
)

LEAVES_WITHIN = timedelta(minutes=30)


async def open_organisation(
    tx: Tx, command: OpenOrganisation, *, owner: int | None, caller_kind: str | None = None
) -> int:
    """Open an organisation whose first owner is the person `owner`; its id is its tenant.

    `caller_kind` is the kind of organisation that the opener acts for. The transaction stays
    behind the wall it began with. Raises `OrganisationInvalid`, `OrganisationNotAllowed`,
    `NobodyNew`.
    """
    policy.check_organisation(command)
    policy.check_may_open(command.kind, caller_kind)
    return await store.open_organisation(tx, command, owner)


async def open_organisations(tx: Tx, commands: Sequence[OpenOrganisation]) -> list[int]:
    """Open many organisations without members, for a seed or an import: their ids, in order."""
    for command in commands:
        policy.check_organisation(command)
    return await store.open_organisations(tx, commands)


async def list_sole_ownerships(tx: Tx, person: int) -> list[str]:
    """The names of the organisations of which a person is the only owner who stays."""
    return [owned.name for owned in await store.list_sole_ownerships(tx, person)]


async def lock_sole_ownerships(tx: Tx, person: int) -> list[str]:
    """The same for whoever begins to go, or goes, in this transaction: nobody else decides
    meanwhile about the members of what the person owns. Who is the only owner of none answers for
    none from here on, until the account is gone or the time for that is over."""
    sole = await store.lock_sole_ownerships(tx, person, tx.now + LEAVES_WITHIN)
    return [owned.name for owned in sole]


async def find_organisation(tx: Tx) -> Organisation:
    """The organisation behind whose wall the transaction stands."""
    found = None if tx.tenant is None else await store.find_organisation(tx, tx.tenant)
    if found is None:
        raise NotFound("Choose an organisation first.")
    return found


async def find_listed_organisation(reads: Reads, id: int) -> ListedOrganisation:
    """What public pages may say of any organisation; `reads` is the reader of public listings."""
    found = await store.find_listed_organisation(reads, id)
    if found is None:
        raise NotFound("There is no such organisation.")
    return found


async def add_member(tx: Tx, *, person: int, role: Role, caller_role: str | None) -> None:
    """Give a person a role in the transaction's organisation, and write it down.

    `caller_role` is the role of who decides. Raises `MembersNotYours`, `AlreadyMember`.
    """
    policy.check_decides_members(caller_role, role)
    if not await store.insert_member(tx, person, role):
        raise AlreadyMember(field="email")
    await audit.record(tx, action="member.added", subject=f"person:{person}", detail={"role": role})


async def admit_first_owner(tx: Tx, *, person: int) -> bool:
    """Make a person the owner of the transaction's organisation, which nobody belongs to yet.

    False, and nothing changed, when somebody does. Who calls has made sure of the person.
    """
    await store.lock_organisation(tx)
    if await store.list_members(tx):
        return False
    await store.make_owner(tx, person)
    await audit.record(
        tx, action="member.added", subject=f"person:{person}", detail={"role": Role.OWNER}
    )
    return True


async def hand_over(tx: Tx, *, person: int, reason: str) -> list[Member]:
    """Make a person the only owner of the transaction's organisation; the members who leave.

    Their sessions lose the organisation at once. For a decision about a dispute only.
    """
    await store.lock_organisation(tx)
    leaving = [member for member in await store.list_members(tx) if member.person != person]
    await store.make_owner(tx, person)
    for member in leaving:
        await store.delete_member(tx, member.person)
    await audit.record(
        tx,
        action="organisation.handed_over",
        subject=f"person:{person}",
        detail={"from": [member.person for member in leaving]},
        reason=reason,
    )
    return leaving


async def add_member_by_email(
    tx: Tx, *, email: str, role: Role, caller_role: str | None
) -> list[Member]:
    """The same, for the person whose account has this e-mail, who is told; the members afterwards.

    Raises `NoAccount` when no account has it, but only to those who may decide.
    """
    policy.check_decides_members(caller_role, role)
    person = await identity.find_person_by_email(tx, email)
    if person is None:
        raise NoAccount("The person opens an account first.", field="email")
    try:
        await add_member(tx, person=person.id, role=role, caller_role=caller_role)
    except AlreadyMember:
        raise AlreadyMember("Change the role in the list of members.", field="email") from None
    await _tell(tx, person.id, letters.ADDED)
    return await store.list_members(tx)


async def change_role(tx: Tx, *, person: int, role: Role, caller_role: str | None) -> list[Member]:
    """Give a member another role, of which they are told; the members afterwards. The role they
    have already changes nothing.

    Raises `MembersNotYours`, `LastOwner`, `NotFound`.
    """
    members, member = await _lock_member(tx, person)
    policy.check_decides_members(caller_role, member.role)
    policy.check_decides_members(caller_role, role)
    if member.role == role:
        return members
    if role != Role.OWNER:
        await _check_leaves_an_owner(tx, members, person)
    await store.change_role(tx, person, role)
    await audit.record(
        tx,
        action="member.role_changed",
        subject=f"person:{person}",
        detail={"from": member.role, "to": role},
    )
    await _tell(tx, person, letters.CHANGED)
    return await store.list_members(tx)


async def remove_member(tx: Tx, *, person: int, caller_role: str | None) -> None:
    """End a membership, of which the person is told; sessions that act under it lose the
    organisation at once.

    Raises `MembersNotYours`, `LastOwner`, `NotFound`.
    """
    members, leaving = await _lock_member(tx, person)
    policy.check_decides_members(caller_role, leaving.role)
    await _check_leaves_an_owner(tx, members, person)
    await store.delete_member(tx, person)
    await audit.record(
        tx, action="member.removed", subject=f"person:{person}", detail={"role": leaving.role}
    )
    await _tell(tx, person, letters.REMOVED)


async def _lock_member(tx: Tx, person: int) -> tuple[list[Member], Member]:
    """All members and the one meant, while nobody else decides about them."""
    await store.lock_organisation(tx)
    members = await store.list_members(tx)
    found = next((member for member in members if member.person == person), None)
    if found is None:
        raise NotFound("This person is not a member.")
    return members, found


async def _check_leaves_an_owner(tx: Tx, members: list[Member], person: int) -> None:
    """Of those who stay, one owns the organisation without the person."""
    leaving_too = await store.list_leaving(tx)
    staying = [one for one in members if one.person == person or one.person not in leaving_too]
    policy.check_leaves_an_owner(staying, person)


async def _tell(tx: Tx, person: int, letter: letters.Words) -> None:
    organisation = await find_organisation(tx)
    await letters.write(tx, await store.find_reader(tx, person), letter, organisation.name)


async def list_readers(tx: Tx, roles: Collection[Role]) -> list[Reader]:
    """The members of the organisation who have one of these roles, owners first: where each reads
    letters, and in which language."""
    return await store.list_readers(tx, roles)


async def list_members(tx: Tx) -> list[Member]:
    """The members of the transaction's organisation, owners first."""
    return await store.list_members(tx)
