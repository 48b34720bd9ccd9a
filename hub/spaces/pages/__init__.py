"""The pages of spaces."""

from typing import Any

from hub.spaces.pages import mine, moderating, reading, settling
from hub.spaces.pages.settling import WORDS

__all__ = ["WORDS", "handlers"]
handlers: tuple[Any, ...] = (
    *mine.handlers,
    *reading.handlers,
    *moderating.handlers,
    *settling.handlers,
)
