"""Suggestions, for programs."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.pages import AnyRequest
from tourism.places.actions.suggesting import suggestions_of
from tourism.places.models import Suggestion


@get("/api/v1/places", opt=access(ANYBODY), tags=["Search"], summary="Suggest places")
async def suggest(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    text: Annotated[str, QueryParameter(max_length=80, description="name or postcode")],
) -> list[Suggestion]:
    """Communes, departments, regions, well-known places and houses whose name or postcode begins
    so, or looks so; the best eight."""
    return await suggestions_of(request.app.state).suggest(reader, text)
