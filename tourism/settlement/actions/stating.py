"""A beneficiary's statement: each stay with its share, and how far it is on its way to a bank."""

from collections import defaultdict
from datetime import date

from hub import payments
from hub.core.db import Tx
from tourism.settlement import store
from tourism.settlement.models import Line, Totals

LINES_MOST = 1_000
ARRIVED = "paid"


async def list_lines(tx: Tx, since: date, until: date, wanted: int = LINES_MOST) -> list[Line]:
    """The caller's stays of a span of arrivals, each with the payouts that carried its share."""
    shares = await store.list_shares(tx, since, until, wanted)
    transfers = [number for share in shares for number in share.transfers]
    carried: dict[str, list[payments.Carried]] = defaultdict(list)
    for one in await payments.list_carried(tx, transfers):
        carried[one.transfer].append(one)
    lines: list[Line] = []
    for share in shares:
        found = [one for number in share.transfers for one in carried[number]]
        paid = sum(one.amount_cents for one in found if one.state == ARRIVED)
        payouts = tuple(dict.fromkeys(one.payout for one in found))
        lines.append(Line(share=share, paid_cents=paid, payouts=payouts))
    return lines


async def total(tx: Tx) -> Totals:
    """The caller's figures over all stays, to the line on the bank's statement."""
    sums = await store.total_shares(tx)
    paid = await payments.total_paid_out(tx)
    return Totals(earned_cents=sums.earned_cents, moved_cents=sums.moved_cents, paid_cents=paid)
