"""What the calendar brings."""

from hub.core.vertical import Slice
from tourism.calendar import api

slice = Slice(package="tourism.calendar", handlers=api.handlers)
