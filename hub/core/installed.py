"""The verticals that are installed, as their entry points announce them."""

from importlib.metadata import entry_points
from typing import Any

from litestar import Request

from hub.core.vertical import Vertical

GROUP = "usage_hub.verticals"


def find_verticals() -> tuple[Vertical, ...]:
    """Every installed vertical, by the name of its entry point."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return tuple(entry.load() for entry in found)


def verticals_of(request: Request[Any, Any, Any]) -> dict[str, Vertical]:
    """The verticals of the application that answers, by code."""
    return {one.code: one for one in request.app.state.composition.verticals}
