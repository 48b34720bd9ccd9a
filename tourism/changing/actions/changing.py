"""Change a stay as one act: dates, rooms, rate, persons, with the difference shown first.

Never a cancellation and a new booking. The months of both stays are locked before anything is
checked, the guest's own rooms count as free, and the price is that of the price function. What is
due is paid first, with both stays held; if it cannot be paid, the old stay is intact.
"""

from datetime import timedelta
from uuid import UUID, uuid5

from hub import payments
from hub.core import outbox
from hub.core.db import Database, Reads, Tx
from tourism import groups, lodging, quoting, rates
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, Event
from tourism.booking.subjects import subject_of
from tourism.changing import policy, store
from tourism.changing.actions import agreeing, swapping
from tourism.changing.actions.applying import apply_change
from tourism.changing.actions.finishing import finish_begun_change
from tourism.changing.errors import PaymentNeeded
from tourism.changing.models import (
    Change,
    ChangeExpired,
    ChangePaymentBegun,
    ChangeStay,
    Choices,
    Difference,
)
from tourism.paying.actions import sharing
from tourism.quoting.models import DESK, Quote

TIME_FOR_THE_BANK = timedelta(minutes=10)
TIME_FOR_THE_PAGE = timedelta(minutes=30)
FINISH_AFTER = timedelta(seconds=40)


async def list_choices(tx: Tx, reader: Reads, booking_id: UUID) -> tuple[Booking, Choices]:
    """A stay and what its house offers."""
    booking = await find_booking(tx, booking_id)
    types = await lodging.list_room_types(reader, booking.property)
    plans = await rates.list_rate_plans(tx, booking.property)
    if booking.quote.group is not None:
        group = await groups.find_group(tx, booking.id)
        kept = {room.room_type for room in group.rooms}
        types = [type for type in types if type.id in kept]
        plans = [plan for plan in plans if plan.id == group.block.rate_plan]
    return booking, Choices(types=types, plans=plans)


async def preview_change(
    tx: Tx, reader: Reads, booking_id: UUID, command: ChangeStay, *, by_house: bool = False
) -> tuple[Booking, Quote, Difference]:
    """The stay as it is, as it would be, and the difference; nothing is kept or taken.

    Raises `WrongState`, and as `quoting.price_stay` does.
    """
    booking = await find_booking(tx, booking_id)
    agreeing.check(booking, tx, by_house=by_house)
    wanted = await agreeing.price(tx, reader, booking, command, reader)
    return booking, wanted, policy.compare(booking, wanted, tx.now, with_fee=command.with_fee)


async def change_stay(
    tx: Tx, reader: Reads, booking_id: UUID, command: ChangeStay, *, by_house: bool = False
) -> Booking:
    """Change a stay that costs the same or less, or that is paid at the house.

    Raises `DifferenceChanged` (with the difference of now) when another one was shown,
    `PaymentNeeded` when something is due online, and as `preview_change` does.
    """
    booking = await lock(tx, booking_id)
    wanted, difference = await agreeing.agree(tx, reader, booking, command, by_house=by_house)
    if difference.due_cents and not _is_free_of_payment(booking):
        raise PaymentNeeded(
            "The guest pays the difference from the link of the stay.",
            due_cents=difference.due_cents,
        )
    old, new = swapping.old_span(booking), swapping.new_span(wanted)
    await swapping.take(tx, booking, wanted, old, new)
    return await apply_change(tx, booking, wanted, difference, command.note)


def _is_free_of_payment(booking: Booking) -> bool:
    """Whether a difference is paid at the house, or with what the guest pays later anyway."""
    return booking.quote.channel == DESK or policy.pays_later(booking)


async def begin_change(
    tx: Tx, reader: Reads, booking_id: UUID, command: ChangeStay, key: str, return_url: str = ""
) -> Change:
    """Hold the new stay beside the old one and write down the charge of the difference; where
    nothing is due now the change is made at once. The same key again gives the same change.

    `return_url` is where the guest comes back to from the service's page or from a bank."""
    booking = await lock(tx, booking_id)
    begun = await store.find_change(tx, uuid5(booking.id, f"change:{key}"))
    if begun is not None:
        return begun
    wanted, difference = await agreeing.agree(tx, reader, booking, command, by_house=False)
    due = 0 if _is_free_of_payment(booking) else difference.due_cents
    if due and command.payment_method is None:
        raise PaymentNeeded("Choose a card for the difference.", due_cents=due)
    return await _begin(tx, booking, wanted, difference, command, key, return_url, due=due)


async def _begin(
    tx: Tx,
    booking: Booking,
    wanted: Quote,
    difference: Difference,
    command: ChangeStay,
    key: str,
    return_url: str,
    *,
    due: int,
) -> Change:
    old, new = swapping.old_span(booking), swapping.new_span(wanted)
    await swapping.take(tx, booking, wanted, old, new)
    await quoting.keep_quote(tx, wanted)
    time = TIME_FOR_THE_PAGE if return_url else TIME_FOR_THE_BANK
    change = Change(
        id=uuid5(booking.id, f"change:{key}"),
        booking=booking.id,
        quote=wanted.id,
        difference=difference,
        state="paying" if due else "done",
        expires_at=tx.now + time,
    )
    await store.insert_change(tx, change)
    if due:
        await _ask(tx, booking, change, command.payment_method or "", return_url)
    else:
        await apply_change(tx, booking, wanted, difference, command.note)
    return change


async def _ask(tx: Tx, booking: Booking, change: Change, method: str, return_url: str) -> None:
    assert booking.guest is not None
    page = payments.Page(
        return_url=return_url,
        language=booking.guest.language,
        title=booking.quote.property_name,
        email=booking.guest.email,
    )
    charge = await payments.prepare_charge(
        tx,
        id=change.id,
        subject=f"{subject_of(booking.id, booking.version + 1)}:{change.id}",
        amount_cents=change.difference.due_cents,
        method=method,
        page=page if return_url else None,
    )
    await store.mark_changing(tx, booking.id, change.id)
    await move(tx, booking, Event.PAY_CHANGE, "payment of a change begun")
    await sharing.post_pending_charge(tx, booking, charge)
    begun = ChangePaymentBegun(booking=booking.id, change=change.id)
    await outbox.emit_at(tx, tx.now + FINISH_AFTER, begun)
    expired = ChangeExpired(booking=booking.id, change=change.id)
    await outbox.emit_at(tx, change.expires_at, expired)


async def pay_change(
    database: Database,
    tenant: int,
    booking_id: UUID,
    command: ChangeStay,
    key: str,
    return_url: str = "",
) -> Booking:
    """Prepare, ask the service, settle; while the guest goes on elsewhere (`find_page`) both stays
    are held. Raises `CardDeclined`; then the old stay is intact."""
    if command.payment_method is not None:
        payments.check_method(database, command.payment_method)
    async with database.transaction(tenant, actor="guest") as tx:
        change = await begin_change(tx, database.reader, booking_id, command, key, return_url)
    if change.state in {"declined", "expired"}:  # the same key again: it means the same change
        raise payments.CardDeclined("Try another card.")
    begun = ChangePaymentBegun(booking=booking_id, change=change.id)
    outcome = await finish_begun_change(database, tenant, begun)
    if outcome is not None and not outcome.succeeded and not outcome.waiting:
        raise payments.CardDeclined("Try another card.", decline_code=outcome.decline_code)
    async with database.transaction(tenant, actor="guest") as tx:
        return await find_booking(tx, booking_id)
