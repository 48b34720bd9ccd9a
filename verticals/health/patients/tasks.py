"""What a patient reads of who looked ends with its time, once a day."""

from hub.core.daily import once_a_day
from verticals.health.patients import looking
from verticals.health.patients.models import LooksOld

DAILY = once_a_day("patients", looking.announce_old_looks, LooksOld, looking.forget_old_looks)
