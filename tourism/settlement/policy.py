"""Who has earned what, and what to move next: pure functions over the ledger's rows.

Nothing is remembered that could differ from the ledger: what is due is what it says a holder has
earned with a stay, less what was moved for it. A refund, a change or a dispute simply makes the
next step smaller, or turns it back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hub.ledger.models import Kind, Transfer
from hub.payments.models import Charge, Dispute, State
from tourism.settlement.models import Debt, Earned, Held, MoveState, Net, Parts, ShareMove, Step

COUNTS = frozenset({Kind.POSTED, Kind.POST, Kind.REVERSAL})
PAYABLE = "lodging.payable"
TAX = "tourist_tax."
ABSORBED = ".absorbed"


def is_share(code: str) -> bool:
    """Whether an account holds what a beneficiary earns, as against the deposits and the taxes."""
    return code == PAYABLE or code.endswith((".share", ".vat"))


def earned_by(transfers: Iterable[Transfer], platform: int) -> list[Earned]:
    """What each beneficiary has earned with a stay, by account. The platform keeps its own."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for transfer in transfers:
        if transfer.kind not in COUNTS:
            continue
        for holder, code, sign in (
            (transfer.credit_holder, transfer.credit_code, 1),
            (transfer.debit_holder, transfer.debit_code, -1),
        ):
            if is_share(code) and holder != platform:
                found[holder][code] += sign * transfer.amount_cents
    return [Earned(holder=holder, parts=dict(parts)) for holder, parts in sorted(found.items())]


def in_order(earned: Iterable[Earned], ratified: Sequence[int]) -> list[Earned]:
    """The holders as the ratified agreement serves them; who it does not name comes last."""
    places = {holder: place for place, holder in reversed(list(enumerate(ratified)))}
    return sorted(earned, key=lambda one: (places.get(one.holder, len(places)), one.holder))


def is_served(earned: Earned, moves: Iterable[ShareMove]) -> bool:
    """Whether nothing more has to be moved to a holder: who comes after it may be served."""
    moved = moved_of(moves, earned.holder, MoveState.DONE)
    return sum(earned.parts.values()) <= sum(moved.values())


def nets_of(cents: int, debts: Iterable[Debt]) -> tuple[Net, ...]:
    """How much of a movement pays which of its holder's debts, the oldest first."""
    nets: list[Net] = []
    left = cents
    for debt in debts:
        step = min(debt.cents, left)
        if step > 0:
            nets.append(Net(booking=debt.booking, cents=step))
            left -= step
    return tuple(nets)


def owed_by(earned: Earned | None, moves: Iterable[ShareMove], holder: int) -> int:
    """What a holder has received of a stay beyond what it has earned."""
    moved = sum(moved_of(moves, holder, MoveState.DONE).values())
    return max(0, moved - (earned.cents if earned else 0))


def netted(earned: Earned | None, moves: Sequence[ShareMove], holder: int, net: Net) -> Parts:
    """What a net takes off a holder's accounts for the stay that it owes for."""
    parts = earned.parts if earned else {}
    due = _less(parts, moved_of(moves, holder, MoveState.DONE))
    taken = _take(due, net.cents)
    missing = net.cents + sum(taken.values())
    if missing:
        code = next(iter(taken or due or parts), PAYABLE)
        taken[code] = taken.get(code, 0) - missing
    return {code: cents for code, cents in taken.items() if cents}


def undone(cleared: ShareMove, moves: Iterable[ShareMove], cents: int) -> Parts:
    """As much of what has settled a debt as is taken back again, account by account: never what
    was taken back before."""
    back: dict[str, int] = defaultdict(int)
    for move in moves:
        if move.reverses == cleared.id:
            for code, part in move.parts.items():
                back[code] += part
    left = {code: part + back[code] for code, part in cleared.parts.items()}
    return {code: -part for code, part in _take(left, cents).items() if part}


def detail_of(transfers: Iterable[Transfer]) -> Parts:
    """How what the guest paid was divided, by account code: it adds up to what was shared."""
    found: dict[str, int] = defaultdict(int)
    for transfer in transfers:
        if transfer.kind not in COUNTS:
            continue
        for code, sign in ((transfer.credit_code, 1), (transfer.debit_code, -1)):
            if is_share(code) or code.startswith(TAX) or code.endswith(ABSORBED):
                found[code] += sign * transfer.amount_cents
    return {code: cents for code, cents in sorted(found.items()) if cents}


