"""What the rule texts of a vertical may speak of: subjects, bases, beneficiaries, and their words.

A vocabulary is data. Each word has its French and English forms; the first is written, all are
read. Whatever has no word here cannot be said in an agreement.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from hub.rules.models import Span

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


class Word(msgspec.Struct, frozen=True):
    """The forms of a word; the first of each is the one we write."""

    fr: tuple[str, ...]
    en: tuple[str, ...]

    def forms(self, language: Language) -> tuple[str, ...]:
        return self.fr if language == "fr" else self.en

    def written(self, language: Language) -> str:
        return self.forms(language)[0]


class Named(msgspec.Struct, frozen=True):
    """A code and its word."""

    code: str
    word: Word


class SubjectKind(StrEnum):
    """How a subject is compared: with words of a closed list, places, names that the scheme gives,
    whole numbers, yes or no, or days."""

    CHOICE = "choice"
    PLACE = "place"
    NAME = "name"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition may look at. `code` names the fact. A flag's `word` says yes, `no` says no;
    a number lies between `low` and `high`. `absent` is the fact of a booking that says nothing."""

    code: str
    kind: SubjectKind
    word: Word
    values: tuple[Named, ...] = ()
    no: Word = Word((), ())
    low: int = 0
    high: int = 0
    plural: bool = False
    absent: str | None = None


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A beneficiary: "the office" and, when it may hold the remainder, "to the office"."""

    code: str
    word: Word
    to: Word | None = None


class Cause(msgspec.Struct, frozen=True):
    """A loss that a party may bear for others. One that `waits` is borne after some days."""

    code: str
    word: Word
    waits: bool = False


class CalendarWords(msgspec.Struct, frozen=True, kw_only=True):
    """A published calendar that a season may name."""

    code: str
    word: Word
    spans: tuple[Span, ...]
    known_until: str


class FoundPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place of that name. `present` names the one that it belongs to now, if it is no more."""

    code: str
    name: str
    present: str | None = None


class Places(Protocol):
    """The territories that a text may name, as they are today."""

    def find(self, subject: str, name: str) -> Sequence[FoundPlace]:
        """The places with this name or code, the gone ones last."""
        ...

    def name_of(self, subject: str, code: str) -> str | None:
        """The name of a present place."""
        ...

    def within(self, subject: str, code: str) -> Mapping[str, str]:
        """The wider places around one, by subject."""
        ...


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The words of one vertical. The first base is the one meant when a text names none; a base's
    first form says "of it", its last "it"."""

    code: str
    subjects: tuple[Subject, ...]
    roles: tuple[Party, ...]
    bases: tuple[Named, ...]
    units: tuple[Named, ...]
    calendars: tuple[CalendarWords, ...] = ()
    causes: tuple[Cause, ...] = ()
    places: Places | None = None

    def subject(self, code: str) -> Subject | None:
        return next((one for one in self.subjects if one.code == code), None)

    def cause(self, code: str) -> Cause | None:
        return next((one for one in self.causes if one.code == code), None)

    def role(self, code: str) -> Party | None:
        return next((one for one in self.roles if one.code == code), None)
