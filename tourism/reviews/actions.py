"""Read the reviews of a house: published ones of the last three years, the newest first."""

from datetime import datetime

from hub.core.db import Reads
from tourism.reviews import store
from tourism.reviews.models import MOST_SHOWN, SHOWN_FOR, Reviews, ReviewSummary


async def summarise(reader: Reads, property: int, now: datetime) -> ReviewSummary:
    """How many there are, and the mean of their scores."""
    return await store.summarise(reader, property, now - SHOWN_FOR)


async def list_reviews(reader: Reads, property: int, now: datetime, page: int = 1) -> Reviews:
    """A page of them; a page beyond the last is the last."""
    summary = await summarise(reader, property, now)
    pages = max(1, -(-summary.count // MOST_SHOWN))
    page = min(max(page, 1), pages)
    found = await store.list_reviews(
        reader, property, now - SHOWN_FOR, skip=(page - 1) * MOST_SHOWN, wanted=MOST_SHOWN
    )
    return Reviews(summary=summary, reviews=found, page=page, pages=pages)
