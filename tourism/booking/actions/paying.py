"""Book and pay: prepare and commit, ask the payment service, settle and commit.

Nothing is lost in between: the charge's id is made from the guest's idempotency key and is the
key at the service too, and a task finishes what a killed process began.
"""

from datetime import timedelta
from uuid import UUID, uuid5

from hub import audit, payments
from hub.core import outbox
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from tourism.booking import policy, store
from tourism.booking.actions import sharing
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, PayBooking, PaymentBegun, State, StayBooked
from tourism.booking.subjects import subject_of
from tourism.quoting.errors import PriceChanged

FINISH_AFTER = timedelta(seconds=40)
TIME_FOR_ANOTHER_CARD = timedelta(minutes=2)


async def begin_payment(tx: Tx, booking_id: UUID, command: PayBooking, key: str) -> payments.Charge:
    """Keep the guest's details and write down the charge; from now on the hold cannot expire.

    The same key again gives the same charge. Raises `HoldOver`, `WrongState`, `PriceChanged`
    (when another total was shown), `StayInvalid`, `AlreadyPaying`.
    """
    booking = await _lock(tx, booking_id)
    charge_id = uuid5(booking.id, key)
    policy.check_guest(command.guest)
    if command.total_cents != booking.total_cents:
        raise PriceChanged(total_cents=booking.total_cents)
    if booking.state is State.CONFIRMED:
        return await _charge_again(tx, booking, charge_id, command)
    policy.check_may_pay(booking, tx.now)
    charge = await _charge_again(tx, booking, charge_id, command)
    if booking.state is State.HELD and charge.settled_at is None:
        await store.change_booking(tx, booking, State.PAYING, guest=command.guest)
        await store.insert_revision(
            tx, booking.id, booking.revision + 1, State.PAYING, "payment begun"
        )
        await sharing.post_pending_charge(tx, booking, charge)
        begun = PaymentBegun(booking=booking.id, charge=charge.id)
        await outbox.emit_at(tx, tx.now + FINISH_AFTER, begun)
    return charge


async def ask_service(database: Database, charge: payments.Charge) -> payments.Outcome:
    """The payment service's answer; the same charge always gets the same one."""
    gateway: payments.Gateway = payments.SandboxGateway(database)
    return await gateway.charge(charge.id, charge.amount_cents, charge.method)


async def finish_payment(
    tx: Tx, booking_id: UUID, charge_id: UUID, outcome: payments.Outcome
) -> Booking:
    """Confirm the stay, or give it back to its hold when the card was declined.

    A second call changes nothing. The caller looks at the booking's state.
    """
    booking = await _lock(tx, booking_id)
    charge = await payments.settle_charge(tx, charge_id, outcome)
    if charge is None or booking.state is not State.PAYING:
        return booking
    if outcome.succeeded:
        await _confirm(tx, booking, charge)
    else:
        await _decline(tx, booking, charge)
    changed = await store.find_booking(tx, booking.id)
    assert changed is not None
    return changed


async def finish_begun_payment(database: Database, tenant: int, begun: PaymentBegun) -> None:
    """Finish a payment whose process died: ask again with the same key, then settle."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, begun.charge)
    if charge is None or charge.settled_at is not None:
        return
    outcome = await ask_service(database, charge)
    async with database.transaction(tenant) as tx:
        await finish_payment(tx, begun.booking, begun.charge, outcome)


async def _lock(tx: Tx, booking_id: UUID) -> Booking:
    booking = await store.lock_booking(tx, booking_id)
    if booking is None:
        raise NotFound("This booking is unknown.")
    return booking


async def _charge_again(
    tx: Tx, booking: Booking, charge_id: UUID, command: PayBooking
) -> payments.Charge:
    charge = await payments.prepare_charge(
        tx,
        id=charge_id,
        subject=subject_of(booking.id),
        amount_cents=booking.total_cents,
        method=command.payment_method,
    )
    if charge.method != command.payment_method:
        raise WrongState("This key was used with another card: take a new one.")
    return charge


async def _confirm(tx: Tx, booking: Booking, charge: payments.Charge) -> None:
    await store.change_booking(tx, booking, State.CONFIRMED, confirmed_at=tx.now)
    await store.insert_revision(tx, booking.id, booking.revision + 1, State.CONFIRMED, "paid")
    await sharing.post_paid(tx, booking, charge)
    await audit.record(
        tx,
        action="booking.confirm",
        subject=subject_of(booking.id),
        detail={"total_cents": booking.total_cents},
    )
    await outbox.emit(tx, StayBooked(booking=booking.id))


async def _decline(tx: Tx, booking: Booking, charge: payments.Charge) -> None:
    await sharing.void_charge(tx, booking, charge)
    expires_at = max(booking.held_until, tx.now + TIME_FOR_ANOTHER_CARD)
    await store.change_booking(tx, booking, State.HELD, expires_at=expires_at)
    await store.insert_revision(
        tx, booking.id, booking.revision + 1, State.HELD, f"card declined: {charge.decline_code}"
    )
