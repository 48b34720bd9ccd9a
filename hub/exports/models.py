"""An export that an organisation asked for, and where it stands."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class State(StrEnum):
    """What an export is."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of an organisation as a ZIP, in the form of `hub export`. While it is `building`,
    `done` of `parts` tables are written; a `ready` one has its `bytes`, its SHA-256 (hex) and the
    number of its `rows`, and is kept until `expires_at`."""

    id: UUID
    state: State
    asked_by: str
    asked_at: datetime
    done: int
    parts: int
    ready_at: datetime | None
    expires_at: datetime
    bytes: int | None
    sha256: str | None
    rows: int | None
    fetched_at: datetime | None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An export of some organisation."""

    tenant: int
    id: UUID
