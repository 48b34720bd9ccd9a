"""The pages of who launches services: what can be launched, and each service of theirs."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.installed import verticals_of
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from hub.gates import State, find_gates, tell_gates
from hub.services.actions import keeping, launching
from hub.services.errors import ServiceInvalid
from hub.services.models import Launch
from hub.services.pages import acts, shown
from hub.services.pages.shown import PAGE, Form
from hub.services.pages.words import SHOWN
from hub.services.policy import steps

NEW = f"{PAGE}/new"


@get(PAGE, opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def show_services(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The launcher's services and where each stands."""
    found, language = await keeping.list_services(tx), language_of(request)
    return page(
        request,
        "services/services.html",
        services=found,
        decides=caller_of(request).role in steps.DECIDERS,
        quotas={one.id: steps.QUOTAS[one.state] for one in found},
        titles={code: one.title(language) for code, one in verticals_of(request).items()},
        **SHOWN,
    )


@get(NEW, opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def show_launch(
    request: AnyRequest, tx: NamedDependency[Tx], vertical: FromQuery[str] = ""
) -> Response[str]:
    """What can be launched, and what the hosting says to each, before anything is filled in."""
    return await _launch(request, tx, {"vertical": vertical}, None)


async def _launch(
    request: AnyRequest, tx: Tx, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    language = language_of(request)
    offers = [
        (one, one.title(language), tell_gates(await find_gates(tx, one), language))
        for one in verticals_of(request).values()
        if one.example is not None
    ]
    return page(
        request,
        "services/launch.html",
        status_code=problem.status if problem else 200,
        offers=offers,
        quotas={state.value: quota for state, quota in steps.QUOTAS.items()},
        last_day=steps.last_trial_day(None, local_date(tx.now, launching.PARIS)),
        typed=typed,
        problem=problem,
        **SHOWN,
    )


@post(NEW, opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def launch(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Launch, and fill the sandbox at once; a task does it when this process dies meanwhile."""
    form, database = await shown.read_form(request), shown.database_of(request)
    vertical = verticals_of(request).get(form.get("vertical", ""))
    assert caller.person is not None
    try:
        if vertical is None:
            raise ServiceInvalid("Choose a vertical.", field="vertical")
        command = Launch(
            vertical=vertical.code,
            name=form.get("name", ""),
            trial_until=shown.read_day(form, "until") if form.get("as") == "trial" else None,
        )
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            made = await launching.launch(
                tx, _key(form), command, vertical, role=caller.role, person=caller.person
            )
    except HubError as error:
        if error.status >= 500 or error.status == 403:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _launch(request, tx, form, error)
    if made.state is State.SANDBOX and made.space is not None:
        await launching.fill_sandbox(database, made.space, vertical)
    return Redirect(f"{PAGE}/{made.id}", status_code=303)


@get(f"{PAGE}/{{id:uuid}}", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def show_service(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], kept: FromQuery[str] = ""
) -> Response[str]:
    """One service of the launcher's."""
    return await shown.show(request, tx, id, {}, None, kept)


def _key(form: Form) -> UUID:
    try:
        return UUID(form.get("idempotency_key", ""))
    except ValueError:
        raise ServiceInvalid("This form is not complete.") from None


handlers: tuple[Any, ...] = (show_services, show_launch, launch, show_service, *acts.handlers)
