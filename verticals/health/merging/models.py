"""A merge that was asked for."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class State(StrEnum):
    """How it stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class AskMerge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`kept` and `gone` are one person: what `gone` has goes to `kept`."""

    kept: UUID
    gone: UUID
    why: str


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, by whom, and what was decided, by whom else. Persons by their numbers."""

    id: UUID
    kept: UUID
    gone: UUID
    kept_name: str
    gone_name: str
    born_on: str
    why: str
    state: State
    asked_by: int | None
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None
