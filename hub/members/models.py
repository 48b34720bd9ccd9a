"""How a federation decides, and who its members are."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Majority = Literal["half", "three_fifths", "two_thirds"]


class College(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category of members, with its weight in every decision (basis points)."""

    code: str
    name: str
    weight_bps: int


class Statute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of a vote (law of 10 September 1947, art. 19 septies and octies; DOMAIN 3.9).

    `quorum_bps` is asked of each college at the first call, `second_quorum_bps` at the second.
    `by` counts a college as the proportion of its valid votes, or whole for its majority. The
    weight of a college in which nobody voted is `lost`, or `shared` among the others. An emergency
    vote, which can only suspend the version in force, has one call and its own figures.
    """

    colleges: tuple[College, ...]
    quorum_bps: int = 2_500
    second_quorum_bps: int = 0
    majority: Majority = "half"
    by: Literal["proportion", "majority"] = "proportion"
    empty_college: Literal["lost", "shared"] = "lost"
    notice_days: int = 15
    second_notice_days: int = 7
    vote_days: int = 7
    proxies_max: int = 2
    secret: bool = False
    emergency_notice_days: int = 1
    emergency_vote_days: int = 2
    emergency_majority: Majority = "two_thirds"

    def college(self, code: str) -> College | None:
        return next((one for one in self.colleges if one.code == code), None)


class KeptStatute(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the statute."""

    number: int
    document: Statute
    since: datetime


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a college, from a day on; `until` is the first day on which it no longer is."""

    id: UUID
    member: int
    name: str
    college: str
    since: date
    until: date | None = None


class CollegeCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many members a college has."""

    college: str
    members: int


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who decides for a member: where they are written to, in which language."""

    member: int
    email: str
    language: str
