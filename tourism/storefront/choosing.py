"""The place that a search means: the one that was chosen, or what was typed."""

from typing import Any

import msgspec
from litestar import Request

from hub.core.db import Reader
from hub.core.errors import HubError
from hub.territory import search_key
from tourism import places
from tourism.search.forms import Asked


async def choose_place(request: Request[Any, Any, Any], reader: Reader, asked: Asked) -> Asked:
    """Somebody who typed a place and did not choose gets the best suggestion: also who typed over
    the place that was chosen before, which without script stays in the form. Raises
    `PlaceUnknown`."""
    if not asked.text or (asked.place and await _is_named(reader, asked)):
        return asked
    found = await places.suggestions_of(request.app.state).suggest(reader, asked.text)
    if any(f"{one.kind}:{one.code}" == asked.place and one.label == asked.text for one in found):
        return asked
    if not found:
        raise places.PlaceUnknown("No place or house has this name or postcode.", field="text")
    return msgspec.structs.replace(asked, place=f"{found[0].kind}:{found[0].code}", radius="")


async def name_place(reader: Reader, asked: Asked) -> Asked:
    """What was asked with the name of its place in words, where only its code stands there."""
    if asked.text or not asked.place:
        return asked
    try:
        area = await places.find_area(reader, asked.place)
    except HubError:
        return asked
    return msgspec.structs.replace(asked, text=area.label)


async def _is_named(reader: Reader, asked: Asked) -> bool:
    """Whether the text is what the place is called, or cannot be compared with it."""
    try:
        area = await places.find_area(reader, asked.place)
    except HubError:
        return True  # a house, or a wrong place: whoever reads it says so
    return search_key(area.label) == search_key(asked.text)
