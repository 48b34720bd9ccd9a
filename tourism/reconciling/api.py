"""How the money agrees, for programs."""

from datetime import date, datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency

from hub.core.caller import access
from hub.core.db import Tx
from tourism.reconciling.actions import standing
from tourism.reconciling.models import Break, Debt, OwnMonth, Reconciliation


class AgedBreak(msgspec.Struct, frozen=True, kw_only=True):
    """An open difference; `ours_cents` stands in the ledger, `theirs_cents` at the service."""

    key: str
    kind: str
    ours_cents: int
    theirs_cents: int
    since: datetime
    age_days: int
    note: str


class AgedDebt(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation owes after a refund, a lost dispute, a stay that was paid at its house
    or one that it went back on."""

    organisation: int
    name: str
    cents: int
    stays: int
    age_days: int
    asked_at: datetime | None
    times_asked: int


class OwnPayout(msgspec.Struct, frozen=True, kw_only=True):
    """A payout of the platform to its own bank."""

    payout: str
    arrives_on: date
    state: str
    cents: int


class ReconciliationView(msgspec.Struct, frozen=True, kw_only=True):
    """The last run, what does not agree, the oldest first, and the platform's own movements: its
    payouts, and what they, the service's bills and its corrections come to by month (below zero:
    out of the balance)."""

    last: Reconciliation | None
    breaks: tuple[AgedBreak, ...]
    debts: tuple[AgedDebt, ...]
    payouts: tuple[OwnPayout, ...]
    months: tuple[OwnMonth, ...]


def view(one: Break, now: datetime) -> AgedBreak:
    return AgedBreak(
        key=one.key,
        kind=one.kind.value,
        ours_cents=one.ours_cents,
        theirs_cents=one.theirs_cents,
        since=one.since,
        age_days=one.age_days(now),
        note=one.note,
    )


def view_debt(one: Debt, now: datetime) -> AgedDebt:
    return AgedDebt(
        organisation=one.holder,
        name=one.name,
        cents=one.cents,
        stays=one.stays,
        age_days=one.age_days(now),
        asked_at=one.asked_at,
        times_asked=one.times_asked,
    )


@get(
    "/api/v1/operator/reconciliation",
    opt=access("operator"),
    tags=["Ledger"],
    summary="Reconciliation",
)
async def see_reconciliation(tx: NamedDependency[Tx]) -> ReconciliationView:
    """The nightly comparison of the ledger, the payment service and the banks' lines. Amounts are
    cents; an age is counted from the day of the money."""
    found = await standing.find_standing(tx)
    return ReconciliationView(
        last=found.last,
        breaks=tuple(view(one, tx.now) for one in found.open),
        debts=tuple(view_debt(one, tx.now) for one in found.debts),
        payouts=tuple(
            OwnPayout(payout=one.id, arrives_on=one.arrives_on, state=one.state, cents=one.cents)
            for one in found.payouts
        ),
        months=found.months,
    )
