"""The platform's own movements at the service, as the ledger has them: pure functions.

A payout leaves the balance on the day when it is made (`bank.transit`) and is at the bank when the
service says that it has arrived (`bank.current`). What the service bills beside each payment is a
cost (`psp.fees`); what it corrects stands by itself (`psp.adjustments`).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from hub.ledger.models import Draft, Kind, Side
from hub.payments.models import BalanceLine, Payout
from tourism.reconciling.models import BreakKind, Found, KnownPayout, OwnLine
from tourism.reconciling.policy import ARRIVED, CAME_BACK, DISPUTES, MONTH, PAYOUT, payout_break

CASH, TRANSIT, BANK = "psp.cash", "bank.transit", "bank.current"
FEES, ADJUSTMENTS = "psp.fees", "psp.adjustments"
OWN, OWN_FEE = "own:", "own-fee:"
RETURNED, CORRECTION = "returned:", "adjustment:"
LATE = timedelta(days=5)  # a bank is closed for four days at most, and one more
ACCOUNTS = {
    "payout": TRANSIT,
    "payout_cancel": TRANSIT,
    "payout_failure": TRANSIT,
    "topup": BANK,
    "topup_reversal": BANK,
    "stripe_fee": FEES,
    "stripe_fx_fee": FEES,
    "tax_fee": FEES,
    "adjustment": ADJUSTMENTS,
}


def is_own(line: BalanceLine) -> bool:
    """Whether a line is the platform's own: of no dispute, and of nothing that was asked here."""
    disputed = line.source.startswith(DISPUTES)
    return line.kind in ACCOUNTS and line.mark is None and not disputed


def keys_of(line: BalanceLine) -> list[tuple[str, int]]:
    """What such a line is called in the ledger, with its cents; its own cost is beside it."""
    found = [(f"{OWN}{line.id}", line.amount_cents)]
    if line.fee_cents:
        found.append((f"{OWN_FEE}{line.id}", -line.fee_cents))
    return found


def draft_of(line: OwnLine, owner: int) -> Draft:
    """The posting of a line: into the platform's money at the service, or out of it."""
    code = FEES if line.key.startswith(OWN_FEE) else ACCOUNTS[line.kind]
    cash, other = Side(holder=owner, code=CASH), Side(holder=owner, code=code)
    into = line.cents > 0
    return Draft(
        reference=line.key,
        debit=cash if into else other,
        credit=other if into else cash,
        amount_cents=abs(line.cents),
    )


def follow(payout: Payout, owner: int, *, arrived: bool) -> Draft | None:
    """What the ledger still lacks of a payout that has left the balance: that it is at the bank, or
    that the bank has sent it back after all."""
    transit, bank = Side(holder=owner, code=TRANSIT), Side(holder=owner, code=BANK)
    name = f"{OWN}{payout.line}:arrived"
    if payout.state == ARRIVED and not arrived:
        return Draft(reference=name, debit=bank, credit=transit, amount_cents=payout.amount_cents)
    if payout.state in CAME_BACK and arrived:
        return Draft(
            reference=f"{OWN}{payout.line}:returned",
            debit=transit,
            credit=bank,
            amount_cents=payout.amount_cents,
            kind=Kind.REVERSAL,
            reverses=name,
        )
    return None


def has_ended(payout: Payout) -> bool:
    """Whether a payout is at the bank, or came back."""
    return payout.state == ARRIVED or payout.state in CAME_BACK


def not_followed(payout: Payout, now: datetime) -> Found:
    """A payout that the ledger cannot be brought to."""
    kind, cents = BreakKind.PAYOUT_DIFFERS, payout.amount_cents
    return payout_break(payout.id, kind, 0, cents, payout.arrives_on, now)


def returned(payout: Payout, now: datetime) -> Found:
    """A payout that the bank has sent back: its money is in the balance again, and somebody must
    know why."""
    cents = payout.amount_cents
    kind = BreakKind.PAYOUT_RETURNED
    found = payout_break(payout.id, kind, cents, cents, payout.arrives_on, now)
    return msgspec.structs.replace(found, key=f"{RETURNED}{payout.id}")


def corrections(lines: Iterable[OwnLine]) -> list[Found]:
    """What the service has corrected without saying for what: somebody must say it."""
    return [
        Found(
            key=f"{CORRECTION}{line.id}",
            kind=BreakKind.ADJUSTMENT,
            ours_cents=line.cents,
            theirs_cents=line.cents,
            since=line.at,
        )
        for line in lines
        if line.key == f"{OWN}{line.id}" and ACCOUNTS.get(line.kind) == ADJUSTMENTS
    ]


def unknown_line(line: OwnLine) -> Found:
    """A payout of which the service tells no more, by its line."""
    return Found(
        key=f"{PAYOUT}{line.id}",
        kind=BreakKind.PAYOUT_GONE,
        ours_cents=-line.cents,
        theirs_cents=0,
        since=line.at,
    )


def compare(
    ours: Sequence[KnownPayout], theirs: Sequence[Payout], *, since: datetime, now: datetime
) -> list[Found]:
    """The platform's own payouts that the service no longer knows, and those that have not arrived
    days after they should have."""
    told = {payout.id for payout in theirs}
    found = [
        payout_break(one.id, BreakKind.PAYOUT_GONE, one.cents, 0, one.arrives_on, now)
        for one in ours
        if one.id not in told and one.arrives_on > (since + MONTH).date()
    ]
    for payout in theirs:
        if not has_ended(payout) and _is_late(payout.arrives_on, now):
            found.append(
                payout_break(
                    payout.id, BreakKind.PAYOUT_LATE, 0, payout.amount_cents, payout.arrives_on, now
                )
            )
    return found


def _is_late(arrives_on: date, now: datetime) -> bool:
    return now.date() - arrives_on >= LATE


def looked_at(ours: Iterable[KnownPayout], theirs: Iterable[Payout]) -> list[str]:
    """The payouts of which a difference may be found."""
    return sorted({one.id for one in ours} | {one.id for one in theirs})
