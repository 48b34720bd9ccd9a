"""A copy of everything that is held about one person, and what stands in it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from hub.core.sheets import ArchiveFile
from hub.core.vertical import Keeps

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
    tables: dict[str, int]
    left_out: dict[str, str]
    files: tuple[ArchiveFile, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a person sees before they ask: their copies, and whether their address is proven; if not
    where they prove it (None when nothing here goes by addresses)."""

    copies: tuple[Copy, ...]
    proven: bool
    prove_at: str | None


class KeptRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that stay when a person is erased: how many, why, by which law, until when at most."""

    table: str
    rows: int
    why: Keeps
    law: str
    until: date | None


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure would do: rows that would go, rows that would stay, the organisations that
    the person must hand over first. `proven`: whether what stands under the address is counted."""

    goes: int
    kept: tuple[KeptRows, ...]
    owns: tuple[str, ...]
    proven: bool
    prove_at: str | None


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate: by table what went, or bears the person's name no more, and what stays.
    `left` is what should have gone and stands, as when something was written in the very moment;
    nothing as a rule."""

    format: Literal["usage-hub/person-erasure"] = "usage-hub/person-erasure"
    version: Literal[1] = 1
    person: int
    erased_at: datetime
    addresses: tuple[str, ...]
    erased: dict[str, int]
    kept: tuple[KeptRows, ...]
    left: dict[str, int]


class EraseMe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Erase me. My e-mail, typed once more, and my password show that I mean it."""

    email: str
    password: str


class CopyAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A copy is to be built."""

    copy: UUID
