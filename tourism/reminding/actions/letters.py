"""The reminder, in the guest's language, with the stay for their calendar."""

from datetime import datetime
from functools import cache

from hub.core.mail import Letter
from hub.core.settings import Settings, read_settings
from tourism import lodging
from tourism.booking.actions.letters import render_letter, with_calendar
from tourism.booking.models import Booking
from tourism.reminding import policy


@cache
def _settings() -> Settings:
    return read_settings()


def make_reminder(booking: Booking, house: lodging.Property, now: datetime) -> Letter:
    """When to come and where, what is still to be paid, and what can still be changed."""
    said = {
        "house": house,
        "free": policy.is_free(booking, now),
        "due_cents": policy.due_at_house(booking),
    }
    letter = render_letter(booking, "tourism.reminding", "reminder", _settings(), said)
    return with_calendar(letter, booking, _settings())
