"""What houses can sell, from PostgreSQL. What other slices may use:

`SqlEngine` answers the questions of `tourism.index` when there is no index that is fresh enough;
`load_shelf` brings everything that prices a few houses over some weeks, for questions about many
stays of one house (its calendar, the nearest stay that works).
"""

from tourism.offers.actions.engine import SqlEngine, find_offer
from tourism.offers.actions.shelves import list_others, load_shelf, load_shelves
from tourism.offers.models import Alternative, DayOffer, OfferedRoom, Priced, Shelf
from tourism.offers.pricing import HouseOffer, assign_rooms, price_rooms, same_rooms, sell
from tourism.offers.shelf import (
    MORE_NIGHTS,
    NEAR_DAYS,
    cheapest,
    cheapest_by_day,
    departures_of,
    nearby_stays,
    nearest_stay,
    refusal_of,
    sells,
)

__all__ = [
    "MORE_NIGHTS",
    "NEAR_DAYS",
    "Alternative",
    "DayOffer",
    "HouseOffer",
    "OfferedRoom",
    "Priced",
    "Shelf",
    "SqlEngine",
    "assign_rooms",
    "cheapest",
    "cheapest_by_day",
    "departures_of",
    "find_offer",
    "list_others",
    "load_shelf",
    "load_shelves",
    "nearby_stays",
    "nearest_stay",
    "price_rooms",
    "refusal_of",
    "same_rooms",
    "sell",
    "sells",
]
