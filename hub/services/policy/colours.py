"""Which colour a service may have."""

import re

from hub.core.colours import is_readable
from hub.services.errors import ServiceInvalid

_HEX = re.compile(r"#[0-9a-f]{6}")


def check_colour(text: str) -> str:
    """The colour, in small letters; empty for the house's. Raises `ServiceInvalid`."""
    colour = text.strip().lower()
    if not colour:
        return ""
    if not _HEX.fullmatch(colour):
        raise ServiceInvalid("Write a colour like #0f5450.", field="colour")
    if not is_readable(colour):
        raise ServiceInvalid("This colour is too light to be read on white.", field="colour")
    return colour
