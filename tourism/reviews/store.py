"""The statements that read reviews."""

from datetime import datetime

from hub.core.db import Reads
from hub.core.sql import load_queries
from tourism.reviews.models import Review, ReviewSummary

q = load_queries(__name__)


async def summarise(reader: Reads, property: int, since: datetime) -> ReviewSummary:
    found = await reader.one(ReviewSummary, q.summarise, property=property, since=since)
    assert found is not None
    return found


async def list_reviews(
    reader: Reads, property: int, since: datetime, *, skip: int, wanted: int
) -> list[Review]:
    return await reader.all(
        Review, q.list_reviews, property=property, since=since, skip=skip, wanted=wanted
    )
