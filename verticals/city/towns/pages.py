"""The front page that everybody sees, and the one where a town says which commune it is."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from verticals.city.towns import actions
from verticals.city.towns.errors import TownInvalid
from verticals.city.towns.models import ChooseCommune

HOME = "/ma-ville"


@get("/villes/{space:int}", opt=access(ANYBODY), include_in_schema=False)
async def show_front(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """What the town offers to everybody."""
    town = await actions.enter_town(tx, space)
    return page(request, "towns/front.html", town=town)


@get(HOME, opt=access("town"), include_in_schema=False)
async def show_town(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The commune, and where its people find it."""
    town = await actions.seek_town(tx)
    return page(request, "towns/own.html", town=town, typed={}, problem=None)


@post(HOME, opt=access("town"), include_in_schema=False)
async def choose_commune(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Say which commune it is."""
    typed = {"commune": str((await request.form()).get("commune", ""))}
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as writing:
            await actions.choose_commune(writing, ChooseCommune(**typed))
    except TownInvalid as error:
        problem = describe_problem(error, HOME)
        town = await actions.seek_town(tx)
        return page(
            request, "towns/own.html", status_code=400, town=town, typed=typed, problem=problem
        )
    return Redirect(HOME, status_code=303)


handlers = (show_front, show_town, choose_commune)
