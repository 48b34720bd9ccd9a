"""The pages of services: for who launches them, for their people, and for everybody."""

from typing import Any

from hub.services.pages import faces, region
from hub.services.pages.words import WORDS

__all__ = ["WORDS", "handlers"]

handlers: tuple[Any, ...] = (*region.handlers, *faces.handlers)
