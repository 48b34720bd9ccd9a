"""Stripe's form encoding: `metadata[booking]=7`, `expand[0]=latest_charge`, as nested values."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def read_form(text: str) -> dict[str, Any]:
    """The nested values of a body or a query; every leaf is a text, a list is keyed by digits."""
    return nest(parse_qsl(text, keep_blank_values=True))


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Put flat pairs of a bracketed name and a text into nested dictionaries."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        first, *_ = name.split("[", 1)
        path = [first, *_PART.findall(name)]
        place = root
        for part in path[:-1]:
            found = place.setdefault(part, {})
            if not isinstance(found, dict):
                found = place[part] = {}
            place = found
        last = path[-1] or str(len(place))
        place[last] = value
    return root
