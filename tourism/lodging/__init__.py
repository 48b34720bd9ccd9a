"""Properties and room types. What other slices may use:"""

from tourism.lodging.actions.hosting import (
    add_property,
    change_listing,
    declare_house,
    describe_house,
    identify_house,
    own_house,
    retire_room_type,
    save_room_type,
)
from tourism.lodging.actions.nights import (
    give_nights_back,
    is_limited,
    list_let_years,
    take_nights,
)
from tourism.lodging.errors import HouseInvalid, NightsLimitReached, RoomInvalid
from tourism.lodging.models import Kind, Listing, Property, RoomType, StarsShown
from tourism.lodging.policy import stars_shown, stars_today
from tourism.lodging.store import (
    find_own_property,
    find_property,
    list_room_types,
    lock_property,
    retire_room_types,
)

__all__ = [
    "HouseInvalid",
    "Kind",
    "Listing",
    "NightsLimitReached",
    "Property",
    "RoomInvalid",
    "RoomType",
    "StarsShown",
    "add_property",
    "change_listing",
    "declare_house",
    "describe_house",
    "find_own_property",
    "find_property",
    "give_nights_back",
    "identify_house",
    "is_limited",
    "list_let_years",
    "list_room_types",
    "lock_property",
    "own_house",
    "retire_room_type",
    "retire_room_types",
    "save_room_type",
    "stars_shown",
    "stars_today",
    "take_nights",
]
