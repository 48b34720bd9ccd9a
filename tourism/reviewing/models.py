"""What may be done about a review."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tourism.reviews.models import ReviewState


class Reason(StrEnum):
    """Why a review is reported, or removed: a closed list."""

    INSULT = "insult"
    PERSONAL = "personal"
    OFF_TOPIC = "off_topic"
    ADVERTISING = "advertising"
    NOT_AUTHENTIC = "not_authentic"
    ILLEGAL = "illegal"


class WriteReview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how a stay was: a score from 1 to 5, and words."""

    score: int
    text: str
    language: str = "fr"


class ReportReview(msgspec.Struct, frozen=True, kw_only=True):
    """Say what is wrong with a review, with a reason and words."""

    reason: Reason
    words: str


class DecideReport(msgspec.Struct, frozen=True, kw_only=True):
    """Keep a reported review, or remove it for a reason that its author is told."""

    remove: bool
    reason: Reason | None
    words: str


class OwnReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review with what only its author, its house and who moderates may see."""

    id: UUID
    tenant: int
    property: int
    booking: UUID
    author: str
    email: str
    language: str
    score: int
    text: str
    stayed_from: date
    stayed_until: date
    state: ReviewState
    published_at: datetime
    closed_at: datetime | None
    reason: Reason | None
    words: str | None
    reply: str | None
    replied_at: datetime | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody reported a review."""

    reason: Reason
    words: str
    by_house: bool
    reported_at: datetime


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A review that waits for a decision."""

    id: UUID
    tenant: int
    property: int
    house: str
    commune: str
    author: str
    language: str
    score: int
    text: str
    stayed_from: date
    stayed_until: date
    published_at: datetime
    reply: str | None
    reports: list[Report]


class StayOver(msgspec.Struct, frozen=True, kw_only=True):
    """A stay has ended, and its guest was not asked yet how it was."""

    booking: UUID


class ReviewWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A guest is to be asked. The letter bears the only key to the review: it is kept by who runs
    the centre, so that the house never holds it."""

    tenant: int
    booking: UUID
    house: str
    commune: str
    first_name: str
    email: str
    language: str
    arrival: date
    departure: date


class ReviewRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """A review was removed; its author is told why."""

    review: UUID


class OldReviews(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant has reviews that are too old to be kept."""
