"""Move shares: after the guest has come, or the penalty stands; back when the ledger says so.

Each step is written down with the call that asks for it, in one transaction; the ledger follows
when the service has answered. A crash between any two of them is finished by whoever comes next.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid5

from hub import agreements, ledger, payments
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.ledger import Draft, Side
from hub.ledger.models import Transfer
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking, State
from tourism.booking.subjects import subject_of
from tourism.paying.actions.collecting import collect_at_house
from tourism.settlement import bearing, policy, store
from tourism.settlement.actions import absorbing, disputing
from tourism.settlement.models import Earned, Held, MoveState, Net, SettleStay, ShareMove, Step

SWEPT_MOST = 500
PATIENCE = timedelta(minutes=30)


async def announce_due_stays(tx: Tx, most: int = SWEPT_MOST) -> int:
    """Send stays that can be settled today on their way, first those that have waited longest for
    it: who can never be settled keeps nobody else waiting. How many."""
    due = await store.take_stays_to_settle(tx, most)
    for stay in due:
        await outbox.emit_for(tx, stay.tenant, SettleStay(booking=stay.booking))
    return len(due)


async def announce_moves(tx: Tx, most: int = SWEPT_MOST) -> int:
    """Tell again what the service has answered of movements whose finishing was lost; how many."""
    due = await store.list_moves_to_finish(tx, tx.now - PATIENCE, most)
    for move in due:
        told = payments.CallSettled(call=move.call, subject=move.subject)
        await outbox.emit_for(tx, move.tenant, told)
    return len(due)


async def settle_stay(tx: Tx, booking_id: UUID) -> list[Step]:
    """Ask for whatever is due for a stay now, and keep how each holder's share stands."""
    return await _settle(tx, await lock(tx, booking_id), forward=True)


async def hear_dispute(tx: Tx, booking_id: UUID) -> list[Step]:
    """A bank has taken a stay's payment, or decided: shares come back at once, and go out again
    only when the guest has come."""
    booking = await lock(tx, booking_id)
    begun = booking.arrival < local_date(tx.now, booking.quote.zone)
    return await _settle(tx, booking, forward=begun or booking.state is State.CANCELLED)


async def _settle(tx: Tx, booking: Booking, *, forward: bool) -> list[Step]:
    booking = await collect_at_house(tx, booking)
    if await payments.was_sandboxed(tx, subject_of(booking.id)):
        await _keep_sandboxed(tx, booking)
        return []
    await _post_fees(tx, booking)
    clauses = await absorbing.list_clauses(tx, booking)
    await disputing.post_disputes(tx, booking, clauses)
    steps = await _ask_in_order(tx, booking, forward=forward)
    await _keep_cost(tx, booking)
    return steps


async def _keep_cost(tx: Tx, booking: Booking) -> None:
    subject = subject_of(booking.id)
    charges = await payments.list_charges(tx, subject)
    disputes = await payments.list_disputes(tx, subject)
    await store.keep_psp_cost(tx, booking.id, policy.psp_cost_of(charges, disputes))


async def _earned(
    tx: Tx, booking: Booking, transfers: list[Transfer], moves: list[ShareMove]
) -> tuple[list[Transfer], list[Earned]]:
    """What each holder may be moved of a stay, after a fund has borne what it may."""
    platform = booking.quote.split.platform
    clauses = await absorbing.list_clauses(tx, booking)
    earned = policy.earned_by(transfers, platform)
    if await absorbing.absorb_debt(tx, booking, clauses, earned, moves):
        transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
        earned = policy.earned_by(transfers, platform)
    return transfers, bearing.without_kept(earned, bearing.kept_codes(clauses))


async def _keep_sandboxed(tx: Tx, booking: Booking) -> None:
    transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
    detail = policy.detail_of(transfers)
    for earned in policy.earned_by(transfers, booking.quote.split.platform):
        await store.keep_share(tx, booking, earned, 0, detail, Held.SANDBOX)


async def _ask_in_order(tx: Tx, booking: Booking, *, forward: bool = True) -> list[Step]:
    """What must come back is asked at once; what is due is asked holder by holder, as the ratified
    agreement serves them, so that money that is short reaches the first of them."""
    transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
    moves = await store.list_moves(tx, booking.id)
    disputed = await _is_disputed(tx, booking)
    transfers, earned_by = await _earned(tx, booking, transfers, moves)
    detail, steps = policy.detail_of(transfers), list[Step]()
    why = policy.waits_for(transfers, earned_by, moves, booking.tenant, booking.owed_cents)
    waits = not forward or why is not Held.NOTHING
    for earned in policy.in_order(earned_by, _ratified(booking)):
        account = await payments.payee_account(tx, earned.holder)
        for step in policy.next_steps(earned, moves, disputed=disputed):
            if step.reverses is not None or (account is not None and not waits):
                moves.append(await _ask(tx, booking, step, account))
                steps.append(step)
        await _keep(tx, booking, earned, moves, detail, disputed, why)
        if account is not None and not disputed:
            waits = waits or not policy.is_served(earned, moves)
    return steps


def _ratified(booking: Booking) -> list[int]:
    """Who is behind each share, in the order in which the agreement in force serves them."""
    split = booking.quote.split
    return [
        booking.tenant
        if share.role is agreements.Role.LODGING
        else split.beneficiaries.get(share.role, split.scheme)
        for share in split.allocation.shares
    ]


async def list_moves(tx: Tx, booking_id: UUID) -> list[ShareMove]:
    """The movements of a stay's shares, oldest first."""
    return await store.list_moves(tx, booking_id)


