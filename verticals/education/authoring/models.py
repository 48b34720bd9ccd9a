"""A course, its steps and its questions as they are typed."""

from uuid import UUID

import msgspec


class WriteCourse(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a course as it is typed; `hours` in hours (`1,5`)."""

    title: str
    about: str = ""
    language: str = "fr"
    hours: str = "1"
    opened: bool = False
    classes: frozenset[UUID] = frozenset()


class WriteStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it is typed."""

    kind: str
    title: str
    body: str = ""
    address: str = ""
    captions: str = ""
    transcript: str = ""
    tries: str = ""
    passing: str = ""


class WriteChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A choice as it is typed; an empty one is none."""

    text: str = ""
    right: bool = False
    says: str = ""


class WriteQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is typed; `accepted` has one answer a line."""

    kind: str
    text: str
    points: str = "1"
    choices: tuple[WriteChoice, ...] = ()
    accepted: str = ""
    value: str = ""
    tolerance: str = ""
    says_right: str = ""
    says_wrong: str = ""
