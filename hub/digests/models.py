"""What a person is told of a space, and what is new in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Choice(StrEnum):
    """What somebody is told by letter."""

    NONE = "none"
    DIGEST = "digest"
    EACH = "each"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody chose in a space."""

    id: UUID
    space: UUID
    person: int
    choice: Choice


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be told of what was shown since `since`, and a moderator of what waits."""

    id: UUID
    person: int
    email: str
    language: str
    moderates: bool
    since: datetime


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is new: `thread` is the message that it is, or answers."""

    id: UUID
    thread: UUID
    author: int | None
    name: str | None
    title: str
    answer: bool
    body: str
    shown_at: datetime


class AllNews(msgspec.Struct, frozen=True, kw_only=True):
    """What is new to somebody: the last of it `listed`, of a `total`."""

    listed: list[News]
    total: int


class SpaceNews(msgspec.Struct, frozen=True, kw_only=True):
    """A space with something new."""

    tenant: int
    space: UUID


class DigestDue(msgspec.Struct, frozen=True, kw_only=True):
    """Those of a space who chose this are to be told of what was shown up to an instant."""

    space: UUID
    choice: Choice
    upto: datetime
