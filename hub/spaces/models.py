"""A space, who is in it, what is written there, and what was decided about it."""

from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")


class Moderation(StrEnum):
    """Whether a message is looked at before it is shown, or only when somebody reports it."""

    BEFORE = "before"
    AFTER = "after"


class Admits(StrEnum):
    """Who may enter: who is invited, or whoever belongs to the community too."""

    INVITED = "invited"
    COMMUNITY = "community"


class Role(StrEnum):
    """What somebody is in a space."""

    MODERATOR = "moderator"
    MEMBER = "member"


class State(StrEnum):
    """What became of a post."""

    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"
    REMOVED = "removed"
    TAKEN_BACK = "taken_back"


class Ground(StrEnum):
    """Why a post is reported, refused or removed: the law, or the rules of the space."""

    ILLEGAL = "illegal"
    PERSONAL = "personal"
    INSULT = "insult"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    RULES = "rules"


class Attached(StrEnum):
    """What a post came with, which is kept beside it and goes with it."""

    NOTHING = "nothing"
    DOCUMENT = "document"
    EVENT = "event"
    POLL = "poll"


class Kind(StrEnum):
    """What was decided about a post."""

    REFUSED = "refused"
    REMOVED = "removed"
    KEPT = "kept"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a space is called and for, its rules, and how it is run."""

    name: str
    about: str = ""
    rules: str = ""
    moderation: str = Moderation.AFTER.value
    admits: str = Admits.INVITED.value


class Write(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post as it is typed; `answers` names the post that it answers, which has a title instead
    of its own."""

    body: str
    title: str = ""
    answers: UUID | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says is wrong with a post."""

    ground: str
    words: str


class Decide(msgspec.Struct, frozen=True, kw_only=True):
    """What a moderator decides about a post: `show`, `keep` or `remove`, and why."""

    verdict: str
    ground: str = ""
    words: str = ""


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """A space of an organisation, whose number is its wall."""

    tenant: int
    id: UUID
    organisation: str
    name: str
    about: str
    rules: str
    moderation: Moderation
    admits: Admits
    revision: int
    opened_at: datetime
    closed_at: datetime | None


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody before a space: what they are in it, whether they run its organisation, and whether
    they may enter by themselves."""

    space: Space
    person: int
    role: Role | None
    governs: bool
    may_enter: bool

    @property
    def reads(self) -> bool:
        return self.role is not None or self.governs

    @property
    def moderates(self) -> bool:
        return self.role is Role.MODERATOR or self.governs

    @property
    def writes(self) -> bool:
        return self.role is not None and self.space.closed_at is None


class ListedSpace(msgspec.Struct, frozen=True, kw_only=True):
    """A space in a person's list; without a role they may enter it."""

    tenant: int
    id: UUID
    name: str
    about: str
    organisation: str
    role: Role | None
    closed: bool


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a space."""

    person: int
    name: str
    email: str
    role: Role
    since: datetime


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post. Without an author it is of somebody whose account is gone. `replies` counts the
    answers that are shown."""

    id: UUID
    answers: UUID | None
    author: int | None
    name: str | None
    attached: Attached
    title: str
    body: str
    state: State
    revision: int
    posted_at: datetime
    edited_at: datetime | None
    replies: int


class Cut(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; `after` names its last row when there are more."""

    rows: list[T]
    after: UUID | None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A post before a moderator: what was said of it while it is shown, by how many."""

    post: Post
    reports: tuple["KeptReport", ...] = ()


class KeptReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the moderators read it: never who made it."""

    id: UUID
    post: UUID
    ground: Ground
    words: str
    reported_at: datetime


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about a post and why; `appeal` is what its author says against it."""

    id: UUID
    post: UUID
    kind: Kind
    ground: Ground | None
    words: str
    reported: bool
    decided_by: str
    decided_at: datetime
    appeal: str | None
    appealed_at: datetime | None
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person reads letters, and in which language."""

    email: str
    language: str


class PostShown(msgspec.Struct, frozen=True, kw_only=True):
    """A post is shown for the first time."""

    space: UUID
    post: UUID
    shown_at: datetime


class PostShownAgain(msgspec.Struct, frozen=True, kw_only=True):
    """A post is shown that was hidden for a while."""

    space: UUID
    post: UUID


class OldDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """The spaces of an organisation hold decisions or reports that are old."""
