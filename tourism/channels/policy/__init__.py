"""Decisions about calendars, all pure: read a feed, plan what it changes, write our own."""

from tourism.channels.policy.addresses import check_feed
from tourism.channels.policy.planning import give_back, plan_changes
from tourism.channels.policy.reading import read_feed
from tourism.channels.policy.writing import find_full_stays, tag_calendar, write_calendar

__all__ = [
    "check_feed",
    "find_full_stays",
    "give_back",
    "plan_changes",
    "read_feed",
    "tag_calendar",
    "write_calendar",
]
