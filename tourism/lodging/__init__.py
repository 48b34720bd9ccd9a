"""Properties and room types. What other slices may use:"""

from tourism.lodging.actions.hosting import (
    add_property,
    change_listing,
    declare_house,
    describe_house,
    equip_house,
    identify_house,
    is_commune,
    keep_siret,
    own_house,
    place_house,
    retire_room_type,
    save_room_type,
)
from tourism.lodging.actions.nights import (
    give_nights_back,
    is_counted,
    is_limited,
    list_let_years,
    lock_nights,
    take_nights,
)
from tourism.lodging.errors import HouseInvalid, NightsLimitReached, RoomInvalid
from tourism.lodging.models import SELLING, Kind, Listing, Property, RoomType, StarsShown
from tourism.lodging.policy import stars_last_shown, stars_shown, stars_today
from tourism.lodging.policy.hosting import check_name
from tourism.lodging.policy.registration import nights_by_year
from tourism.lodging.store import (
    find_own_property,
    find_property,
    list_city_communes,
    list_room_types,
    lock_property,
    retire_room_types,
)

__all__ = [
    "SELLING",
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
    "check_name",
    "declare_house",
    "describe_house",
    "equip_house",
    "find_own_property",
    "find_property",
    "give_nights_back",
    "identify_house",
    "is_commune",
    "is_counted",
    "is_limited",
    "keep_siret",
    "list_city_communes",
    "list_let_years",
    "list_room_types",
    "lock_nights",
    "lock_property",
    "nights_by_year",
    "own_house",
    "place_house",
    "retire_room_type",
    "retire_room_types",
    "save_room_type",
    "stars_last_shown",
    "stars_shown",
    "stars_today",
    "take_nights",
]
