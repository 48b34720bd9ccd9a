"""The steps with their state; on sale, and off it again."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError, NotFound
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.lodging import own_house, stars_today
from tourism.onboarding.actions import progressing
from tourism.onboarding.pages.saving import PAGE, address_of
from tourism.onboarding.policy import steps


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_overview(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Where the house stands; somebody without one is led to finding it."""
    try:
        return await _show_overview(request, tx, None)
    except NotFound:
        return Redirect("/pro/claim", status_code=303)


async def _show_overview(request: AnyRequest, tx: Tx, error: HubError | None) -> Response[str]:
    house = await own_house(tx)
    progress = await progressing.find_progress(tx, house)
    states = steps.steps_of(progress)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "onboarding/overview.html",
        status_code=problem.status if problem else 200,
        house=house,
        progress=progress,
        steps=states,
        address_of=address_of,
        done=sum(one.done for one in states if one.needed),
        needed=sum(one.needed for one in states),
        next=steps.next_step(progress),
        may_publish=steps.may_publish(progress),
        stars=stars_today(house, local_date(tx.now, house.zone)),
        problem=problem,
    )


@post(f"{PAGE}/publish", opt=access("lodging"), include_in_schema=False)
async def publish(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Put the house on sale, or say what is missing."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await progressing.publish_house(tx)
    except HubError as error:
        if error.status != 409:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show_overview(request, tx, error)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/withdraw", opt=access("lodging"), include_in_schema=False)
async def withdraw(tx: NamedDependency[Tx]) -> Redirect:
    """Take the house off sale."""
    await progressing.withdraw_house(tx)
    return Redirect(PAGE, status_code=303)


handlers = (show_overview, publish, withdraw)
