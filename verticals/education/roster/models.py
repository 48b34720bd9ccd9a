"""A school's roster as OneRoster 1.1 and 1.2 say it (CSV binding), and its people."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from hub.core.sentences import Sentence

# The files of a bundle that are read, each after those that it names.
FILES = ("orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments")
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
# After so long nothing is left of who has left a school, or of what was taken off its list (arrêté
# du 30 novembre 2006 on digital workspaces: three months after a person has no more reason to have
# an account).
KEPT_AFTER_LEAVING = timedelta(days=90)
LINK_LIVES = timedelta(days=365)
UPLOAD_WAITS = timedelta(days=14)
TEACHER, STUDENT = "teacher", "student"
PARENTS = ("parent", "guardian", "relative")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, and where it stands: a file, a line from 1 on, a column or none."""

    file: str
    line: int
    column: str
    says: Sentence


class Row(msgspec.Struct, frozen=True, array_like=True):
    """What a line says: `cells` by column, lists as words with commas, in order. A `leaving` one
    is to be deleted; `modified_at` is told by deltas only."""

    id: str
    line: int
    cells: Mapping[str, str]
    leaving: bool = False
    modified_at: datetime | None = None

    def is_older_than(self, known: "Known | None") -> bool:
        """Whether more is known already than this line of differences tells."""
        if self.modified_at is None or known is None or known.modified_at is None:
            return False
        return self.modified_at < known.modified_at


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a bundle: how each file comes (`bulk`, `delta`, `absent`), and its rows."""

    version: str
    modes: Mapping[str, str]
    rows: Mapping[str, tuple[Row, ...]]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one thing, in the words of its file; `gone` when it is in the list no more,
    and `modified_at` then says since when."""

    file: str
    id: str
    cells: Mapping[str, str]
    modified_at: datetime | None
    gone: bool = False

    def is_older_than(self, other: "Known") -> bool:
        """Whether more is known by another."""
        if self.modified_at is None or other.modified_at is None:
            return False
        return self.modified_at < other.modified_at


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle changes in one file: rows that are new, rows that differ, ids that go, and how
    many are older than what is known and so change nothing. `loose` are those of `gone` that go
    along with their person or class; `gone_at` says since when lines are gone, as they tell it,
    also of what was gone or unknown already."""

    file: str
    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    gone: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    older: int = 0
    gone_at: Mapping[str, datetime] = msgspec.field(default_factory=dict)

    @property
    def some(self) -> bool:
        return bool(self.added or self.changed or self.gone)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle would change, file by file; `names` are those of people and classes who come,
    change or go, by id of their row."""

    changes: tuple[Change, ...]
    names: Mapping[str, str]

    @property
    def some(self) -> bool:
        return any(one.some for one in self.changes)


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that waits for a yes, and the print of what it would change."""

    bundle: str
    print: str
    name: str
    sent_at: datetime


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The same as it is shown: what it would change by now, and the print to say yes to."""

    name: str
    sent_at: datetime
    plan: Plan
    print: str


class SchoolClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class, by the name that the school gives it, and how many are in it."""

    id: UUID
    title: str
    code: str
    course: str
    pupils: int
    teachers: int


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the roster. `door` is what an open page of theirs names, until their link is
    given anew or ended; `left_at` is when they left."""

    id: UUID
    given_name: str
    family_name: str
    email: str
    roles: tuple[str, ...]
    door: UUID
    left_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_parent(self) -> bool:
        return any(one in PARENTS for one in self.roles)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody has a link which opens their page: the hash of its secret, and since when."""

    member: UUID
    hash: str
    linked_at: datetime


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's place in a class, as `teacher` or `student`. `ends_on` is the first day on which
    they are there no more."""

    member: UUID
    name: str
    role: str
    door: UUID
    begins_on: date | None
    ends_on: date | None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A class where somebody is, as `teacher` or `student`."""

    classroom: UUID
    title: str
    role: str


class Leaver(msgspec.Struct, frozen=True, kw_only=True):
    """Who has left, and the instant after which nothing is left of them."""

    id: UUID
    name: str
    left_at: datetime

    @property
    def erased_at(self) -> datetime:
        return self.left_at + KEPT_AFTER_LEAVING


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The school at a glance."""

    classes: list[SchoolClass]
    pupils: int
    teachers: int
    parents: int
    leavers: list[Leaver]
    waits: bool


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How many people have a role."""

    role: str
    people: int


class LeaversDue(msgspec.Struct, frozen=True, kw_only=True):
    """Some who left this school are due to be erased."""
