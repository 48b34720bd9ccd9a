"""Questions and proposals of a space, and what was chosen."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """A question with its own answers, or a proposal: yes, no, abstain."""

    POLL = "poll"
    PROPOSAL = "proposal"


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, as it is typed: one answer a line; `closes` on the clock of the organisation
    (`2026-12-04T18:00`)."""

    kind: str
    choices: str
    closes: str
    secret: bool


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The same once it is good."""

    kind: Kind
    choices: tuple[str, ...]
    closes_at: datetime
    secret: bool


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """A question, by the message that it came with; `voted` counts who has voted."""

    post: UUID
    author: int | None
    title: str
    body: str
    kind: Kind
    choices: tuple[str, ...]
    secret: bool
    closes_at: datetime
    posted_at: datetime
    voted: int


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was chosen."""

    choice: int
    votes: int


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody has voted; `choice` only where the vote is open."""

    choice: int | None


class Voter(msgspec.Struct, frozen=True, kw_only=True):
    """Who chose what, in an open vote."""

    name: str
    choice: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with its votes; `percent` of all of them, rounded down. `others` chose it beside
    who is named."""

    words: str
    votes: int
    percent: int
    names: tuple[str, ...]
    others: int = 0


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a vote gave. A proposal is `adopted` when more said yes than no."""

    lines: tuple[Line, ...]
    votes: int
    adopted: bool | None
