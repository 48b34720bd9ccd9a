"""The vocabularies that the installed verticals bring, by their code."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from hub.core.vertical import Vertical
from hub.rules import Vocabulary


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Every vocabulary that an agreement may be written in."""
    loaded: list[Vertical] = [e.load() for e in entry_points(group="usage_hub.verticals")]
    return {one.code: one for vertical in loaded for one in vertical.vocabularies}
