"""A debt for a stay is settled beside its shares: paid by card, or given up by the platform; and
owed again when a bank takes the card's payment back."""

from uuid import UUID

import msgspec

from hub import ledger
from hub.core.db import Tx
from hub.ledger import Draft, Side
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.settlement import policy, store
from tourism.settlement.actions import absorbing
from tourism.settlement.actions.settling import keep_again
from tourism.settlement.models import CLEARED, Net, Parts


class Clearing(msgspec.Struct, frozen=True, kw_only=True):
    """What settles a debt: `id` makes it happen once a stay, `name` begins its references in the
    ledger, `code` is the platform's account that it comes from. What is paid counts whole, and
    comes back as a share if it was too much; what is given up is never more than the debt."""

    id: UUID
    name: str
    code: str
    is_paid: bool


async def clear_debt(
    tx: Tx, booking_id: UUID, holder: int, cents: int, clearing: Clearing
) -> tuple[Booking, int]:
    """Count cents as given back by a holder for a stay: the stay, and how many were counted, 0 for
    a second call."""
    booking = await lock(tx, booking_id)
    transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
    moves = await store.list_moves(tx, booking.id)
    if any(move.id == clearing.id for move in moves):
        return booking, 0
    found = await absorbing.movable_of(tx, booking, transfers)
    earned = next((one for one in found if one.holder == holder), None)
    if not clearing.is_paid:
        cents = min(cents, policy.owed_by(earned, moves, holder))
    if cents <= 0:
        return booking, 0
    parts = policy.netted(earned, moves, holder, Net(booking=booking.id, cents=cents))
    await _keep(tx, booking, holder, parts, clearing)
    return booking, cents


async def undo_clearing(
    tx: Tx, booking_id: UUID, cleared: UUID, cents: int, clearing: Clearing
) -> tuple[Booking, int]:
    """Owe again up to so many cents of what an earlier clearing, by its id, has settled: the stay,
    and how many are owed again, the same for a second call. `clearing` says who has them now."""
    booking = await lock(tx, booking_id)
    moves = await store.list_moves(tx, booking.id)
    known = {move.id: move for move in moves}
    if clearing.id in known:
        return booking, known[clearing.id].cents
    done = known.get(cleared)
    if done is None or cents <= 0:
        return booking, 0
    parts = policy.undone(done, moves, cents)
    if parts:
        await _keep(tx, booking, done.holder, parts, clearing, done.id)
    return booking, sum(parts.values())


async def _keep(
    tx: Tx,
    booking: Booking,
    holder: int,
    parts: Parts,
    clearing: Clearing,
    reverses: UUID | None = None,
) -> None:
    """The movement and its postings, and how the share stands then."""
    reference = f"{CLEARED}:{clearing.name}"
    await store.insert_cleared(tx, clearing.id, booking.id, holder, parts, reference, reverses)
    against = Side(holder=booking.quote.split.platform, code=clearing.code)
    drafts = [
        Draft(
            reference=f"{clearing.name}:{booking.id}:{code}",
            debit=against if part < 0 else Side(holder=holder, code=code),
            credit=Side(holder=holder, code=code) if part < 0 else against,
            amount_cents=abs(part),
        )
        for code, part in parts.items()
    ]
    await ledger.post(tx, booking.quote.split.scheme, drafts)
    await keep_again(tx, booking, holder)
