"""What guests said of a house, as everybody reads it."""

from tourism.reviews.actions import list_reviews, summarise
from tourism.reviews.models import MOST_SHOWN, Review, Reviews, ReviewState, ReviewSummary

__all__ = [
    "MOST_SHOWN",
    "Review",
    "ReviewState",
    "ReviewSummary",
    "Reviews",
    "list_reviews",
    "summarise",
]
