"""The options of the place field, as a fragment."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader
from hub.core.pages import AnyRequest, page
from tourism.places.actions.suggesting import suggestions_of


@get("/suggestions", opt=access(ANYBODY), include_in_schema=False)
async def show_suggestions(
    request: AnyRequest, reader: NamedDependency[Reader], text: FromQuery[str] = ""
) -> Response[str]:
    found = await suggestions_of(request.app.state).suggest(reader, text)
    return page(request, "places/_suggestions.html", places=found)
