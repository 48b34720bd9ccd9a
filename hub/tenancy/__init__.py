"""Organisations are the tenants, and the wall stands around each. What others may use:"""

from hub.tenancy.actions import (
    add_member,
    admit_first_owner,
    find_listed_organisation,
    find_organisation,
    hand_over,
    list_members,
    list_readers,
    list_sole_ownerships,
    lock_sole_ownerships,
    open_organisation,
    open_organisations,
    remove_member,
)
from hub.tenancy.errors import NoAccount
from hub.tenancy.models import (
    Kind,
    ListedOrganisation,
    Member,
    OpenOrganisation,
    Organisation,
    Reader,
    Role,
    TerritoryKind,
)

__all__ = [
    "Kind",
    "ListedOrganisation",
    "Member",
    "NoAccount",
    "OpenOrganisation",
    "Organisation",
    "Reader",
    "Role",
    "TerritoryKind",
    "add_member",
    "admit_first_owner",
    "find_listed_organisation",
    "find_organisation",
    "hand_over",
    "list_members",
    "list_readers",
    "list_sole_ownerships",
    "lock_sole_ownerships",
    "open_organisation",
    "open_organisations",
    "remove_member",
]
