"""What an organisation owes and how it transfers it; what the operator's bank has received."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.rates.fields import read_cents
from tourism.repaying import policy
from tourism.repaying.actions import owing, receiving, taking_back
from tourism.repaying.models import NoteReceived, TakeBack
from tourism.settlement.pages import PAID

PAGE, OPERATOR = "/pro/debts/transfer", "/pro/received-transfers"
Form = URLEncodedBody[dict[str, str]]
WHY = {
    "owes": "payé à la maison, ou arrhes dues en double",
    "refused": "remboursé, annulé ou contesté après votre versement",
}


@get(PAGE, opt=access(*PAID), include_in_schema=False)
async def show_owed(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What is owed, stay by stay, and the transfer that pays it."""
    return page(
        request,
        "repaying/owed.html",
        owed=await owing.find_owed(tx),
        why=WHY,
        now=tx.now,
    )


@get(OPERATOR, opt=access("operator"), include_in_schema=False)
async def show_received(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Who owes what, for how long, and what was received."""
    return await _show(request, tx, {}, None)


@post(OPERATOR, opt=access("operator", fresh=True), include_in_schema=False)
async def note_received(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """A transfer was received: it pays the oldest debts of whoever sent it."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await receiving.note_received(tx, _read(data))
    except HubError as error:
        if error.status not in {400, 404, 409}:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show(request, tx, data, error)
    return Redirect(f"{OPERATOR}#received", status_code=303)


@post(f"{OPERATOR}/{{id:uuid}}", opt=access("operator", fresh=True), include_in_schema=False)
async def take_back(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID], data: Form
) -> Response[Any]:
    """It counts no more: the bank took it back, or it was noted by mistake."""
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await taking_back.take_back(tx, id, TakeBack(why=data.get("why", "")))
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show(request, tx, {**data, "transfer": str(id)}, error)
    return Redirect(f"{OPERATOR}#received", status_code=303)


def _read(data: dict[str, str]) -> NoteReceived:
    holder = data.get("holder", "")
    if not (holder.isascii() and holder.isdecimal() and len(holder) < 10):
        raise Invalid("Open the page again: the form came incomplete.")
    return NoteReceived(
        holder=int(holder),
        amount_cents=read_cents(data.get("amount_cents", ""), "amount_cents"),
        received_on=policy.day_of(data.get("received_on", "")),
        reference=data.get("reference", ""),
    )


async def _show(
    request: AnyRequest, tx: Tx, typed: dict[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    debts = await owing.list_aged(tx)
    return page(
        request,
        "repaying/received.html",
        status_code=problem.status if problem else 200,
        debts=debts,
        references={debt.holder: policy.transfer_reference(debt.holder) for debt in debts},
        amounts={debt.holder: policy.amount_of(debt.open_cents) for debt in debts},
        received=await receiving.list_received(tx),
        iban=await owing.find_iban(tx),
        today=local_date(tx.now, policy.PARIS),
        typed=typed,
        now=tx.now,
        problem=problem,
    )


handlers = (show_owed, show_received, note_received, take_back)
