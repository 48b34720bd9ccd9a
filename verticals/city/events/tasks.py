"""Names of who asked to come to an event end with their time, once a day."""

from hub.core.daily import once_a_day
from verticals.city.events.actions import forgetting
from verticals.city.events.models import NamesOld

DAILY = once_a_day("events", forgetting.announce_old_names, NamesOld, forgetting.forget_old_names)
