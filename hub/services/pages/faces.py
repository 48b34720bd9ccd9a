"""What everybody may see of one service: its colours and its legal text."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.pages import AnyRequest, page
from hub.services.actions import guarding


@get("/services/{id:uuid}/theme.css", opt=access(ANYBODY), include_in_schema=False)
async def give_theme(request: AnyRequest, id: FromPath[UUID]) -> Response[str]:
    """The service's colours."""
    face = await guarding.find_face(request.app.state.database, id)
    headers = {"cache-control": "public, max-age=86400"}
    return Response(guarding.style_of(face), media_type="text/css", headers=headers)


@get("/services/{id:uuid}/legal", opt=access(ANYBODY), include_in_schema=False)
async def show_legal(request: AnyRequest, id: FromPath[UUID]) -> Response[str]:
    """Who publishes the service."""
    face = await guarding.find_face(request.app.state.database, id)
    return page(request, "services/legal.html", face=face)


handlers: tuple[Any, ...] = (give_theme, show_legal)
