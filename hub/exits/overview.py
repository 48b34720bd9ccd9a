"""Who leaves, for who runs the hub: how far each is, and what does not go on."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.exits.actions import following
from hub.exits.models import State

PAGE = "/pro/exits"
STATES = {
    State.NOTICED.value: "Préavis donné",
    State.RETRIEVAL.value: "Service terminé, tout se prend encore",
    State.ERASING.value: "Effacement en cours",
}


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_exits(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The ways out under way, first what does not go on."""
    exits = await following.list_under_way(tx)
    answer = page(request, "exits/overview.html", exits=exits, states=STATES)
    answer.headers["cache-control"] = "no-store"
    return answer


handlers: tuple[Any, ...] = (show_exits,)
