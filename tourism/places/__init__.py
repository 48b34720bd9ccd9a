"""Suggestions while typing, and the areas of a search. What other slices may use:"""

from tourism.places.actions.areas import find_area
from tourism.places.actions.suggesting import Suggestions, suggestions_of
from tourism.places.errors import PlaceInvalid, PlaceUnknown
from tourism.places.models import Area, Box, Suggestion
from tourism.places.policy.areas import NEAR_KM, RADII_KM

__all__ = [
    "NEAR_KM",
    "RADII_KM",
    "Area",
    "Box",
    "PlaceInvalid",
    "PlaceUnknown",
    "Suggestion",
    "Suggestions",
    "find_area",
    "suggestions_of",
]
