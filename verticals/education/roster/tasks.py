"""Who has left is erased with their time, once a day."""

from hub.core.daily import once_a_day
from verticals.education.roster import actions
from verticals.education.roster.models import LeaversDue

DAILY = once_a_day("roster", actions.announce_leavers, LeaversDue, actions.erase_due)