async def _ask(tx: Tx, booking: Booking, step: Step, account: str | None) -> ShareMove:
    id = tx.uuid()
    cents = sum(step.parts.values())
    nets: tuple[Net, ...] = ()
    if step.reverses is None:
        assert account is not None
        nets = policy.nets_of(cents, await store.list_debts(tx, step.holder, booking.id, cents))
        sent = cents - sum(net.cents for net in nets)
        wish = payments.MoveShare(destination=account, amount_cents=sent)
    else:
        wish = payments.TakeBack(transfer=step.reverses.reference or "", amount_cents=-cents)
    await store.insert_move(tx, id, booking.id, step, nets)
    move = ShareMove(
        id=id,
        holder=step.holder,
        parts=step.parts,
        reverses=step.reverses.id if step.reverses else None,
        state=MoveState.ASKED,
        reference=None,
        refusal=None,
        asked_at=tx.now,
        nets=nets,
    )
    if move.sent_cents == 0:
        return await _end(tx, booking, id, f"net:{id}", None) or move
    await payments.prepare_call(tx, id=id, subject=subject_of(booking.id), wish=wish)
    return move


async def finish_move(tx: Tx, call_id: UUID) -> bool:
    """The service has answered: post what moved, once, and look at the stay again."""
    found = await store.find_move_stays(tx, call_id)
    call = await payments.find_call(tx, call_id)
    if found is None or call is None or call.state is payments.CallState.WAITING:
        return False
    stays = {id: await lock(tx, id) for id in sorted((found.booking, *found.owing))}
    booking = stays[found.booking]
    move = await _end(tx, booking, call_id, call.reference, call.refusal)
    if move is None:
        return False
    if move.state is MoveState.DONE and move.reverses is None:
        await _ask_in_order(tx, booking)  # the next in order
    await keep_again(tx, booking, move.holder)
    return True


async def _end(
    tx: Tx, booking: Booking, move_id: UUID, reference: str | None, refusal: str | None
) -> ShareMove | None:
    """The movement, for the one call that ends it, posted after the debts that it has paid: they
    are given back to its holder's accounts first."""
    move = await store.end_move(tx, move_id, reference, refusal)
    if move is not None and move.state is MoveState.DONE:
        for net in move.nets:
            await _post_net(tx, move, net)
        await _post(tx, booking, move, move.parts)
    return move


async def _post(
    tx: Tx, booking: Booking, move: ShareMove, parts: Mapping[str, int], net: str = ""
) -> None:
    split = booking.quote.split
    cash = Side(holder=split.platform, code="psp.cash")
    drafts: list[Draft] = []
    for code, cents in parts.items():
        own = Side(holder=move.holder, code=code)
        drafts.append(
            Draft(
                reference=f"settle:{move.id}:{net}{code}",
                debit=own if cents > 0 else cash,
                credit=cash if cents > 0 else own,
                amount_cents=abs(cents),
            )
        )
    await ledger.post(tx, split.scheme, drafts)


async def _post_net(tx: Tx, move: ShareMove, net: Net) -> None:
    """A part of a movement stays with us, for what its holder owes for another stay: that one is
    nobody else's either, for whoever pays or forgives the same debt counts its movements too."""
    owing = await lock(tx, net.booking)
    transfers = await ledger.list_by_reference(tx, subject_of(owing.id))
    earned = await absorbing.movable_of(tx, owing, transfers)
    own = next((one for one in earned if one.holder == move.holder), None)
    moves = await store.list_moves(tx, owing.id)
    parts = policy.netted(own, moves, move.holder, net)
    await store.insert_net(tx, uuid5(move.id, str(net.booking)), net.booking, move, parts)
    await _post(tx, owing, move, parts, f"net.{net.booking}:")
    await keep_again(tx, owing, move.holder)


async def keep_again(tx: Tx, booking: Booking, holder: int) -> None:
    """How a holder's share stands after a movement; a refusal waits for the next sweep, and so do
    the others' shares of a stay that has changed meanwhile."""
    transfers = await ledger.list_by_reference(tx, subject_of(booking.id))
    moves = await store.list_moves(tx, booking.id)
    disputed = await _is_disputed(tx, booking)
    transfers, earned_by = await _earned(tx, booking, transfers, moves)
    why = policy.waits_for(transfers, earned_by, moves, booking.tenant, booking.owed_cents)
    for earned in earned_by:
        if earned.holder == holder:
            detail = policy.detail_of(transfers)
            await _keep(tx, booking, earned, moves, detail, disputed, why, is_whole=False)


async def _keep(
    tx: Tx,
    booking: Booking,
    earned: Earned,
    moves: list[ShareMove],
    detail: dict[str, int],
    disputed: bool,
    waits: Held,
    *,
    is_whole: bool = True,
) -> None:
    payable = await payments.payee_account(tx, earned.holder) is not None
    held = policy.why_held(earned, moves, disputed=disputed, payable=payable, waits=waits)
    moved = sum(policy.moved_of(moves, earned.holder, MoveState.DONE).values())
    await store.keep_share(tx, booking, earned, moved, detail, held, is_whole=is_whole)


async def _is_disputed(tx: Tx, booking: Booking) -> bool:
    found = await payments.list_disputes(tx, subject_of(booking.id))
    return any(dispute.holds for dispute in found)


async def hear_fee(tx: Tx, booking_id: UUID) -> None:
    """The service has told what it keeps of a payment that was settled without it."""
    booking = await lock(tx, booking_id)
    await _post_fees(tx, booking)
    await _keep_cost(tx, booking)


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
