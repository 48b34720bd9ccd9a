"""What every step's form does: read it, act in one transaction, go on, or show it again."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response
from litestar.response import Redirect

from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.lodging import Property, own_house
from tourism.onboarding.actions import progressing
from tourism.onboarding.forms import Typed
from tourism.onboarding.models import Step
from tourism.onboarding.policy import steps

PAGE = "/pro/onboarding"
GROUPS = ("amenities", "accessibility", "services")
Act = Callable[[Tx, Property], Awaitable[object]]
Show = Callable[[Tx, Property, Typed, HubError | None], Awaitable[Response[str]]]


async def read_typed(request: AnyRequest) -> Typed:
    """What the browser sent, files left out."""
    form: Any = await request.form()
    return Typed(
        texts={name: value for name, value in form.items() if isinstance(value, str)},
        groups={name: [str(value) for value in form.getall(name, [])] for name in GROUPS},
    )


async def save(
    request: AnyRequest,
    caller: Caller,
    typed: Typed,
    act: Act,
    show: Show,
    *,
    step: Step,
    stay: Callable[[Property], bool] = lambda _: False,
) -> Response[Any]:
    """Act behind the house's wall and go on to what is missing next. Something wrong is shown
    beside its field, with everything typed kept; what a house on sale would lack by law, with the
    choice to go off sale. `stay`: whether the step wants another look."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            house = await progressing.lock_own_house(tx)
            before = await progressing.find_progress(tx, house)
            await act(tx, house)
            withdraw = typed.get("withdraw") == "1"
            progress = await progressing.keep_lawful(tx, before, withdraw=withdraw)
    except HubError as error:
        if error.status not in {400, 409}:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await show(tx, await own_house(tx), typed, error)
    if stay(progress.house):
        return Redirect(f"{PAGE}/{step.value}?saved=1", status_code=303)
    following = steps.next_step(progress, after=step)
    return Redirect(address_of(following), status_code=303)


def address_of(step: Step | None) -> str:
    """Where a step is done; the overview when nothing is left."""
    match step:
        case None:
            return PAGE
        case Step.MANDATE:
            return "/pro/mandate"
        case Step.PHOTOS:
            return "/pro/photos"
        case _:
            return f"{PAGE}/{step.value}"


async def show_step(
    request: AnyRequest,
    tx: Tx,
    house: Property,
    step: Step,
    typed: Typed,
    error: HubError | None,
    **shown: object,
) -> Response[str]:
    """A step's page, with where it stands among the others."""
    progress = await progressing.find_progress(tx, house)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        f"onboarding/{step.value}.html",
        status_code=problem.status if problem else 200,
        house=house,
        step=step.value,
        steps=steps.steps_of(progress),
        address_of=address_of,
        progress=progress,
        typed=typed,
        problem=problem,
        **shown,
    )
