"""Resources, assignments, and the work that is handed in."""

from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")

RESOURCE, ASSIGNMENT = "resource", "assignment"
FULLY_GRADED = "FullyGraded"


class Write(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Post in a class, as it is typed: an assignment has a `due` (`2026-12-04T18:00`, on the clock
    of the school) and is marked out of `out_of` points; a resource has neither."""

    kind: str
    title: str
    body: str = ""
    link: str = ""
    due: str = ""
    out_of: str = ""


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """What a class was given. `course` is the class, by its name."""

    id: UUID
    classroom: UUID
    course: str
    kind: str
    title: str
    body: str
    link: str
    due_at: datetime | None
    out_of: int | None
    posted_at: datetime
    corrected_at: datetime | None
    taken_back: bool

    @property
    def version(self) -> datetime:
        """Since when it reads as it does."""
        return self.corrected_at or self.posted_at


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A pupil's work: `score` in hundredths of a point, told with `returned_at`. `late` when it was
    handed in after it was due."""

    post: UUID
    member: UUID
    body: str
    handed_at: datetime
    late: bool
    score: int | None
    comment: str
    returned_at: datetime | None

    @property
    def points(self) -> Decimal | None:
        return None if self.score is None else (Decimal(self.score) / 100).normalize()


class MarkForm(msgspec.Struct, frozen=True, kw_only=True):
    """A mark as it is typed, and the work's `handed_at` and `returned_at` as they were seen with
    the form (ISO 8601; none when it had no mark yet)."""

    score: str = ""
    comment: str = ""
    handed_at: str = ""
    returned_at: str = ""


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """The same once it is good; `score` in hundredths of a point."""

    score: int
    comment: str
    handed_seen: datetime
    returned_seen: datetime | None


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment as its pupil sees it, with what they handed in."""

    post: Post
    work: Work | None


class Cut(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; `after` is its last row when there are more, for the next page."""

    rows: list[T]
    after: UUID | None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One pupil of an assignment as the teacher sees them."""

    member: UUID
    name: str
    work: Work | None


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of marks that a tool keeps for a class. `course` is the class, by its name."""

    id: UUID
    classroom: UUID
    course: str
    title: str
    out_of: float
    made_at: datetime


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool told of a pupil in a column: `given` points out of `given_of`, or none yet.
    `activity` and `grading` are the words of LTI AGS 2.0 (`Completed`, `FullyGraded`); `told_at` is
    when the tool gave it."""

    part: UUID
    member: UUID
    name: str = ""
    given: float | None
    given_of: float | None
    comment: str
    activity: str
    grading: str
    told_at: datetime

    def points(self, out_of: float) -> float | None:
        """Points of the column's own, in hundredths; none as long as it is not graded whole."""
        if self.given is None or self.given_of is None or self.grading != FULLY_GRADED:
            return None
        return round(self.given / self.given_of * out_of, 2)


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A column, and the marks in it that its reader may see."""

    column: Column
    marks: list[Told]
