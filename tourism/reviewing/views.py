"""What the author of a review sees of it, and its key: a signed link that only a letter bears."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tourism.reviewing.models import OwnReview, Reason
from tourism.reviews.models import ReviewState

STAYED = "stayed"


class ReviewWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A review as its author sees it; `reason` and `words` say why it was removed."""

    property: int
    author: str
    language: str
    score: int
    text: str
    stayed_from: date
    stayed_until: date
    state: ReviewState
    published_at: datetime
    reason: Reason | None
    words: str | None
    reply: str | None
    replied_at: datetime | None


def view_written(review: OwnReview) -> ReviewWritten:
    return ReviewWritten(
        **{name: getattr(review, name) for name in ReviewWritten.__struct_fields__}
    )


def stayed_token(settings: Settings, tenant: int, booking: UUID) -> str:
    """Whoever holds it may review the stay: it went to the guest's address."""
    return sign_reference(settings.secret_key, STAYED, tenant, booking)
