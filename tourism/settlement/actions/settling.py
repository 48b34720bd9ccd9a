"""Move shares: after the guest has come, or the penalty stands; back when the ledger says so.

Each step is written down with the call that asks for it, in one transaction; the ledger follows
when the service has answered. A crash between any two of them is finished by whoever comes next.
"""

from uuid import UUID

from hub import ledger, payments
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.ledger import Draft, Side
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.settlement import policy, store
from tourism.settlement.models import Earned, Held, MoveState, SettleStay, ShareMove, Step

SWEPT_MOST = 500
PARIS = "Europe/Paris"


async def announce_due_stays(tx: Tx) -> int:
    """Send every stay that can be settled today on its way; how many."""
    due = await store.list_stays_to_settle(tx, local_date(tx.now, PARIS), SWEPT_MOST)
    for stay in due:
        await outbox.emit_for(tx, stay.tenant, SettleStay(booking=stay.booking))
    return len(due)


async def settle_stay(tx: Tx, booking_id: UUID) -> list[Step]:
    """Ask for whatever is due for a stay now, and keep how each holder's share stands."""
    booking = await lock(tx, booking_id)
    transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
    moves = await store.list_moves(tx, booking.id)
    disputed = await _is_disputed(tx, booking)
    steps: list[Step] = []
    detail = policy.detail_of(transfers)
    if await payments.was_sandboxed(tx, subject_of(booking.id)):
        for earned in policy.earned_by(transfers, booking.quote.split.platform):
            await store.keep_share(tx, booking, earned, 0, detail, Held.SANDBOX)
        return steps
    for earned in policy.earned_by(transfers, booking.quote.split.platform):
        account = await payments.payee_account(tx, earned.holder)
        asked = policy.next_steps(earned, moves, disputed=disputed)
        for step in asked:
            if step.reverses is not None or account is not None:
                moves.append(await _ask(tx, booking, step, account))
                steps.append(step)
        await _keep(tx, booking, earned, moves, detail, disputed)
    await _post_fees(tx, booking)
    return steps


async def list_moves(tx: Tx, booking_id: UUID) -> list[ShareMove]:
    """The movements of a stay's shares, oldest first."""
    return await store.list_moves(tx, booking_id)


async def _ask(tx: Tx, booking: Booking, step: Step, account: str | None) -> ShareMove:
    id = tx.uuid()
    cents = sum(step.parts.values())
    if step.reverses is None:
        assert account is not None
        wish = payments.MoveShare(destination=account, amount_cents=cents)
    else:
        wish = payments.TakeBack(transfer=step.reverses.reference or "", amount_cents=-cents)
    await store.insert_move(tx, id, booking.id, step)
    await payments.prepare_call(tx, id=id, subject=subject_of(booking.id), wish=wish)
    return ShareMove(
        id=id,
        holder=step.holder,
        parts=step.parts,
        reverses=step.reverses.id if step.reverses else None,
        state=MoveState.ASKED,
        reference=None,
        refusal=None,
        asked_at=tx.now,
    )


async def finish_move(tx: Tx, call_id: UUID) -> bool:
    """The service has answered: post what moved, once, and look at the stay again."""
    booking_id = await store.find_move_booking(tx, call_id)
    call = await payments.find_call(tx, call_id)
    if booking_id is None or call is None or call.state is payments.CallState.WAITING:
        return False
    booking = await lock(tx, booking_id)
    move = await store.end_move(tx, call_id, call.reference, call.refusal)
    if move is None:
        return False
    if move.state is MoveState.DONE:
        await _post(tx, booking, move)
    await _keep_again(tx, booking, move.holder)
    return True


async def _post(tx: Tx, booking: Booking, move: ShareMove) -> None:
    split = booking.quote.split
    cash = Side(holder=split.platform, code="psp.cash")
    drafts: list[Draft] = []
    for code, cents in move.parts.items():
        own = Side(holder=move.holder, code=code)
        drafts.append(
            Draft(
                reference=f"settle:{move.id}:{code}",
                debit=own if cents > 0 else cash,
                credit=cash if cents > 0 else own,
                amount_cents=abs(cents),
            )
        )
    await ledger.post(tx, split.scheme, drafts)


async def _keep_again(tx: Tx, booking: Booking, holder: int) -> None:
    """How a holder's share stands after a movement; a refusal waits for the next sweep."""
    transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
    moves = await store.list_moves(tx, booking.id)
    disputed = await _is_disputed(tx, booking)
    for earned in policy.earned_by(transfers, booking.quote.split.platform):
        if earned.holder == holder:
            await _keep(tx, booking, earned, moves, policy.detail_of(transfers), disputed)


async def _keep(
    tx: Tx,
    booking: Booking,
    earned: Earned,
    moves: list[ShareMove],
    detail: dict[str, int],
    disputed: bool,
) -> None:
    payable = await payments.payee_account(tx, earned.holder) is not None
    held = policy.why_held(earned, moves, disputed=disputed, payable=payable)
    moved = policy.moved_of(moves, earned.holder, MoveState.DONE)
    await store.keep_share(tx, booking, earned, sum(moved.values()), detail, held)


async def _is_disputed(tx: Tx, booking: Booking) -> bool:
    found = await payments.list_disputes(tx, subject_of(booking.id))
    return any(dispute.state != "won" for dispute in found)


async def _post_fees(tx: Tx, booking: Booking) -> None:
    """What the service keeps of each payment is the platform's own cost."""
    split = booking.quote.split
    drafts = [
        Draft(
            reference=f"fee:{charge.id}",
            debit=Side(holder=split.platform, code="psp.fees"),
            credit=Side(holder=split.platform, code="psp.cash"),
            amount_cents=charge.fee_cents,
        )
        for charge in await payments.list_charges(tx, subject_of(booking.id))
        if charge.state is payments.State.SUCCEEDED
    ]
    await ledger.post(tx, split.scheme, drafts)
