"""Suggestions from a structure in memory, and areas from an address: pure."""

from tourism.places.policy.areas import (
    box_around,
    check_radius,
    read_box,
    read_place,
    read_point,
)
from tourism.places.policy.index import SuggestionIndex, build_index

__all__ = [
    "SuggestionIndex",
    "box_around",
    "build_index",
    "check_radius",
    "read_box",
    "read_place",
    "read_point",
]
