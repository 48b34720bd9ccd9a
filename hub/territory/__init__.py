"""Communes, departments, regions, holidays. What other slices may use:"""

from hub.territory.actions import find_place, suggest_places
from hub.territory.clocks import earliest_today, zone_of, zone_of_territory
from hub.territory.models import Commune, Place
from hub.territory.names import fold, fold_saints, fold_whole, search_key, typed_keys
from hub.territory.policy import EARTH_KM, distance_km, holiday_share, is_bridge
from hub.territory.reference import (
    UNKNOWN_AFTER,
    communes,
    departments,
    former_communes,
    outlines,
    public_holidays,
    regions,
    school_holidays,
)

__all__ = [
    "EARTH_KM",
    "UNKNOWN_AFTER",
    "Commune",
    "Place",
    "communes",
    "departments",
    "distance_km",
    "earliest_today",
    "find_place",
    "fold",
    "fold_saints",
    "fold_whole",
    "former_communes",
    "holiday_share",
    "is_bridge",
    "outlines",
    "public_holidays",
    "regions",
    "school_holidays",
    "search_key",
    "suggest_places",
    "typed_keys",
    "zone_of",
    "zone_of_territory",
]
