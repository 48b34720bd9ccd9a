"""Other calendars: iCal in and out. What other slices may use:"""

from tourism.channels.actions.feeds import find_health
from tourism.channels.models import Health

__all__ = ["Health", "find_health"]
