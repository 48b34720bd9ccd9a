"""Properties and room types. What other slices may use:"""

from tourism.lodging.models import Kind, Listing, Property, RoomType, StarsShown
from tourism.lodging.policy import stars_shown, stars_today
from tourism.lodging.store import find_own_property, find_property, list_room_types

__all__ = [
    "Kind",
    "Listing",
    "Property",
    "RoomType",
    "StarsShown",
    "find_own_property",
    "find_property",
    "list_room_types",
    "stars_shown",
    "stars_today",
]
