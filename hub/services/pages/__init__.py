"""The pages of services: for who launches them, for their people, and for everybody."""

from typing import Any

from hub.services.pages import catalogue, faces, region

handlers: tuple[Any, ...] = (*region.handlers, *faces.handlers, *catalogue.handlers)
WORDS: tuple[str, ...] = (*region.WORDS, *catalogue.WORDS)
