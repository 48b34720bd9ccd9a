"""The national availability index: what can be sold where, for how much, in a blink.

It is a hint: a quote and a hold ask PostgreSQL again. What other slices may use:

    view = open_index(settings.data).view()      # IndexTooOld: fall back to SQL
    found = view.search(Ask(area=Places(kind="department", codes=("74",)), …))
"""

from tourism.index.bands import bands_of
from tourism.index.errors import AskInvalid, IndexTooOld
from tourism.index.models import (
    SPREAD_HOUSES,
    Area,
    Ask,
    Box,
    CalendarAsk,
    Circle,
    DayPrice,
    Deal,
    Facets,
    Found,
    HouseCard,
    Houses,
    Offer,
    Order,
    Places,
    PlanCard,
    PriceBand,
    RoomCard,
    RoomTaken,
    Rows,
    Spots,
    Wants,
    Weights,
)
from tourism.index.reader import NationalIndex, View, open_index, warm
from tourism.nights.codes import FAR_KM, MOST_STARS

__all__ = [
    "FAR_KM",
    "MOST_STARS",
    "SPREAD_HOUSES",
    "Area",
    "Ask",
    "AskInvalid",
    "Box",
    "CalendarAsk",
    "Circle",
    "DayPrice",
    "Deal",
    "Facets",
    "Found",
    "HouseCard",
    "Houses",
    "IndexTooOld",
    "NationalIndex",
    "Offer",
    "Order",
    "Places",
    "PlanCard",
    "PriceBand",
    "RoomCard",
    "RoomTaken",
    "Rows",
    "Spots",
    "View",
    "Wants",
    "Weights",
    "bands_of",
    "open_index",
    "warm",
]
