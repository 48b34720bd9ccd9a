"""Who may open an organisation, and who decides about its members."""

from hub.core.sentences import say
from hub.tenancy.errors import (
    LastOwner,
    MembersNotYours,
    OrganisationInvalid,
    OrganisationNotAllowed,
    RoleUnknown,
)
from hub.tenancy.models import Kind, Member, OpenOrganisation, Role

NAME_LETTERS = 200
# Bodies that govern others are opened by the operator, after looking at their papers; a practice,
# too, as data of health ask for a hosting with its proofs.
OPEN_TO_EVERYBODY = frozenset({Kind.LODGING, Kind.ASSOCIATION, Kind.SCHOOL})


def check_may_open(kind: Kind, caller_kind: str | None) -> None:
    """Raise `OrganisationNotAllowed` unless somebody acting for `caller_kind` may open `kind`."""
    if kind not in OPEN_TO_EVERYBODY and caller_kind != Kind.OPERATOR:
        raise OrganisationNotAllowed(
            say("Ask the operator to open an organisation of kind %(kind)s.", kind=kind)
        )


def check_organisation(command: OpenOrganisation) -> None:
    """Raise `OrganisationInvalid` for an empty or endless name, or half a territory."""
    if not 1 <= len(command.name.strip()) <= NAME_LETTERS:
        raise OrganisationInvalid(say("Give a name of 1 to %(most)s letters.", most=NAME_LETTERS))
    if (command.territory_kind is None) != (command.territory_code is None):
        raise OrganisationInvalid("Give the territory's kind and its code together.")


def check_decides_members(caller_role: str | None, given: Role | None = None) -> None:
    """Raise `MembersNotYours` unless the caller's role may add or remove members.

    Only an owner makes another owner.
    """
    if not may_decide_members(caller_role, given):
        raise MembersNotYours()


def may_decide_members(caller_role: str | None, given: Role | None = None) -> bool:
    """Whether the page offers it: what `check_decides_members` lets pass."""
    return caller_role == Role.OWNER or (caller_role == Role.MANAGER and given != Role.OWNER)


def read_role(text: str) -> Role:
    """A role as a form sends it. Raises `RoleUnknown`."""
    try:
        return Role(text)
    except ValueError:
        raise RoleUnknown("Choose a role from the list.", field="role") from None


def check_leaves_an_owner(members: list[Member], leaving: int) -> None:
    """Raise `LastOwner` if the organisation would have no owner without the person."""
    owners = {member.person for member in members if member.role == Role.OWNER}
    if owners == {leaving}:
        raise LastOwner("Name another owner first.")
