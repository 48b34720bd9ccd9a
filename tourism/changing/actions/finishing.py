"""The end of a change that is paid: made, or given up with the old stay intact, whoever asks the
payment service for its answer."""

from contextlib import suppress
from uuid import UUID

import msgspec

from hub import payments
from hub.core.db import Database, Tx
from tourism import quoting
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, Event
from tourism.changing import store
from tourism.changing.actions import swapping
from tourism.changing.actions.applying import apply_change
from tourism.changing.models import Change, ChangeExpired, ChangePaymentBegun
from tourism.paying.actions import sharing
from tourism.paying.actions.paying import ask_service


async def finish_change(
    tx: Tx, booking_id: UUID, change_id: UUID, outcome: payments.Outcome
) -> Booking:
    """Make the change that was paid, or give the new stay back when the card was declined. A second
    call changes nothing."""
    booking = await lock(tx, booking_id)
    charge = await payments.settle_charge(tx, change_id, outcome)
    change = await store.find_change(tx, change_id)
    if charge is None or change is None:
        return booking
    if change.state != "paying":
        await _answer_late(tx, booking, charge, outcome)
        return booking
    if not outcome.succeeded:
        await sharing.void_charge(tx, booking, charge)
        return await _give_up(tx, booking, change, "declined", charge.decline_code or "")
    wanted = await quoting.find_quote(tx, change.quote)
    await swapping.lock_both(tx, booking, swapping.old_span(booking), swapping.new_span(wanted))
    await _end(tx, booking, change, "done")
    booking = msgspec.structs.replace(booking, changing=None)
    return await apply_change(tx, booking, wanted, change.difference, "", charge)


async def expire_change(tx: Tx, booking_id: UUID, change_id: UUID) -> bool:
    """Give the new stay back when the bank has not answered in time; True for the call that does
    it."""
    booking = await lock(tx, booking_id)
    change = await store.find_change(tx, change_id)
    if change is None or change.state != "paying" or change.expires_at > tx.now:
        return False
    await _give_up(tx, booking, change, "expired", "the bank did not answer in time")
    return True


async def _give_up(tx: Tx, booking: Booking, change: Change, state: str, note: str) -> Booking:
    wanted = await quoting.find_quote(tx, change.quote)
    old, new = swapping.old_span(booking), swapping.new_span(wanted)
    await swapping.lock_both(tx, booking, old, new)
    await _end(tx, booking, change, state)
    await swapping.give(tx, booking, wanted, old, new)
    return await move(tx, booking, Event.CHANGE_OVER, "change not paid", note=note)


async def _end(tx: Tx, booking: Booking, change: Change, state: str) -> None:
    await store.mark_changing(tx, booking.id, None)
    await store.end_change(tx, change.id, state)


async def _answer_late(
    tx: Tx, booking: Booking, charge: payments.Charge, outcome: payments.Outcome
) -> None:
    """The bank answers after the change was given up: its money goes back."""
    if not outcome.succeeded:
        await sharing.void_charge(tx, booking, charge)
        return
    refunds = await payments.prepare_refunds(
        tx, subject=charge.subject, amount_cents=charge.amount_cents
    )
    await sharing.post_unshared(tx, booking, charge, refunds)


async def finish_begun_change(
    database: Database, tenant: int, begun: ChangePaymentBegun, *, give_up: bool = False
) -> payments.Outcome | None:
    """Ask the service for a change's charge and settle it; None when that is done already.

    A guest who is on the service's page, or on their bank's, is waited for until the change's time
    is over; then, or where nobody can come back, the payment is let go, and nobody can complete it
    later."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, begun.change)
        waits = charge is not None and await _waits(tx, charge)
    if charge is None or charge.settled_at is not None:
        return None
    outcome = await ask_service(database, charge)
    if outcome.waiting and waits and not give_up:
        return outcome
    if outcome.waiting:
        known = msgspec.structs.replace(charge, reference=outcome.reference)
        outcome = await payments.give_up(database, known)
    if outcome.waiting:
        return None
    async with database.transaction(tenant, actor="guest") as tx:
        await finish_change(tx, begun.booking, begun.change, outcome)
    return outcome


async def _waits(tx: Tx, charge: payments.Charge) -> bool:
    change = await store.find_change(tx, charge.id)
    return (
        charge.page is not None
        and change is not None
        and (change.state == "paying" and change.expires_at > tx.now)
    )


async def finish_told_change(database: Database, tenant: int, charge_id: UUID) -> None:
    """The service has something to say about a charge: look at it if it is a change's."""
    async with database.transaction(tenant) as tx:
        change = await store.find_change(tx, charge_id)
    if change is not None:
        begun = ChangePaymentBegun(booking=change.booking, change=change.id)
        await finish_begun_change(database, tenant, begun)


async def finish_change_of(
    database: Database, tenant: int, booking_id: UUID, *, give_up: bool = False
) -> None:
    """The guest is back from the service's page, or wants the change no more (`give_up`)."""
    async with database.transaction(tenant) as tx:
        booking = await find_booking(tx, booking_id)
    if booking.changing is not None:
        begun = ChangePaymentBegun(booking=booking_id, change=booking.changing)
        await finish_begun_change(database, tenant, begun, give_up=give_up)


async def end_change(database: Database, tenant: int, expired: ChangeExpired) -> None:
    """A change's time is over: close its page. What was paid at the last instant is made; where the
    service does not answer, the old stay is free again and a late payment goes back."""
    async with database.transaction(tenant) as tx:
        change = await store.find_change(tx, expired.change)
        charge = await payments.find_charge(tx, expired.change)
        over = change is not None and change.expires_at <= tx.now
    if over and charge is not None and charge.page is not None:
        begun = ChangePaymentBegun(booking=expired.booking, change=expired.change)
        with suppress(payments.ServiceAway):
            await finish_begun_change(database, tenant, begun)
    async with database.transaction(tenant) as tx:
        await expire_change(tx, expired.booking, expired.change)


async def find_page(tx: Tx, booking: Booking) -> str | None:
    """Where the guest of a stay whose change is being paid goes on."""
    if booking.changing is None:
        return None
    charge = await payments.find_charge(tx, booking.changing)
    return charge.page_url if charge is not None and charge.settled_at is None else None
