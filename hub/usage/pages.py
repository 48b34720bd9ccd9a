"""What an organisation has and uses, its bills and their payment; what the operator sells."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from hub.usage import forms
from hub.usage.actions import billing_months, metering, paying, planning
from hub.usage.models import Bill, Charge, Outstanding, Subscription

OWN, SOLD = "/pro/subscriptions", "/pro/services"
BUYERS = ("lodging", "office", "region", "federation", "operator")
Form = URLEncodedBody[dict[str, str]]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription with its running month, its documents, and what each month still wants."""

    subscription: Subscription
    month: date
    charges: tuple[Charge, ...]
    bills: tuple[Bill, ...]
    wanted: dict[date, Outstanding]

    @property
    def net_cents(self) -> int:
        return sum(charge.cents for charge in self.charges)


@get(OWN, opt=access(*BUYERS), include_in_schema=False)
async def show_own(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What the caller's organisation has, what it used this month, and what it still pays."""
    bills = await billing_months.list_bills(tx, own=True)
    found = await planning.list_subscriptions(tx, own=True)
    shown = [await _shown(request, tx, one, bills) for one in found]
    return page(request, "usage/own.html", shown=shown)


async def _shown(request: AnyRequest, tx: Tx, one: Subscription, bills: list[Bill]) -> Shown:
    month, charges = await metering.find_charges(tx, one.id, None)
    own = tuple(bill for bill in bills if bill.subscription == one.id)
    database: Database = request.app.state.database
    async with database.transaction(one.tenant) as seller:
        wanted = {
            of: await paying.find_outstanding(seller, one.id, of)
            for of in dict.fromkeys(bill.month for bill in own[:24])
        }
    return Shown(subscription=one, month=month, charges=tuple(charges), bills=own, wanted=wanted)


@post(f"{OWN}/{{id:uuid}}/{{month:str}}/pay", opt=access(*BUYERS), include_in_schema=False)
async def pay_month(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], month: FromPath[str]
) -> Redirect:
    """On to the payment service's page, for what the month still wants."""
    database: Database = request.app.state.database
    subscription = await planning.find_subscription(tx, id)
    back = f"{request.app.state.settings.public_url}{OWN}/{id}/{month}/back"
    where = await paying.pay(database, subscription, _month(month), back, language_of(request))
    return Redirect(where, status_code=303)


@get(f"{OWN}/{{id:uuid}}/{{month:str}}/back", opt=access(*BUYERS), include_in_schema=False)
async def come_back(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], month: FromPath[str]
) -> Redirect:
    """Back from the service's page: look how the payment stands."""
    database: Database = request.app.state.database
    subscription = await planning.find_subscription(tx, id)
    await paying.look_again(database, subscription, _month(month))
    return Redirect(OWN, status_code=303)


def _month(said: str) -> date:
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        raise Invalid("A month is written like 2027-01.", field="month") from None


@get(SOLD, opt=access("operator"), include_in_schema=False)
async def show_sold(
    request: AnyRequest, tx: NamedDependency[Tx], kept: FromQuery[bool] = False
) -> Response[str]:
    """Plans, who has them, and the documents of late."""
    return await _show_sold(request, tx, kept=kept)


async def _show_sold(
    request: AnyRequest,
    tx: Tx,
    *,
    kept: bool = False,
    typed: Mapping[str, str] | None = None,
    error: HubError | None = None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "usage/sold.html",
        status_code=problem.status if problem else 200,
        plans=await planning.list_plans(tx),
        subscriptions=await planning.list_subscriptions(tx, own=False),
        bills=(await billing_months.list_bills(tx, own=False))[:50],
        typed=typed or {},
        kept=kept,
        problem=problem,
    )


@post(f"{SOLD}/plans", opt=access("operator"), include_in_schema=False)
async def save_plan(request: AnyRequest, data: Form) -> Response[Any]:
    """The next version of a plan, with one meter at most: the API takes more."""
    return await _save(request, data, lambda tx: planning.save_plan(tx, *forms.read_plan(data)))


@post(f"{SOLD}/subscriptions", opt=access("operator"), include_in_schema=False)
async def subscribe(request: AnyRequest, data: Form) -> Response[Any]:
    """Let an organisation have a plan."""
    return await _save(request, data, lambda tx: planning.subscribe(tx, forms.read_subscribe(data)))


@post(f"{SOLD}/subscriptions/{{id:uuid}}/end", opt=access("operator"), include_in_schema=False)
async def end_subscription(request: AnyRequest, id: FromPath[UUID], data: Form) -> Response[Any]:
    """The first day without it."""
    return await _save(
        request, data, lambda tx: planning.end_subscription(tx, id, forms.read_day(data, "until"))
    )


async def _save(request: AnyRequest, typed: Mapping[str, str], act: Any) -> Response[Any]:
    """Do it, or show the page again with what was typed."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await act(tx)
    except HubError as error:
        if error.status not in {400, 404, 409}:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show_sold(request, tx, typed=typed, error=error)
    return Redirect(f"{SOLD}?kept=true", status_code=303)


handlers: tuple[Any, ...] = (
    show_own,
    pay_month,
    come_back,
    show_sold,
    save_plan,
    subscribe,
    end_subscription,
)
