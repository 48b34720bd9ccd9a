"""What a guest said of a house after a stay, as everybody reads it."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

MOST_SHOWN = 10
# A review says how a house was; after three years it is another house.
SHOWN_FOR = timedelta(days=3 * 365)


class ReviewState(StrEnum):
    """Published; taken off by who moderates, with a reason; taken back by its author."""

    PUBLISHED = "published"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A review. `author` is a first name and an initial; `score` is from 1 to 5; the stay ended on
    `stayed_until`. `reply` is the house's, `None` until it answers."""

    id: UUID
    tenant: int
    property: int
    author: str
    language: str
    score: int
    text: str
    stayed_from: date
    stayed_until: date
    published_at: datetime
    reply: str | None
    replied_at: datetime | None


class ReviewSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How many reviews a house has, and the mean of their scores in tenths (47 is 4.7), `None`
    without any."""

    count: int
    tenths: int | None


class Reviews(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the reviews of a house, the newest publication first; `pages` of them."""

    summary: ReviewSummary
    reviews: list[Review]
    page: int
    pages: int
