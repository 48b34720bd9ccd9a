"""What a house owes and how it pays it; what the operator gives up, with two persons."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import payments
from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.booking.pages import CARDS
from tourism.debts import policy
from tourism.debts.actions import forgiving, paying
from tourism.debts.doors import PAGE, page_of
from tourism.debts.models import PayDebt, ProposeWriteOff, Standing

OPERATOR = "/pro/write-offs"
Form = URLEncodedBody[dict[str, str]]
WHY = {
    "owes": "payé chez vous : les parts des autres ; ou arrhes dues en double",
    "refused": "remboursé ou contesté après votre versement",
}
STATES = {
    Standing.PROPOSED: "attend une deuxième personne",
    Standing.CONFIRMED: "abandonnée",
    Standing.REFUSED: "refusée : la dette reste due",
}


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_debts(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What is owed, stay by stay, and the card that pays it."""
    return await _show_house(request, tx, None)


@post(f"{PAGE}/pay", opt=access("lodging"), include_in_schema=False)
async def pay_debts(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """Pay it: on the service's page, or at once in the sandbox."""
    assert caller.tenant is not None
    database: Database = request.app.state.database
    try:
        outcome = await paying.pay(
            database, caller.tenant, caller.actor, _read(data), data["idempotency_key"],
            page_of(request, caller),
        )  # fmt: skip
    except HubError as error:
        if error.status not in {400, 402, 409}:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show_house(request, tx, error)
    return Redirect(outcome.page_url or PAGE, status_code=303)


@get(f"{PAGE}/back", opt=access("lodging"), include_in_schema=False)
async def come_back(request: AnyRequest, caller: NamedDependency[Caller]) -> Redirect:
    """Back from the service's page: look how the payment stands."""
    assert caller.tenant is not None
    with suppress(payments.ServiceAway):  # a task asks again
        await paying.finish_all(request.app.state.database, caller.tenant)
    return Redirect(PAGE, status_code=303)


@get(OPERATOR, opt=access("operator"), include_in_schema=False)
async def show_write_offs(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """Who owes what, and what is proposed to be given up."""
    return await _show_operator(request, tx, caller, None, {})


@post(OPERATOR, opt=access("operator", fresh=True), include_in_schema=False)
async def propose_write_off(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """A first person proposes, with the reason."""
    database: Database = request.app.state.database
    try:
        command = ProposeWriteOff(
            holder=_number(data, "holder"),
            amount_cents=_number(data, "amount_cents"),
            reason=data.get("reason", ""),
        )
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await forgiving.propose(tx, command)
    except HubError as error:
        return await _refuse(request, caller, error, data)
    return Redirect(OPERATOR, status_code=303)


@post(f"{OPERATOR}/{{id:uuid}}", opt=access("operator", fresh=True), include_in_schema=False)
async def decide_write_off(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID], data: Form
) -> Response[Any]:
    """A second person decides."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await forgiving.decide(tx, id, confirmed=data.get("decision") == "confirm")
    except HubError as error:
        return await _refuse(request, caller, error, {})
    return Redirect(OPERATOR, status_code=303)


def _read(data: dict[str, str]) -> PayDebt:
    if not data.get("idempotency_key"):
        raise Invalid("Open the page again: the form came incomplete.")
    return PayDebt(
        payment_method=data.get("payment_method", ""), amount_cents=_number(data, "amount_cents")
    )


def _number(data: dict[str, str], field: str) -> int:
    typed = data.get(field, "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 12):
        raise Invalid("Open the page again: the form came incomplete.")
    return int(typed)


async def _show_house(request: AnyRequest, tx: Tx, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "debts/debts.html",
        status_code=problem.status if problem else 200,
        owed=await paying.find_owed(tx),
        why=WHY,
        least=policy.LEAST_CENTS,
        hosted=payments.HOSTED if payments.has_hosted_page() else None,
        cards=CARDS,
        problem=problem,
    )


async def _refuse(
    request: AnyRequest, caller: Caller, error: HubError, typed: dict[str, str]
) -> Response[str]:
    if error.status not in {400, 403, 404, 409}:
        raise error
    database: Database = request.app.state.database
    async with database.transaction(caller.tenant) as tx:
        return await _show_operator(request, tx, caller, error, typed)


async def _show_operator(
    request: AnyRequest, tx: Tx, caller: Caller, error: HubError | None, typed: dict[str, str]
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    found = await forgiving.list_write_offs(tx)
    debts = await forgiving.list_open_debts(tx)
    return page(
        request,
        "debts/write_offs.html",
        status_code=problem.status if problem else 200,
        debts=debts,
        at_once=await forgiving.list_at_once(tx, debts),
        stays_most=forgiving.LINES_MOST,
        waiting=[one for one in found if policy.is_open(one)],
        decided=[one for one in found if not policy.is_open(one)],
        states=STATES,
        actor=caller.actor,
        typed=typed,
        now=tx.now,
        problem=problem,
    )


handlers = (
    show_debts,
    pay_debts,
    come_back,
    show_write_offs,
    propose_write_off,
    decide_write_off,
)
