"""Change a stay as one act: dates, rooms, rate, persons, with the difference shown first.

Never a cancellation and a new booking. The months of both stays are locked before anything is
checked, the guest's own rooms count as free, and the price is that of the price function. What is
due is paid first, with both stays held; if it cannot be paid, the old stay is intact.
"""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid5

import msgspec

from hub import payments
from hub.core import outbox
from hub.core.db import Database, Reads, Tx
from hub.core.errors import NotFound
from tourism import groups, lodging, quoting, rates
from tourism.booking import policy as booking_policy
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, Event
from tourism.booking.subjects import subject_of
from tourism.changing import policy, store
from tourism.changing.actions import swapping
from tourism.changing.actions.sharing import post_change
from tourism.changing.errors import DifferenceChanged, PaymentNeeded
from tourism.changing.models import (
    Change,
    ChangeExpired,
    ChangePaymentBegun,
    ChangeStay,
    Choices,
    Difference,
    StayChanged,
)
from tourism.paying.actions import sharing
from tourism.paying.actions.cancelling import check_undisputed, pay_back
from tourism.paying.actions.paying import ask_service
from tourism.paying.models import OwedChanged
from tourism.quoting.models import DESK, MakeQuote, Quote

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
    _check(booking, tx, by_house=by_house)
    wanted = await _price(tx, reader, booking, command, reader)
    return booking, wanted, policy.compare(booking, wanted, tx.now, with_fee=command.with_fee)


async def change_stay(
    tx: Tx, reader: Reads, booking_id: UUID, command: ChangeStay, *, by_house: bool = False
) -> Booking:
    """Change a stay that costs the same or less, or that is paid at the house.

    Raises `DifferenceChanged` (with the difference of now) when another one was shown,
    `PaymentNeeded` when something is due online, and as `preview_change` does.
    """
    booking = await lock(tx, booking_id)
    wanted, difference = await _agree(tx, reader, booking, command, by_house=by_house)
    if difference.due_cents and not _is_free_of_payment(booking):
        raise PaymentNeeded(
            "The guest pays the difference from the link of the stay.",
            due_cents=difference.due_cents,
        )
    old, new = swapping.old_span(booking), swapping.new_span(wanted)
    await swapping.take(tx, booking, wanted, old, new)
    return await _apply(tx, booking, wanted, difference, command.note)


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
    wanted, difference = await _agree(tx, reader, booking, command, by_house=False)
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
        await _apply(tx, booking, wanted, difference, command.note)
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
    return await _apply(tx, booking, wanted, change.difference, "", charge)


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


def _check(booking: Booking, tx: Tx, *, by_house: bool) -> None:
    booking_policy.decide(booking.state, Event.CHANGE)
    booking_policy.check_may_cancel(booking, tx.now, by_house=by_house)


async def _agree(
    tx: Tx, reader: Reads, booking: Booking, command: ChangeStay, *, by_house: bool
) -> tuple[Quote, Difference]:
    """The offer and its difference under the locks of both stays, as they were shown."""
    _check(booking, tx, by_house=by_house)
    old = swapping.old_span(booking)
    await swapping.lock_both(tx, booking, old, swapping.new_span(_wish(booking, command)))
    wanted = await _price(tx, reader, booking, command, tx)
    difference = policy.compare(booking, wanted, tx.now, with_fee=command.with_fee)
    if difference.cents != command.difference_cents:
        raise DifferenceChanged(
            "Look at the difference of now and confirm it.", difference_cents=difference.cents
        )
    if booking.quote.channel != DESK and difference.back_cents > booking.owed_cents:
        await check_undisputed(tx, booking)
    return policy.carry_terms(booking, wanted, tx.now), difference


def _wish(booking: Booking, command: ChangeStay) -> MakeQuote:
    return MakeQuote(
        property=booking.property,
        arrival=command.arrival,
        departure=command.departure,
        rate_plan=command.rate_plan,
        rooms=command.rooms,
        channel=booking.quote.channel,
    )


async def _price(
    tx: Tx, reader: Reads, booking: Booking, command: ChangeStay, nights: Reads
) -> Quote:
    house = await lodging.find_property(reader, booking.property)
    if house is None:
        raise NotFound("This house is no longer listed.")
    wish, agreed = _wish(booking, command), None
    old = swapping.old_span(booking)
    if booking.quote.group is not None:
        agreed = await swapping.agree(tx, booking, wish, old)
    own = quoting.OwnRooms(
        units=old.units,
        first=old.first,
        until=old.until,
        chosen=tuple(quoting.wanted_again(room) for room in booking.live_rooms),
    )
    return await quoting.price_stay(
        tx, reader, house, wish, own=own, nights=nights, agreed=agreed,
        only_units=agreed is not None or not command.check_restrictions,
    )  # fmt: skip


async def _apply(
    tx: Tx,
    booking: Booking,
    wanted: Quote,
    difference: Difference,
    note: str,
    charge: payments.Charge | None = None,
) -> Booking:
    """The new stay is taken already; the old one goes, and the money follows."""
    old, new = swapping.old_span(booking), swapping.new_span(wanted)
    await store.replace_stay(tx, booking, wanted, policy.kept_before(booking, difference.fee_cents))
    back = difference.back_cents if booking.quote.channel != DESK else 0
    await _count(tx, booking, difference)
    more = difference.due_cents if charge is None and policy.pays_later(booking) else 0
    less = min(back, booking.owed_cents)
    partly = [] if booking.quote.payment.is_whole else [OwedChanged(booking=booking.id)]
    changed = await move(
        tx,
        booking,
        Event.CHANGE,
        "changed",
        StayChanged(
            booking=booking.id,
            revision=booking.revision + 1,
            cents=difference.cents,
            later_cents=more - less,
        ),
        *partly,
        note=note,
        refund_cents=booking.refund_cents + back,
        owed_cents=booking.owed_cents + more - less,
        detail={"difference_cents": difference.cents, "fee_cents": difference.fee_cents},
    )
    if booking.quote.channel != DESK:
        await _follow(tx, booking, changed, difference, back - less, charge, more - less)
    await swapping.give(tx, booking, booking.quote, new, old)
    if booking.quote.group is not None:
        await groups.note_change(tx, booking.id, new.units, new.first, new.until)
    return changed


async def _count(tx: Tx, booking: Booking, difference: Difference) -> None:
    """What the guest pays in all: at the house, simply the price of now."""
    cents = difference.cents if booking.quote.channel == DESK else difference.due_cents
    await store.add_to_total(tx, booking.id, cents)


async def _follow(
    tx: Tx,
    booking: Booking,
    changed: Booking,
    difference: Difference,
    back: int,
    charge: payments.Charge | None,
    owed_cents: int,
) -> None:
    refunds = await pay_back(tx, booking, back)
    kept = policy.kept_before(booking, difference.fee_cents)
    await post_change(tx, booking, changed, kept, charge, refunds, owed_cents)
