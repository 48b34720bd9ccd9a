"""A report, what it may be about, and what becomes of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LISTS = ("singlevaluelist", "multivaluelist")


class State(StrEnum):
    """What became of a report."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"


OPEN = (State.RECEIVED, State.ACCEPTED, State.WORKING)
CLOSED = (State.DONE, State.REFUSED)


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for."""


class SendReport(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Report something: `lat` and `long` as typed, `address`, or both. `attributes` are the answers
    to the service's questions, by code. Who sends it may stay unknown."""

    service: str
    lat: str = ""
    long: str = ""
    address: str = ""
    description: str = ""
    attributes: Mapping[str, tuple[str, ...]] = {}
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    media_url: str = ""


class AnswerReport(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The state that a report comes to, the answer to who sent it, and whether its words and photo,
    which name nobody, may be shown to everybody. `revision` is that of the report which was looked
    at."""

    revision: int
    state: str
    answer: str = ""
    shown: bool = False


class KeepService(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of report; `question`, if any, is asked with it, with its `choices` a line each."""

    name: str
    description: str = ""
    question: str = ""
    choices: str = ""
    required: bool = False


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A possible answer."""

    key: str
    name: str


class Attribute(msgspec.Struct, frozen=True, kw_only=True):
    """A question that a service asks; `datatype` as Open311 knows it."""

    code: str
    datatype: str
    description: str
    required: bool = False
    datatype_description: str = ""
    values: tuple[Choice, ...] = ()


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of report that the town takes in."""

    code: str
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    group: str = ""
    attributes: tuple[Attribute, ...] = ()
    active: bool = True


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the town keeps it. `description` and the photo are everybody's only once they
    are `shown`; `answer` is everybody's."""

    id: UUID
    number: int
    service: str
    service_name: str
    description: str
    address: str
    lat: float | None
    lng: float | None
    state: State
    answer: str
    sent_at: datetime
    updated_at: datetime
    shown: bool
    has_photo: bool
    duplicate_of: int | None
    attributes: Mapping[str, tuple[str, ...]]
    revision: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a report, as far as they said; the town's only."""

    first_name: str
    last_name: str
    email: str
    phone: str
    media_url: str


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photo as it is served: WebP, drawn anew from its pixels."""

    width: int
    height: int
    content: bytes


class PhotosBare(msgspec.Struct, frozen=True, kw_only=True):
    """A town holds photos that are not sealed yet."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A state that a report came to, and what was said."""

    at: datetime
    state: State
    words: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A report that was taken in, and the open one that is probably the same; `again` when it had
    been taken in before, and nothing new was written."""

    id: UUID
    number: int
    duplicate_of: int | None
    again: bool = False


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which reports: nothing named means all. `states` and `services` are codes."""

    since: datetime
    until: datetime
    states: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    wanted: int = 200


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some reports, the newest first; `older` is the number before which the next page begins, or
    None when there are no more."""

    reports: list[Report]
    older: int | None


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """A report with what was done, the newest first."""

    report: Report
    steps: list[Step]
    sender: Sender
