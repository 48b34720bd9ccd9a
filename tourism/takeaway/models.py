"""An archive of everything a house has, and what stands in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.core.sheets import ArchiveFile

KEPT_DAYS = 7
# A building that is not done by then never will be: the task's attempts are over.
UNDERWAY_MINUTES_MAX = 30


class State(StrEnum):
    """How far an archive is."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Takeaway(msgspec.Struct, frozen=True, kw_only=True):
    """An archive. `done` of `parts` files are written; it can be fetched when it is ready, until
    `expires_at`."""

    id: UUID
    state: State
    asked_at: datetime
    done: int
    parts: int
    ready_at: datetime | None
    expires_at: datetime
    bytes: int | None
    sha256: str | None
    files: tuple[ArchiveFile, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`manifest.json`: what the archive holds. It does not list itself."""

    format: str
    format_version: int
    organisation: int
    taken_at: datetime
    files: tuple[ArchiveFile, ...]
    left_out: dict[str, str]


class TakeawayAsked(msgspec.Struct, frozen=True, kw_only=True):
    """An archive is to be built."""

    takeaway: UUID


class TakeawaysOld(msgspec.Struct, frozen=True, kw_only=True):
    """This house may hold archives whose time is over."""
