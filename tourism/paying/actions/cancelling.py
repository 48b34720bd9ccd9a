"""Cancel a stay, or some of its rooms, for exactly the refund that was shown: the rooms return, the
split of their price is reversed, and a penalty is shared by its own rule. The rooms that stay keep
their price."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from hub import payments
from hub.core.db import Tx
from tourism.booking import policy as booking_policy
from tourism.booking import store
from tourism.booking.actions.inventory import give_rooms_back
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.reading import find_booking
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Event, RoomsCancelled, State, StayCancelled
from tourism.booking.subjects import subject_of
from tourism.paying import policy
from tourism.paying.actions import reversing
from tourism.paying.errors import RefundChanged
from tourism.paying.models import CancelBooking, OwedChanged, Refund
from tourism.quoting.models import DESK


async def preview_refund(
    tx: Tx, booking_id: UUID, rooms: Sequence[int] = (), *, by_house: bool = False
) -> tuple[Booking, Refund]:
    """What would come back now for some rooms, or for all. Raises `WrongState` when the stay cannot
    be cancelled."""
    booking = await find_booking(tx, booking_id)
    booking_policy.check_may_cancel(booking, tx.now, by_house=by_house)
    await check_undisputed(tx, booking)
    return booking, policy.refund_of(booking, rooms or booking.live_numbers, tx.now)


async def cancel_booking(
    tx: Tx, booking_id: UUID, command: CancelBooking, *, by_house: bool = False, note: str = ""
) -> Booking:
    """Cancel some rooms, or the stay; the refund is paid by a task. What is cancelled already is
    given back unchanged. A stay sold at the desk moves no money here: the house settles it.

    Raises `RefundChanged` (with the refund of now) when another one was shown.
    """
    booking = await lock(tx, booking_id)
    if _is_done(booking, command):
        return booking
    booking_policy.check_may_cancel(booking, tx.now, by_house=by_house)
    await check_undisputed(tx, booking)
    numbers = tuple(sorted(set(command.rooms))) or booking.live_numbers
    refund = policy.refund_of(booking, numbers, tx.now)
    if refund.refund_cents != command.refund_cents:
        raise RefundChanged(
            "Look at the refund of now and confirm it.", refund_cents=refund.refund_cents
        )
    return await _cancel(
        tx, booking, numbers, refund, "the house" if by_house else "the guest", note
    )


async def preview_renounced(tx: Tx, booking_id: UUID) -> tuple[Booking, Refund]:
    """What comes back if the house goes back on a stay now. Raises `WrongState`."""
    booking = await find_booking(tx, booking_id)
    await _check_may_renounce(tx, booking)
    return booking, policy.refund_of_renounced(booking)


async def renounce(
    tx: Tx, booking_id: UUID, command: CancelBooking, note: str = ""
) -> tuple[Booking, Booking]:
    """The house goes back on a stay: its guest gets everything back. The stay before and after;
    both the same when it was cancelled already. Raises `WrongState`, `RefundChanged`."""
    booking = await lock(tx, booking_id)
    if booking.state is State.CANCELLED:
        return booking, booking
    await _check_may_renounce(tx, booking)
    refund = policy.refund_of_renounced(booking)
    if refund.refund_cents != command.refund_cents:
        raise RefundChanged(
            "Look at the refund of now and confirm it.", refund_cents=refund.refund_cents
        )
    return booking, await _cancel(tx, booking, booking.live_numbers, refund, "the house", note)


async def cancel_unpaid(tx: Tx, booking: Booking) -> Booking:
    """End a stay whose balance was not paid in its time, by the terms that it was sold under. The
    caller has locked it. Raises `WrongState`."""
    await check_may_end_unpaid(tx, booking)
    numbers = booking.live_numbers
    refund = policy.refund_of(booking, numbers, tx.now)
    return await _cancel(tx, booking, numbers, refund, "the centre", "the balance was not paid")


async def check_may_end_unpaid(tx: Tx, booking: Booking) -> None:
    """Raises `WrongState` while a stay cannot be ended for a balance that was not paid."""
    booking_policy.check_may_cancel(booking, tx.now, by_house=True)
    await check_undisputed(tx, booking)


async def _check_may_renounce(tx: Tx, booking: Booking) -> None:
    """A stay that was paid here and whose money is, until the end of its arrival day."""
    booking_policy.check_may_cancel(booking, tx.now, by_house=True)
    booking_policy.check_paid_here(booking)
    await check_undisputed(tx, booking)


async def check_undisputed(tx: Tx, booking: Booking) -> None:
    """What a bank has taken back cannot be paid back once more. Raises `WrongState`."""
    found = await payments.list_disputes(tx, subject_of(booking.id))
    if any(dispute.holds or dispute.state == "lost" for dispute in found):
        raise WrongState("The payment of this stay is disputed: its bank has the money.")


def _is_done(booking: Booking, command: CancelBooking) -> bool:
    if command.rooms:
        known = {room.number for room in booking.reservations}
        return set(command.rooms) <= known - set(booking.live_numbers)
    return booking.state is State.CANCELLED and booking.refund_cents >= command.refund_cents


async def _cancel(
    tx: Tx, booking: Booking, numbers: Sequence[int], refund: Refund, who: str, note: str
) -> Booking:
    penalties = policy.penalties_of(booking, numbers, refund.penalty_cents)
    await store.cancel_rooms(tx, booking.id, numbers, penalties)
    collected = booking.quote.channel != DESK
    back = refund.refund_cents if collected else 0
    changed = await _move(tx, booking, numbers, refund, back, who, note)
    if collected:
        refunds = await pay_back(tx, booking, refund.back_cents)
        worth = policy.worth_of(changed)
        await reversing.reverse(
            tx, booking, worth, refunds,
            event=reversing.CANCELLATION, unpaid_cents=refund.unpaid_cents,
        )  # fmt: skip
    gone = [booking.quote.breakdown.rooms[number - 1] for number in numbers]
    await give_rooms_back(tx, booking.quote, gone, nights=changed.state is State.CANCELLED)
    return changed


async def pay_back(tx: Tx, booking: Booking, cents: int) -> list[payments.Refund]:
    """Announce money back from whatever paid for a booking, the last payment first."""
    if not cents:
        return []
    return await payments.prepare_refunds(tx, subject=subject_of(booking.id), amount_cents=cents)


async def _move(
    tx: Tx,
    booking: Booking,
    numbers: Sequence[int],
    refund: Refund,
    back: int,
    who: str,
    note: str,
) -> Booking:
    whole = set(numbers) == set(booking.live_numbers)
    card = refund.back_cents if back else 0
    told: msgspec.Struct = RoomsCancelled(
        booking=booking.id, revision=booking.revision + 1, refund_cents=card
    )
    reason = f"room cancelled by {who}"
    if whole:
        told = StayCancelled(booking=booking.id, refund_cents=card)
        reason = f"cancelled by {who}"
    detail = {"refund_cents": back, "penalty_cents": refund.penalty_cents, "rooms": list(numbers)}
    owed = booking.owed_cents - refund.unpaid_cents
    partly = () if booking.quote.payment.is_whole else (OwedChanged(booking=booking.id),)
    return await move(
        tx,
        booking,
        Event.CANCEL if whole else Event.CANCEL_ROOM,
        reason,
        told,
        *partly,
        note=note,
        refund_cents=booking.refund_cents + back,
        owed_cents=owed,
        detail=detail,
    )
