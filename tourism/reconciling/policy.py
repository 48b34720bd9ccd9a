"""What is for what, and what differs: pure functions over both sides' numbers."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hub.payments.models import BalanceLine, Payout
from tourism.reconciling.models import (
    AccountMoves,
    BreakKind,
    Difference,
    Found,
    KnownPayout,
    RefusedRefund,
)

MONTH = timedelta(days=31)
DISPUTES = ("du_", "dp_")
PAYOUT, DISPUTE, ACCOUNT = "payout:", "dispute:", "account:"
ASKED_AFTER, ASKED_AGAIN = timedelta(days=14), timedelta(days=30)
ARRIVED, SENT_BACK = "paid", "failed"
CAME_BACK = frozenset({SENT_BACK, "canceled"})
_OURS = {"charge": "charge", "refund": "refund", "call": "settle"}


def keys_of(line: BalanceLine) -> list[tuple[str, int]]:
    """What a line of the service's balance was for, as the ledger names it, with its cents. The
    cost of a payment is a movement of its own; that of a dispute goes with the dispute."""
    if line.source.startswith(DISPUTES):
        return [(f"{DISPUTE}{line.source}", line.amount_cents - line.fee_cents)]
    if line.mark is None:
        return [(f"unknown:{line.id}", line.amount_cents - line.fee_cents)]
    name, _, number = line.mark.partition(":")
    found = [(f"{_OURS[name]}:{number}", line.amount_cents)]
    if line.fee_cents:
        found.append((f"fee:{number}", -line.fee_cents))
    return found


def judge(differences: Iterable[Difference]) -> list[Found]:
    """What differs between the ledger and the service's lines."""
    found: list[Found] = []
    for one in differences:
        kind = BreakKind.AMOUNT
        if one.ours == 0:
            kind = BreakKind.ONLY_SERVICE
        elif one.theirs == 0:
            kind = BreakKind.ONLY_LEDGER
        found.append(
            Found(
                key=one.key,
                kind=kind,
                ours_cents=one.ours,
                theirs_cents=one.theirs,
                since=one.at,
            )
        )
    return found


def compare_payouts(
    ours: Sequence[KnownPayout],
    theirs: Sequence[Payout],
    *,
    since: datetime,
    now: datetime,
) -> list[Found]:
    """What differs between the payouts that we know and those of the service since an instant."""
    known = {payout.id: payout for payout in ours}
    found: list[Found] = []
    for payout in theirs:
        mine = known.get(payout.id)
        if mine is None:
            kind, cents = BreakKind.PAYOUT_UNKNOWN, 0
        elif (mine.cents, mine.state) != (payout.amount_cents, payout.state):
            kind, cents = BreakKind.PAYOUT_DIFFERS, mine.cents
        else:
            continue
        found.append(
            payout_break(payout.id, kind, cents, payout.amount_cents, payout.arrives_on, now)
        )
    told = {payout.id for payout in theirs}
    for mine in ours:
        # One that arrived a month after `since` was begun after it.
        if mine.id not in told and mine.arrives_on > (since + MONTH).date():
            kind = BreakKind.PAYOUT_GONE
            found.append(payout_break(mine.id, kind, mine.cents, 0, mine.arrives_on, now))
    return found


def to_hear_again(found: Iterable[Found]) -> list[str]:
    """The payouts of which a message was lost, or is on its way: the service is asked how they
    stand, so that the next comparison no longer finds them, however long nothing was heard."""
    lost = {BreakKind.PAYOUT_UNKNOWN, BreakKind.PAYOUT_DIFFERS}
    return [one.key.removeprefix(PAYOUT) for one in found if one.kind in lost]


def to_ask_about(found: Iterable[Found]) -> list[str]:
    """The disputes of which the service's balance tells more than was heard."""
    told = {BreakKind.ONLY_SERVICE, BreakKind.AMOUNT}
    mine = (one.key for one in found if one.kind in told)
    return [key.removeprefix(DISPUTE) for key in mine if key.startswith(DISPUTE)]


def payout_break(
    id: str, kind: BreakKind, ours: int, theirs: int, on: date, now: datetime
) -> Found:
    """A payout that differs, as old as its day of arrival."""
    arrival = datetime.combine(on, time(12), UTC)
    return Found(
        key=f"{PAYOUT}{id}",
        kind=kind,
        ours_cents=ours,
        theirs_cents=theirs,
        since=min(now, arrival),
    )


def check_account(
    moves: AccountMoves,
    ours: Sequence[KnownPayout],
    theirs: Sequence[Payout],
    balance_cents: int,
    now: datetime,
) -> list[Found]:
    """What an account should hold: what was moved to it, less what went to its bank."""
    if moves.under_way:
        return []
    out = {one.id: 0 if one.state in CAME_BACK else one.cents for one in ours}
    out |= {one.id: 0 if one.state in CAME_BACK else one.amount_cents for one in theirs}
    held = moves.cents - moves.out_cents - sum(out.values())
    if held == balance_cents:
        return []
    return [
        Found(
            key=f"{ACCOUNT}{moves.account}",
            kind=BreakKind.ACCOUNT,
            ours_cents=held,
            theirs_cents=balance_cents,
            since=now,
        )
    ]


def closed(moves: AccountMoves, ours: Sequence[KnownPayout], now: datetime) -> Found:
    """An account at which the service lets us look no more, with what should be on it."""
    out = sum(one.cents for one in ours if one.state not in CAME_BACK)
    return Found(
        key=f"{ACCOUNT}{moves.account}",
        kind=BreakKind.ACCOUNT_CLOSED,
        ours_cents=moves.cents - moves.out_cents - out,
        theirs_cents=0,
        since=now,
    )


def looked_at(
    moves: AccountMoves, ours: Sequence[KnownPayout], theirs: Sequence[Payout]
) -> list[str]:
    """The keys under which a look at an account may find a difference."""
    payouts = {one.id for one in ours} | {one.id for one in theirs}
    return [f"{ACCOUNT}{moves.account}", *(f"{PAYOUT}{id}" for id in sorted(payouts))]


def refused(refunds: Iterable[RefusedRefund]) -> list[Found]:
    """Refunds that the service would not pay: a guest is still owed that money."""
    return [
        Found(
            key=one.key,
            kind=BreakKind.REFUND_REFUSED,
            ours_cents=-one.cents,
            theirs_cents=0,
            since=one.at,
        )
        for one in refunds
    ]
