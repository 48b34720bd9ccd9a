"""A local project: what a territory asks its guests to support, by a share of the agreement."""

from datetime import date

import msgspec


class OpenProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open a project of my organisation, in a territory, until a day that may be left open."""

    name: str
    description: str
    territory_kind: str
    territory_code: str
    until: date | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project: `tenant` runs it and receives its shares; `until` is the first day without it."""

    id: int
    tenant: int
    name: str
    description: str
    territory_kind: str
    territory_code: str
    since: date
    until: date | None
