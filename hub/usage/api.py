"""Plans, subscriptions, events and bills for programs. Events are CloudEvents 1.0 in JSON, one or a
batch; they need no Idempotency-Key, because their own source and id are one."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.errors import Invalid
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from hub.usage.actions import billing_months, metering, planning
from hub.usage.models import (
    Allowance,
    Bill,
    Charge,
    CloudEvent,
    Ingested,
    Plan,
    PlanTerms,
    Subscribe,
    Subscription,
)

SELLERS = ("operator",)
BUYERS = ("lodging", "office", "region", "federation", "operator")
PATH = "/api/v1/usage"
ONE = f"{PATH}/subscriptions/{{subscription:uuid}}"


class EndSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """The first day without it."""

    until: date


class MonthSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """What a month costs by what is known now; cents are net of VAT."""

    month: date
    charges: tuple[Charge, ...]
    net_cents: int


@get(f"{PATH}/plans", opt=access(*SELLERS), tags=["usage"], summary="List plans")
async def list_plans(tx: NamedDependency[Tx]) -> list[Plan]:
    """The newest version of each plan that you sell."""
    return await planning.list_plans(tx)


@put(f"{PATH}/plans/{{code:str}}", opt=access(*SELLERS), tags=["usage"], summary="Save a plan",
     status_code=201)  # fmt: skip
async def save_plan(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str], data: JSONBody[PlanTerms]
) -> Response[Plan]:
    """The next version of a plan, for whoever subscribes from now on."""
    return await answer_once(tx, request, lambda: planning.save_plan(tx, code, data))


@get(f"{PATH}/subscriptions", opt=access(*BUYERS), tags=["usage"], summary="List subscriptions")
async def list_subscriptions(
    tx: NamedDependency[Tx], sold: FromQuery[bool] = False
) -> list[Subscription]:
    """What your organisation has, or (`sold`) sells."""
    return await planning.list_subscriptions(tx, own=not sold)


@post(f"{PATH}/subscriptions", opt=access(*SELLERS), tags=["usage"], summary="Subscribe")
async def subscribe(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[Subscribe]
) -> Response[Subscription]:
    """Let an organisation have the newest version of a plan."""
    return await answer_once(tx, request, lambda: planning.subscribe(tx, data))


@post(f"{ONE}/end", opt=access(*SELLERS), tags=["usage"], summary="End a subscription")
async def end_subscription(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    subscription: FromPath[UUID],
    data: JSONBody[EndSubscription],
) -> Response[Subscription]:
    """Its last month is billed by its days."""
    return await answer_once(
        tx, request, lambda: planning.end_subscription(tx, subscription, data.until)
    )


@post(f"{PATH}/events", opt=access(*SELLERS), tags=["usage"], summary="Send events",
      status_code=202)  # fmt: skip
async def send_events(
    tx: NamedDependency[Tx], data: JSONBody[CloudEvent | list[CloudEvent]]
) -> Ingested:
    """Events of your subscriptions, all or none: one (`application/cloudevents+json`) or up to
    1,000 (`application/cloudevents-batch+json`). What is known by source and id counts once."""
    return await metering.record_events(tx, data if isinstance(data, list) else [data])


@get(f"{ONE}/usage", opt=access(*BUYERS), tags=["usage"], summary="See what was used")
async def see_usage(
    tx: NamedDependency[Tx], subscription: FromPath[UUID], month: FromQuery[str | None] = None
) -> MonthSoFar:
    """A month (`2027-01`; this one without), by the subscriber's own clock."""
    of, charges = await metering.find_charges(tx, subscription, _month(month))
    net = sum(charge.cents for charge in charges)
    return MonthSoFar(month=of, charges=tuple(charges), net_cents=net)


@get(
    f"{ONE}/allowances/{{name:str}}",
    opt=access(*BUYERS),
    tags=["usage"],
    summary="Ask what is allowed",
)
async def see_allowance(
    tx: NamedDependency[Tx], subscription: FromPath[UUID], name: FromPath[str]
) -> Allowance:
    """Whether there may be more of a feature or of a meter this month."""
    return await metering.find_allowance(tx, subscription, name)


@get(f"{PATH}/bills", opt=access(*BUYERS), tags=["usage"], summary="List bills")
async def list_bills(tx: NamedDependency[Tx], sold: FromQuery[bool] = False) -> list[Bill]:
    """The documents that your organisation received, or (`sold`) made; below zero is a credit
    note. Each is also among the invoices."""
    return await billing_months.list_bills(tx, own=not sold)


def _month(said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        raise Invalid("A month is written like 2027-01.", field="month") from None


handlers: tuple[Any, ...] = (
    list_plans,
    save_plan,
    list_subscriptions,
    subscribe,
    end_subscription,
    send_events,
    see_usage,
    see_allowance,
    list_bills,
)
