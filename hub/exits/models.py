"""An organisation that leaves by its own notice."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.portability.models import KeptRows


class State(StrEnum):
    """Where an organisation is on its way out."""

    NOTICED = "noticed"
    RETRIEVAL = "retrieval"
    ERASING = "erasing"
    ERASED = "erased"
    STAYED = "stayed"
    MOVED = "moved"


class Step(StrEnum):
    """What can happen on the way."""

    GIVE = "give"
    HOLD = "hold"
    END = "end"
    ERASE = "erase"
    LAPSE = "lapse"
    TURN_BACK = "turn_back"
    TAKE_BACK = "take_back"
    FINISH = "finish"
    LET_GO = "let_go"
    MOVE = "move"


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """How far an organisation is on its way out, as its owners see it.

    Selling ends at `notice_until`, the service at `transition_until` at the earliest: nothing
    changes any more from `held_at` on, and everything can be fetched until `retrieve_until`, thirty
    days later. The archive is of `archive_at`; while it is made, `done` of `parts` tables are
    written.
    `fetched_at` is when it was first fetched since nothing changes any more. Nothing
    that was wished early is erased before `erase_from`. From `let_go_at` on duties keep it no
    longer, as who runs the hub decided."""

    id: UUID
    organisation: int
    kind: str
    name: str
    state: State
    version: int
    given_at: datetime
    notice_until: datetime
    transition_until: datetime
    sale_ended_at: datetime | None
    held_at: datetime | None
    retrieve_until: datetime | None
    archive_at: datetime | None
    archive_bytes: int | None
    archive_sha256: str | None
    rows: int | None
    done: int
    parts: int
    fetched_at: datetime | None
    erase_from: datetime | None
    let_go_at: datetime | None
    certificate: dict[str, object] | None
    changed_at: datetime


class Exit(Course, frozen=True, kw_only=True):
    """The way out of one organisation, kept behind the wall of who runs the hub (`tenant`).

    `fault` is why its archive or erasure failed, twice in a row by `fault_at`; `stalled` why the
    clock does not go on with it since it tried at `stalled_at`; all empty else. `let_go_why` is the
    reason of who let it go."""

    tenant: int
    fault: str
    fault_at: datetime | None = None
    stalled: str = ""
    stalled_at: datetime | None = None
    let_go_why: str = ""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """The last archive of an organisation that was erased: of when, with the hash of its file, and
    when it was first fetched since nothing changed any more; None when nobody fetched it."""

    at: datetime
    sha256: str
    fetched_at: datetime | None


class Advanced(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass of the clock did: how much, and how many ways out it failed on."""

    done: int
    failed: int


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was made, kept for ever."""

    id: int
    step: Step
    state: State
    at: datetime
    actor: str


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation still has to do for others: `says` is a French pattern with `many`."""

    says: str
    many: int
    cents: int
    until: date | None


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What a function of duties found."""

    many: int
    cents: int
    until: date | None


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """A person who decides for an organisation, and where their letters go."""

    person: int
    email: str
    language: str


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A way out, and behind whose wall it stands."""

    tenant: int
    id: UUID


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give notice: the organisation's name as it is written, days of notice (0, 30 or 60; the
    Data Act allows two months at most), and the password of who gives it."""

    name: str
    notice_days: int
    password: str


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the way out that was looked at in this `version`: `end`, `erase` or `take_back`.
    Ending and erasing ask for the name and the password again."""

    step: str
    version: int
    name: str = ""
    password: str = ""


class LetGo(msgspec.Struct, frozen=True, kw_only=True):
    """Let an organisation go though there is still something to do for others: why, in 10 to 500
    characters; of the way out that was looked at in this `version`."""

    exit: UUID
    version: int
    why: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's way out, if there is one, and what it still has to do."""

    exit: Exit | None
    duties: tuple[Duty, ...]


class HaltCode(StrEnum):
    """What does not go on, for programs."""

    STALLED = "exit-stalled"
    ARCHIVE_FAILED = "exit-archive-failed"
    ERASURE_FAILED = "exit-erasure-failed"


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """Why a way out does not go on at this moment: a code that stays, and plain words."""

    code: HaltCode
    words: str


class Seen(Course, frozen=True, kw_only=True):
    """A way out as its owners see it. `halt`: it does not go on at this moment, and is tried
    again."""

    halt: Halt | None


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation still has to do for others, in the reader's language."""

    words: str
    many: int
    cents: int
    until: date | None


class SeenStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation sees: its way out, if there is one, and what it still has to do."""

    exit: Seen | None
    duties: tuple[Owed, ...]


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of the letter's link sees: the certificate, once everything is erased."""

    name: str
    state: State
    given_at: datetime
    certificate: dict[str, object] | None
    archive: Fetched | None = None
    kept: tuple[KeptRows, ...] = ()


class SaleEnded(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that leaves sells nothing any more; told behind its own wall."""

    exit: UUID
