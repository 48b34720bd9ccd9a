"""A copy of everything that is held about one person, and what stands in it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from hub.core.sheets import ArchiveFile

FORMAT = "usage-hub/person"
KEPT_DAYS = 7
# A building that is not done by then never will be: the task's attempts are over.
UNDERWAY_MINUTES_MAX = 30
TENANTS_MAX = 5_000


class State(StrEnum):
    """How far a copy is."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy. `done` of `parts` tables are read; it can be fetched when it is ready, until
    `expires_at`."""

    id: UUID
    state: State
    asked_at: datetime
    done: int
    parts: int
    ready_at: datetime | None
    fetched_at: datetime | None
    expires_at: datetime
    bytes: int | None
    sha256: str | None
    files: tuple[ArchiveFile, ...]


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a copy is."""

    id: int
    email: str
    name: str
    created_at: datetime


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that holds something about the person: rows name it in `tenant`."""

    id: int
    kind: str
    name: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`manifest.json`. `addresses` are those proven to be the person's: what stands under one
    that is not proven is in no copy. `left_out` says why something of a table is not given."""

    format: Literal["usage-hub/person"] = FORMAT
    version: Literal[1] = 1
    person: int
    email: str
    taken_at: datetime
    addresses: tuple[str, ...]
    organisations: tuple[Organisation, ...]
    tables: dict[str, str]
    left_out: dict[str, str]
    files: tuple[ArchiveFile, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a person sees before they ask: their copies, and whether their address is proven; if not
    where they prove it (None when nothing here goes by addresses)."""

    copies: tuple[Copy, ...]
    proven: bool
    prove_at: str | None


class CopyAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A copy is to be built."""

    copy: UUID
