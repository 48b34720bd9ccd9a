"""Organisations, and who belongs to them."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What an organisation is; it decides which pages its members see."""

    LODGING = "lodging"
    FEDERATION = "federation"
    OFFICE = "office"
    REGION = "region"
    SCHOOL = "school"
    PRACTICE = "practice"
    ASSOCIATION = "association"
    TOWN = "town"
    OPERATOR = "operator"


class Role(StrEnum):
    """What a member is in an organisation."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"
    TREASURER = "treasurer"


class TerritoryKind(StrEnum):
    """What a territory code means: INSEE codes, or `FR` for the whole country."""

    COMMUNE = "commune"
    DEPARTMENT = "department"
    REGION = "region"
    COUNTRY = "country"


class OpenOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open an organisation. `territory_kind` and `territory_code` come together or not at all."""

    kind: Kind
    name: str
    territory_kind: TerritoryKind | None = None
    territory_code: str | None = None


class AddMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a person, named by the e-mail of their account, a role in my organisation."""

    email: str
    role: Role


class ChangeRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a member of my organisation another role."""

    role: Role


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation, which is also a tenant: `id` names its wall."""

    id: int
    kind: Kind
    name: str
    territory_kind: TerritoryKind | None
    territory_code: str | None
    created_at: datetime


class ListedOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of an organisation."""

    id: int
    kind: Kind
    name: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person's role in the organisation."""

    person: int
    name: str
    email: str
    role: Role
    since: datetime


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """A person to whom a letter goes, and its language."""

    email: str
    language: str
