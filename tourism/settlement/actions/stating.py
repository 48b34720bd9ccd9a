"""A beneficiary's statement: each stay with its share, and how far it is on its way to a bank."""

from collections import defaultdict
from datetime import date

from hub import payments
from hub.core.db import Tx
from hub.core.sentences import say
from tourism.settlement import store
from tourism.settlement.errors import StatementTooLong
from tourism.settlement.models import BankLine, BankPart, Line, StayShare, Totals

LINES_MOST = 1_000
# What a file may hold: a spreadsheet, and paper.
SHEET_MOST, PAPER_MOST = 50_000, 5_000
ARRIVED = "paid"


async def list_lines(tx: Tx, since: date, until: date, wanted: int = LINES_MOST) -> list[Line]:
    """The caller's stays of a span of arrivals, each with the payouts that carried its share."""
    return await _carry(tx, await store.list_shares(tx, since, until, wanted))


async def list_all_lines(tx: Tx, since: date, until: date, most: int) -> list[Line]:
    """All of them, for a file that is whole or not at all. Raises `StatementTooLong`."""
    lines: list[Line] = []
    after = (date.min, "")
    while page := await store.list_shares(tx, since, until, LINES_MOST, after=after):
        lines += await _carry(tx, page)
        if len(lines) > most:
            raise StatementTooLong(
                say("This span has more than %(most)s stays: choose a shorter one.", most=most),
                field="since",
            )
        after = (page[-1].arrival, page[-1].reference)
    return lines


async def _carry(tx: Tx, shares: list[StayShare]) -> list[Line]:
    """Shares with what has reached a bank of them."""
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


async def list_bank_lines(tx: Tx, lines: list[Line]) -> list[BankLine]:
    """The lines of the caller's bank that some stays have reached, each with its stays."""
    of = {number: line.share for line in lines for number in line.share.transfers}
    parts: dict[str, list[BankPart]] = defaultdict(list)
    for one in await payments.list_carried(tx, list(of)):
        share = of[one.transfer]
        parts[one.payout].append(
            BankPart(reference=share.reference, house=share.house, cents=one.amount_cents)
        )
    payouts = await payments.list_payouts(tx, LINES_MOST)
    return [
        BankLine(
            payout=payout.id,
            on=payout.arrives_on,
            state=payout.state,
            cents=payout.amount_cents,
            parts=tuple(parts[payout.id]),
        )
        for payout in payouts
        if payout.id in parts
    ]


async def total(tx: Tx) -> Totals:
    """The caller's figures over all stays, to the line on the bank's statement."""
    sums = await store.total_shares(tx)
    paid = await payments.total_paid_out(tx)
    return Totals(earned_cents=sums.earned_cents, moved_cents=sums.moved_cents, paid_cents=paid)


def sums_of(lines: list[Line]) -> dict[str, int]:
    """The columns of a statement, added up: earned less due is moved; moved less kept is paid or on
    its way. The payment service's cost is the platform's, and beside them."""
    return {
        "guest": sum(line.share.gross_cents for line in lines),
        "psp": sum(line.share.psp_cents for line in lines),
        "earned": sum(line.share.earned_cents for line in lines),
        "moved": sum(line.share.moved_cents for line in lines),
        "kept": sum(line.share.kept_cents for line in lines),
        "paid": sum(line.paid_cents for line in lines),
    }
