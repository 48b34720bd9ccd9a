"""Events of a space, and who comes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Answer(StrEnum):
    """Whether somebody comes."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when, as it is typed: `2026-12-04T18:00` on the clock of the organisation."""

    place: str
    begins: str
    ends: str


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """The same once it is good."""

    place: str
    zone: str
    begins_at: datetime
    ends_at: datetime


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event, by the message that it came with, which is `shown` to everybody or not;
    `cancelled` says why it does not take place."""

    post: UUID
    author: int | None
    title: str
    body: str
    place: str
    zone: str
    begins_at: datetime
    ends_at: datetime
    cancelled: str
    revision: int
    changed_at: datetime
    shown: bool
    coming: int


class Comer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who answered."""

    person: int
    name: str
    answer: Answer


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody who comes, or may come, reads letters."""

    email: str
    language: str


class GatheringMoved(msgspec.Struct, frozen=True, kw_only=True):
    """An event takes place elsewhere, at another time, or not at all: who comes is told."""

    space: UUID
    event: UUID
    revision: int
