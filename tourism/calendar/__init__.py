"""The calendar a house edits: prices, availability, restrictions. What other slices may use:"""

from tourism.calendar.actions.editing import push_calendar

__all__ = ["push_calendar"]
