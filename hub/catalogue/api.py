"""The catalogue for programs, open to everybody."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub.catalogue import actions
from hub.catalogue.models import Entry, Filter
from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.installed import verticals_of
from hub.core.pages import language_of


@get(
    "/api/v1/catalogue",
    opt=access(ANYBODY, gives_way=True),
    tags=["Services"],
    summary="What can be launched here",
)
async def list_catalogue(
    request: Request[Any, Any, Any],
    tx: NamedDependency[Tx],
    text: FromQuery[str] = "",
    audience: FromQuery[str] = "",
    data_class: FromQuery[str] = "",
    level: FromQuery[str] = "",
    validated: FromQuery[bool] = False,
    possible: FromQuery[bool] = False,
) -> list[Entry]:
    """Each installed vertical with its sheet, and what the hosting says to it now."""
    asked = Filter(
        text=text[:100],
        audience=audience,
        data=data_class,
        level=level,
        validated=validated,
        possible=possible,
    )
    known = verticals_of(request).values()
    return await actions.list_entries(tx, known, language_of(request), asked)


handlers = (list_catalogue,)
