"""What is owed, paid and given up, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.pages import AnyRequest
from hub.core.web import answer_first, answer_once, once_of
from tourism.debts.actions import forgiving, paying
from tourism.debts.doors import page_of
from tourism.debts.models import OwedStay, PayDebt, ProposeWriteOff, Standing, WriteOff
from tourism.reconciling.api import AgedDebt, view_debt

TAGS, HOUSE, OPERATOR = ["Ledger"], "/api/v1/house/debts", "/api/v1/operator/write-offs"


class PaidDebt(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of debts by card: `paid_at` is null while it is under way."""

    payment: UUID
    amount_cents: int
    stays: int
    begun_at: datetime
    paid_at: datetime | None


class OwedView(msgspec.Struct, frozen=True, kw_only=True):
    """What a house owes and can pay at once, stay by stay, the oldest first; with `more`, further
    stays follow when these are paid. `pay_at` is where the house goes on after paying has begun."""

    cents: int
    more: bool
    stays: tuple[OwedStay, ...]
    payments: tuple[PaidDebt, ...]
    pay_at: str | None = None


class WriteOffView(msgspec.Struct, frozen=True, kw_only=True):
    """A debt that one person proposes to give up and another one decides."""

    write_off: UUID
    organisation: int
    name: str
    amount_cents: int
    stays: int
    reason: str
    state: Standing
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class DecideWriteOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`confirmed`: the debt is given up; otherwise it stays owed."""

    confirmed: bool


class DebtsView(msgspec.Struct, frozen=True, kw_only=True):
    """Who owes the platform what, the oldest debt first."""

    debts: tuple[AgedDebt, ...]


class WriteOffsView(msgspec.Struct, frozen=True, kw_only=True):
    """Proposals to give debts up: what waits first, then the newest."""

    write_offs: tuple[WriteOffView, ...]


@get(HOUSE, opt=access("lodging"), tags=TAGS, summary="What a house owes")
async def see_owed(tx: NamedDependency[Tx]) -> OwedView:
    """The others' shares of stays that were paid at the house, and what the house received before a
    refund, a dispute, or its going back on a stay. Amounts are cents."""
    return await _owed(tx)


@post(
    f"{HOUSE}/payment",
    opt=access("lodging"),
    tags=TAGS,
    summary="Pay what a house owes",
    status_code=200,
)
async def pay_owed(
    request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[PayDebt]
) -> Response[Any]:
    """Pays all that is shown, by card, for exactly that amount. The same Idempotency-Key always
    means the same charge; 402 `card-declined`, 409 `debt-changed` or `already-paying`. The house
    goes on at `pay_at` where it is given."""
    assert caller.tenant is not None
    tenant, database = caller.tenant, _database(request)
    once = await once_of(request, caller.actor)

    async def act() -> OwedView:
        outcome = await paying.pay(
            database, tenant, caller.actor, data, once.key, page_of(request, caller)
        )
        async with database.transaction(tenant) as tx:
            view = await _owed(tx)
        return msgspec.structs.replace(view, pay_at=outcome.page_url)

    return await answer_first(request, once, act)


@get("/api/v1/operator/debts", opt=access("operator"), tags=TAGS, summary="Who owes what")
async def see_debts(tx: NamedDependency[Tx]) -> DebtsView:
    """What is owed to the platform, by organisation: how long, and when it was last asked for."""
    found = await forgiving.list_open_debts(tx)
    return DebtsView(debts=tuple(view_debt(one, tx.now) for one in found))


@get(OPERATOR, opt=access("operator"), tags=TAGS, summary="Debts given up")
async def see_write_offs(tx: NamedDependency[Tx]) -> WriteOffsView:
    """What was proposed to be given up, by whom and why, and what was decided."""
    found = await forgiving.list_write_offs(tx)
    return WriteOffsView(write_offs=tuple(_view(one) for one in found))


@post(OPERATOR, opt=access("operator", fresh=True), tags=TAGS, summary="Propose to give a debt up")
async def propose_write_off(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[ProposeWriteOff]
) -> Response[bytes]:
    """A first person proposes to give up all that an organisation owes, and says why; of more than
    1,000 stays the oldest 1,000, then the next. 409 `debt-changed`, with `amount_cents`, when that
    is another amount, `already-proposed` while a proposal waits, `being-written-down` just after
    one."""

    async def act() -> WriteOffView:
        return _view(await forgiving.find_write_off(tx, await forgiving.propose(tx, data)))

    return await answer_once(tx, request, act)


@post(
    f"{OPERATOR}/{{write_off:uuid}}/decision",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Decide on giving a debt up",
    status_code=200,
)
async def decide_write_off(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    write_off: FromPath[UUID],
    data: JSONBody[DecideWriteOff],
) -> Response[bytes]:
    """A second person gives the debt up, or anybody refuses to. 403 `same-person`, 409
    `debt-changed`."""

    async def act() -> WriteOffView:
        return _view(await forgiving.decide(tx, write_off, confirmed=data.confirmed))

    return await answer_once(tx, request, act, status=200)


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


async def _owed(tx: Tx) -> OwedView:
    owed = await paying.find_owed(tx)
    return OwedView(
        cents=owed.cents,
        more=owed.more,
        stays=owed.stays,
        payments=tuple(
            PaidDebt(
                payment=one.id,
                amount_cents=one.amount_cents,
                stays=len(one.lines),
                begun_at=one.begun_at,
                paid_at=one.paid_at,
            )
            for one in owed.payments
        ),
    )


def _view(one: WriteOff) -> WriteOffView:
    return WriteOffView(
        write_off=one.id,
        organisation=one.holder,
        name=one.name,
        amount_cents=one.amount_cents,
        stays=len(one.lines),
        reason=one.reason,
        state=one.state,
        proposed_by=one.proposed_by,
        proposed_at=one.proposed_at,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
    )


handlers = (see_owed, pay_owed, see_debts, see_write_offs, propose_write_off, decide_write_off)
