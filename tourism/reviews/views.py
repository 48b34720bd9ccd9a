"""What the outside sees of a review: a signed token, by which it is reported, in place of ids."""

from datetime import date, datetime

import msgspec

from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tourism.reviews.models import Review, Reviews, ReviewSummary

REVIEW = "published review"
RULES = "/avis/regles"


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """A published review. `token` names it to who would report it."""

    token: str
    author: str
    language: str
    score: int
    text: str
    stayed_from: date
    stayed_until: date
    published_at: datetime
    reply: str | None
    replied_at: datetime | None


class ReviewsView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a house's reviews, always the newest publication first; `rules` is the page that
    says how they are controlled, ordered and counted."""

    summary: ReviewSummary
    reviews: tuple[ReviewView, ...]
    page: int
    pages: int
    rules: str = RULES


def view_review(settings: Settings, review: Review) -> ReviewView:
    names = ReviewView.__struct_fields__[1:]
    return ReviewView(
        token=sign_reference(settings.secret_key, REVIEW, review.tenant, review.id),
        **{name: getattr(review, name) for name in names},
    )


def view_reviews(settings: Settings, found: Reviews) -> ReviewsView:
    return ReviewsView(
        summary=found.summary,
        reviews=tuple(view_review(settings, review) for review in found.reviews),
        page=found.page,
        pages=found.pages,
    )
