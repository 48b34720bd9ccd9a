"""A fund bears losses in the place of others, as the agreement of the stay says."""

from hub import agreements, ledger
from hub.core.db import Tx
from hub.ledger import Side
from hub.ledger.models import Draft, Transfer
from hub.payments.models import Dispute
from hub.rules import Absorption
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.settlement import bearing, policy, store
from tourism.settlement.models import Earned, MoveState, ShareMove


async def list_clauses(tx: Tx, booking: Booking) -> tuple[Absorption, ...]:
    """What the agreement that the stay was sold under lets funds bear."""
    version = booking.quote.split.allocation.version
    return await agreements.list_absorptions(tx.database.reader, version)


async def movable_of(tx: Tx, booking: Booking, transfers: list[Transfer]) -> list[Earned]:
    """What each holder may be moved of a stay: all that it has earned but what a fund keeps."""
    kept = bearing.kept_codes(await list_clauses(tx, booking))
    return bearing.without_kept(policy.earned_by(transfers, booking.quote.split.platform), kept)


async def absorb_dispute(
    tx: Tx, booking: Booking, dispute: Dispute, clauses: tuple[Absorption, ...]
) -> list[Draft]:
    """What a fund bears of a lost dispute, into the deposits that it was paid from."""
    deposits = Side(holder=booking.quote.split.platform, code="guest.deposits")
    reference = bearing.reference_of(subject_of(booking.id), bearing.DISPUTE, dispute.id)
    return await _absorb(
        tx, booking, clauses, bearing.DISPUTE, reference, deposits, dispute.amount_cents
    )


async def absorb_debt(
    tx: Tx,
    booking: Booking,
    clauses: tuple[Absorption, ...],
    earned: list[Earned],
    moves: list[ShareMove],
) -> bool:
    """Bear what a house owes for a stay, once it has lasted as long as the clause says, once a
    stay. True when something was borne."""
    clause = bearing.clause_for(bearing.DEBT, clauses)
    own = next((one for one in earned if one.holder == booking.tenant), None)
    if clause is None or own is None:
        return False
    moved = policy.moved_of(moves, booking.tenant, MoveState.DONE)
    debt = sum(moved.values()) - own.cents
    since = await store.find_due_since(tx, booking.id, booking.tenant)
    if debt <= 0 or since is None or (tx.now - since).days < clause.after_days:
        return False
    reference = bearing.reference_of(subject_of(booking.id), bearing.DEBT)
    if bearing.is_borne(await ledger.list_by_reference(tx, reference), reference):
        return False
    house = Side(holder=booking.tenant, code=policy.PAYABLE)
    drafts = await _absorb(tx, booking, clauses, bearing.DEBT, reference, house, debt)
    await ledger.post(tx, booking.quote.split.scheme, drafts)
    return bool(drafts)


async def _absorb(
    tx: Tx,
    booking: Booking,
    clauses: tuple[Absorption, ...],
    cause: str,
    reference: str,
    to: Side,
    lost_cents: int,
) -> list[Draft]:
    clause = bearing.clause_for(cause, clauses)
    if clause is None:
        return []
    split = booking.quote.split
    holder = split.beneficiaries.get(clause.fund, split.scheme)
    fund = await store.find_fund(
        tx, split.scheme, holder, clause.fund.value, cause, bearing.year_of(tx.now)
    )
    cents = bearing.borne_cents(clause, lost_cents, fund)
    return [bearing.draft_of(reference, clause, holder, to, cents)] if cents else []
