"""Who books: details that a letter can reach."""

import re

from hub.core.i18n import LANGUAGES
from tourism.booking.models import Guest
from tourism.quoting.errors import StayInvalid

# One address and no more: what separates several, or quotes, is none of it (RFC 5322, 3.4.1).
_LETTER = r"""[^@\s,;:<>()\[\]\\"\x00-\x1f\x7f]"""
_LABEL = _LETTER.replace("[^@", "[^@.")
_ADDRESS = re.compile(rf"{_LETTER}+@{_LABEL}+(?:\.{_LABEL}+)+")


def check_guest(guest: Guest, *, email_needed: bool = True) -> None:
    """Raise `StayInvalid`, with its field, for guest details that no letter could reach, and for a
    language in which none is written."""
    for field, name in (("first_name", guest.first_name), ("last_name", guest.last_name)):
        if not name.strip():
            raise StayInvalid("First and last name are needed.", field=field)
        if len(name) > 100:
            raise StayInvalid("Names have at most 100 letters.", field=field)
    left_out = not guest.email and not email_needed
    if not left_out and (len(guest.email) > 254 or not _ADDRESS.fullmatch(guest.email)):
        raise StayInvalid("This e-mail address is not complete.", field="email")
    if guest.phone and len(guest.phone) > 30:
        raise StayInvalid("A telephone number has at most 30 characters.", field="phone")
    if guest.language not in LANGUAGES:
        raise StayInvalid(
            "Choose a language of the letters: fr, en, de, es, it or nl.", field="language"
        )
    if guest.message and len(guest.message) > 2000:
        raise StayInvalid("A message has at most 2000 characters.", field="message")
