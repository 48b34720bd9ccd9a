"""The page of one service, shown after a look or again after a fault, and what its forms share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.installed import verticals_of
from hub.core.pages import AnyRequest, home_of, language_of, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from hub.gates import find_gates, tell_gates
from hub.services.actions import keeping, launching
from hub.services.errors import ServiceInvalid
from hub.services.models import MonthUse, Step
from hub.services.pages.words import SHOWN, WITH_DAY
from hub.services.policy import steps

PAGE = "/pro/our-services"
Form = Mapping[str, str]


async def show(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None, kept: str = ""
) -> Response[str]:
    """One service: state, use, what is missing for the next one, and the way out."""
    problem = describe_problem(error, request.url.path) if error else None
    seen = await keeping.see_service(tx, id)
    service, language = seen.service, language_of(request)
    vertical = verticals_of(request).get(service.vertical)
    gates = await find_gates(tx, vertical) if vertical else []
    people = []
    if service.space is not None:
        async with database_of(request).transaction(service.space) as within:
            people = await keeping.list_people(within)
    today = local_date(tx.now, launching.PARIS)
    possible = [one.value for one in steps.steps_for_people(service.state)]
    return page(
        request,
        "services/service.html",
        status_code=problem.status if problem else 200,
        service=service,
        title=vertical.title(language) if vertical else service.vertical,
        home=home_of(vertical) if vertical else None,
        events=seen.events,
        use=seen.use,
        months=seen.months,
        now=_this_month(seen.months, today.replace(day=1)),
        meter=seen.meter,
        people=people,
        decides=caller_of(request).role in steps.DECIDERS,
        quota=steps.QUOTAS[service.state],
        possible=possible,
        gates={one.state: one for one in tell_gates(gates, language)},
        wants={step: (steps.gate_for(Step(step)) or service.state).value for step in possible},
        with_day=WITH_DAY,
        last_day=steps.last_trial_day(service, today),
        typed=typed,
        problem=problem,
        kept=kept,
        **SHOWN,
    )


def _this_month(months: Sequence[MonthUse], month: date) -> MonthUse:
    none = MonthUse(month=month, acts=0, billable=0)
    return next((one for one in months if one.month == month), none)


async def do(
    request: AnyRequest, id: UUID, typed: Form, act: Callable[[Tx], Awaitable[Any]], what: str
) -> Response[Any]:
    """Do it, or show the page again with what was typed. What was done is told by the word that
    `act` gives, or by `what`."""
    caller, database = caller_of(request), database_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            done = await act(tx)
    except HubError as error:
        if error.status >= 500 or error.status == 403:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await show(request, tx, id, {**typed, "form": what}, error)
    kept = done if isinstance(done, str) else what
    return Redirect(f"{PAGE}/{id}?kept={kept}", status_code=303)


def database_of(request: AnyRequest) -> Database:
    return request.app.state.database


async def read_form(request: AnyRequest) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


def read_number(form: Form, field: str) -> int:
    """A whole number; 0 for what is none."""
    text = form.get(field, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def read_day(form: Form, field: str) -> date | None:
    """A day. Raises `ServiceInvalid`."""
    try:
        return date.fromisoformat(form.get(field, ""))
    except ValueError:
        raise ServiceInvalid("Choose a day.", field=field) from None
