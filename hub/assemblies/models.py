"""A proposal, who votes on it, and what they decided."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from hub.members.models import Statute
from hub.rules import RuleText


class State(StrEnum):
    """Where a proposal stands. `recalled` waits for its second call, `second` is open again."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    RECALLED = "recalled"
    SECOND = "second"
    ADOPTED = "adopted"
    REFUSED = "refused"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Choice(StrEnum):
    """What a ballot says."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class CollegeTally(msgspec.Struct, frozen=True, kw_only=True):
    """How a college voted. `share` and `score` are exact fractions as `numerator/denominator`:
    the college's part of yes, and what it adds to the whole; no share without a valid vote."""

    code: str
    name: str
    weight_bps: int
    enrolled: int
    yes: int
    no: int
    abstain: int
    needed: int
    share: str | None
    score: str

    @property
    def present(self) -> int:
        return self.yes + self.no + self.abstain

    @property
    def quorum_met(self) -> bool:
        return self.present >= self.needed


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a call decided: `score` of `threshold`, exact; `outcome` as the statute has it."""

    call: int
    colleges: tuple[CollegeTally, ...]
    score: str
    threshold: str
    outcome: Literal["adopted", "refused", "no_quorum"]
    counted_at: datetime


class ProposalKind(StrEnum):
    """What is proposed: another text, or to suspend the one in force, by an emergency vote."""

    TEXT = "text"
    SUSPENSION = "suspension"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal and its vote. `base` is the version in force that it would replace or suspend;
    a suspension runs from `effective_on` until `until_on`, the first day without it."""

    id: UUID
    number: int
    kind: ProposalKind
    agreement: str
    title: str
    reasons: str
    text: RuleText
    base: int | None
    state: State
    statute: Statute | None
    effective_on: date
    until_on: date | None
    proposed_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    result: Result | None
    first_result: Result | None
    minutes_hash: str | None

    @property
    def call(self) -> int:
        if self.state in {State.RECALLED, State.SECOND}:
            return 2
        return self.result.call if self.result is not None else 1


class DraftProposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write a proposal down."""

    agreement: str
    source: str
    reasons: str
    effective_on: date


class DraftSuspension(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask to suspend the version in force until a day."""

    reasons: str
    until_on: date


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of a proposal."""

    author: str
    body: str
    at: datetime


class Voter(msgspec.Struct, frozen=True, kw_only=True):
    """A member on the roll; `holder` votes for it, `choice` is what was cast at this call."""

    member: int
    name: str
    college: str
    holder: int | None
    choice: Choice | None
    cast_by: int | None


class BallotCount(msgspec.Struct, frozen=True, kw_only=True):
    """The ballots of one college."""

    college: str
    enrolled: int
    yes: int
    no: int
    abstain: int


class TurnDue(msgspec.Struct, frozen=True, kw_only=True):
    """Something begins or ends today: a `version` decides, is `suspended` or `resumed`, or a
    `derogation` ends."""

    kind: Literal["version", "suspended", "resumed", "derogation"]
    subject: str
    day: date


class ProposalDue(msgspec.Struct, frozen=True, kw_only=True):
    """A vote shall open or close."""

    proposal: UUID
