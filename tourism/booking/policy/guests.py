"""Who books: details that a letter can reach."""

from tourism.booking.models import Guest
from tourism.quoting.errors import StayInvalid


def check_guest(guest: Guest, *, email_needed: bool = True) -> None:
    """Raise `StayInvalid` for guest details that no letter could reach."""
    for field, name in (("first_name", guest.first_name), ("last_name", guest.last_name)):
        if not name.strip():
            raise StayInvalid("First and last name are needed.", field=field)
        if len(name) > 100:
            raise StayInvalid("Names have at most 100 letters.", field=field)
    name, at, domain = guest.email.strip().partition("@")
    good = bool(name) and at and "." in domain.strip(".") and " " not in guest.email.strip()
    good = good or (not guest.email and not email_needed)
    if not good or len(guest.email) > 254 or domain.startswith(".") or domain.endswith("."):
        raise StayInvalid("This e-mail address is not complete.", field="email")
    if guest.phone and len(guest.phone) > 30:
        raise StayInvalid("A telephone number has at most 30 characters.", field="phone")
    if guest.message and len(guest.message) > 2000:
        raise StayInvalid("A message has at most 2000 characters.", field="message")
