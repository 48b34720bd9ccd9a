"""Who followed a course by an open link is erased with their time, once a day."""

from hub.core.daily import once_a_day
from verticals.education.courses import actions
from verticals.education.courses.models import VisitorsDue

DAILY = once_a_day("courses", actions.announce_visitors, VisitorsDue, actions.erase_visitors)
