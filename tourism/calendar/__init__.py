"""The calendar a house edits: prices, availability, restrictions. What other slices may use:"""

from tourism.calendar.actions.editing import push_calendar
from tourism.calendar.actions.units import save_room_type

__all__ = ["push_calendar", "save_room_type"]