def psp_cost_of(charges: Iterable[Charge], disputes: Iterable[Dispute]) -> int:
    """What the payment service keeps of a stay's payments, and of what banks took back: as much as
    the ledger has as the platform's cost (`psp.fees`)."""
    paid = sum(one.fee_cents for one in charges if one.state is State.SUCCEEDED)
    return paid + sum(one.fee_cents for one in disputes if one.withdrawn)


def moved_of(moves: Iterable[ShareMove], holder: int, *states: MoveState) -> Parts:
    """What was moved to a holder for a stay, by account, less what was taken back."""
    found: dict[str, int] = defaultdict(int)
    for move in moves:
        if move.holder == holder and move.state in states:
            for code, cents in move.parts.items():
                found[code] += cents
    return dict(found)


def next_steps(earned: Earned, moves: Sequence[ShareMove], *, disputed: bool) -> list[Step]:
    """What to ask for a holder now: one movement to its account, or one back out of each movement
    that must give something, the newest first. Nothing while an earlier one is under way."""
    own = [move for move in moves if move.holder == earned.holder]
    if any(move.state is MoveState.ASKED for move in own):
        return []
    moved = moved_of(own, earned.holder, MoveState.DONE)
    wanted: Parts = {} if disputed else earned.parts
    due = _less(wanted, moved)
    cents = sum(due.values())
    if cents > 0:
        return [Step(holder=earned.holder, parts=due)]
    return _back(earned.holder, due, own) if cents < 0 else []


def _less(wanted: Mapping[str, int], moved: Mapping[str, int]) -> Parts:
    codes = sorted({*wanted, *moved})
    due = {code: wanted.get(code, 0) - moved.get(code, 0) for code in codes}
    return {code: cents for code, cents in due.items() if cents}


def _back(holder: int, due: Parts, own: Sequence[ShareMove]) -> list[Step]:
    """Divide what must come back over the movements that can give it, account by account."""
    steps: list[Step] = []
    left = dict(due)
    for move in reversed([move for move in own if move.reverses is None]):
        if move.state is not MoveState.DONE or move.is_beside:
            continue
        can = move.sent_cents - sum(-back.cents for back in _backs(own, move))
        parts = _take(left, can)
        if parts:
            steps.append(Step(holder=holder, parts=parts, reverses=move))
            left = _less(left, parts)
    return steps


def _backs(own: Iterable[ShareMove], move: ShareMove) -> list[ShareMove]:
    return [other for other in own if other.reverses == move.id and other.state is MoveState.DONE]


def _take(left: Mapping[str, int], can: int) -> Parts:
    """As much of what is to come back as one movement can give. Accounts that have to receive are
    netted with those that have to give, so the whole is never more than what is left."""
    wanted = -sum(left.values())
    if wanted <= 0 or can <= 0:
        return {}
    if wanted <= can:
        return dict(left)
    parts: Parts = {}
    for code, cents in left.items():
        step = max(cents, -can) if cents < 0 else 0
        if step:
            parts[code] = step
            can += step
    return parts


def waits_for(
    transfers: Iterable[Transfer], earned: Iterable[Earned], moves: Sequence[ShareMove],
    house: int, owed_cents: int,
) -> Held:  # fmt: skip
    """What keeps every share of a stay: its guest has not paid all of it, or its house, which the
    guest has paid, owes the others theirs."""
    if owed_cents:
        return Held.UNPAID
    if not any(transfer.reference.endswith(":house") for transfer in transfers):
        return Held.NOTHING
    own = next((one for one in earned if one.holder == house), None)
    moved = sum(moved_of(moves, house, MoveState.DONE).values())
    return Held.HOUSE_OWES if own is not None and own.cents < moved else Held.NOTHING


def why_held(
    earned: Earned, moves: Sequence[ShareMove], *,
    disputed: bool, payable: bool, waits: Held = Held.NOTHING,
) -> Held:  # fmt: skip
    """Why something is still due to (or from) a holder."""
    own = [move for move in moves if move.holder == earned.holder]
    if any(move.state is MoveState.ASKED for move in own):
        return Held.UNDER_WAY
    if disputed:
        return Held.DISPUTED
    due = _less(earned.parts, moved_of(own, earned.holder, MoveState.DONE))
    if not due:
        return Held.NOTHING
    if sum(due.values()) < 0 and not any(move.cents > 0 for move in own):
        return Held.OWES
    if waits is not Held.NOTHING and sum(due.values()) > 0:
        return waits
    # What is owed stays owed, and is asked for, whether or not the account could receive.
    return Held.REFUSED if payable or sum(due.values()) < 0 else Held.NOT_PAYABLE
