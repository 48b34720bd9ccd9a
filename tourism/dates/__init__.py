"""Dates with prices: the cheapest total of each arrival or departure, of a place or of a house, and
dates that need not be exact. What other slices may use:"""

from tourism.dates.actions.calendars import (
    MOST_DEPARTURES,
    area_calendar,
    area_departures,
    house_calendar,
    house_departures,
    near_stays,
)

__all__ = [
    "MOST_DEPARTURES",
    "area_calendar",
    "area_departures",
    "house_calendar",
    "house_departures",
    "near_stays",
]
