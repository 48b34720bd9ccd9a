"""Charge what is owed: to the card that was left, without its holder; or on a page, with them.

Prepared and committed, then asked of the service, then settled: the charge's id is the key there,
and whoever comes after a crash asks the same again.
"""

from uuid import UUID, uuid5

import msgspec

from hub import payments
from hub.core.db import Database, Tx
from hub.core.errors import NotFound
from tourism.booking import policy as booking_policy
from tourism.booking.actions.moving import lock, move
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Event
from tourism.booking.subjects import booking_of, subject_of
from tourism.owing import policy, store
from tourism.owing.actions import following, letters
from tourism.owing.errors import AmountChanged
from tourism.owing.models import Due, DueKind, DueState, PayDue, Step
from tourism.paying.actions import cancelling, sharing
from tourism.paying.models import OwedChanged


def charge_subject(due: Due) -> str:
    """How a charge for something owed is named: one at a time, and a later due is another one."""
    return f"{subject_of(due.booking)}:{due.id}:{due.kind.value}"


async def act_on_due(database: Database, tenant: int, due_id: UUID) -> None:
    """Do what is next for something owed, if its time has come."""
    async with database.transaction(tenant) as tx:
        charge = await _begin_step(tx, due_id)
    if charge is not None:
        await finish_charge(database, tenant, charge.id)


async def _begin_step(tx: Tx, due_id: UUID) -> payments.Charge | None:
    """The step, but for what the service must be asked: the charge of that."""
    found = await store.find_due(tx, due_id)
    if found is None:
        return None
    booking = await lock(tx, found.booking)
    due = await store.find_due(tx, due_id)
    if due is None or due.next_at is None or due.next_at > tx.now or booking.changing is not None:
        return None
    card = await payments.find_kept_card(tx, subject_of(booking.id))
    match policy.step_of(due, booking, tx.now, card=card is not None):
        case Step.CHARGE if card is not None:
            return await _charge_card(tx, booking, due, card)
        case Step.FINISH:
            again = msgspec.structs.replace(due, next_at=tx.now + policy.ANSWER)
            await store.keep_due(tx, again)
            return await payments.find_live_charge(tx, charge_subject(due))
        case Step.REMIND:
            await _remind(tx, booking, due)
        case Step.LAPSE:
            return await _lapse(tx, booking, due)
        case Step.RELEASE:
            await payments.release_card(tx, subject_of(booking.id))
            await store.close_due(tx, due, DueState.PAID)
        case _:
            await _ask_holder(tx, booking, due, None)
    return None


async def _charge_card(
    tx: Tx, booking: Booking, due: Due, card: payments.KeptCard
) -> payments.Charge | None:
    live = await payments.find_live_charge(tx, charge_subject(due))
    if live is not None and live.settled_at is None:  # the guest is on the page
        return await _wait_for(tx, due, live)
    charge = await payments.prepare_charge(
        tx,
        id=uuid5(due.id, f"charge:{due.tries}"),
        subject=charge_subject(due),
        amount_cents=due.amount_cents,
        method=card.card,
        kept=card,
    )
    await sharing.post_pending_charge(tx, booking, charge)
    at = tx.now + policy.ANSWER
    asked = msgspec.structs.replace(due, state=DueState.ASKED, tries=due.tries + 1, next_at=at)
    await store.keep_due(tx, asked)
    return charge


async def _wait_for(tx: Tx, due: Due, live: payments.Charge) -> payments.Charge | None:
    """Look again later while the guest is paying; the charge when they have gone away from it."""
    await store.keep_due(tx, msgspec.structs.replace(due, next_at=tx.now + policy.BUSY))
    return live if policy.is_abandoned(live.created_at, tx.now) else None


async def _remind(tx: Tx, booking: Booking, due: Due) -> None:
    told = msgspec.structs.replace(due, letters=due.letters + 1)
    next_at = policy.after_reminder(told, booking)
    await store.keep_due(tx, msgspec.structs.replace(told, next_at=next_at))
    await letters.write_due(tx, booking, told)


async def _ask_holder(tx: Tx, booking: Booking, due: Due, refusal: str | None) -> None:
    """No card, or one that did not pay: its holder is asked by a letter with a link."""
    told = msgspec.structs.replace(
        due, state=DueState.UNPAID, letters=due.letters + 1, refusal=refusal
    )
    next_at = policy.after_refusal(told, booking, tx.now)
    await store.keep_due(tx, msgspec.structs.replace(told, next_at=next_at))
    await letters.write_due(tx, booking, told)


async def _lapse(tx: Tx, booking: Booking, due: Due) -> payments.Charge | None:
    """A balance that nobody has paid in its time: the stay ends by the terms it was sold under. One
    that cannot end (its bank has the money, its guest has come) is looked at again another day."""
    live = await payments.find_live_charge(tx, charge_subject(due))
    if live is not None and live.settled_at is None:
        return await _wait_for(tx, due, live)
    try:
        await cancelling.check_may_end_unpaid(tx, booking)
    except WrongState:
        await store.keep_due(tx, msgspec.structs.replace(due, next_at=tx.now + policy.ANOTHER_DAY))
        return None
    await store.close_due(tx, due, DueState.LAPSED)
    await cancelling.cancel_unpaid(tx, booking)
    return None


async def begin_page(
    tx: Tx, booking_id: UUID, command: PayDue, key: str, return_url: str
) -> payments.Charge:
    """The guest pays what is owed now: write down the charge. The same key again gives the same.

    Raises `NotFound` when nothing is owed, `AmountChanged`, `AlreadyPaying`."""
    booking = await lock(tx, booking_id)
    id = uuid5(booking.id, f"due:{key}")
    known = await payments.find_charge(tx, id)
    if known is not None:
        return known
    due = await find_open(tx, booking.id)
    if due is None:
        raise NotFound("Nothing is to be paid for this stay now.")
    if command.amount_cents != due.amount_cents:
        raise AmountChanged("Look at the amount of now.", amount_cents=due.amount_cents)
    live = await payments.find_live_charge(tx, charge_subject(due))
    if live is not None:
        if live.settled_at is None and live.method == command.payment_method:
            return live
        raise payments.AlreadyPaying()
    assert booking.guest is not None
    booking_policy.check_paid_here(booking)
    page = payments.Page(
        return_url=return_url,
        language=booking.guest.language,
        title=booking.quote.property_name,
        email=booking.guest.email,
    )
    charge = await payments.prepare_charge(
        tx,
        id=id,
        subject=charge_subject(due),
        amount_cents=due.amount_cents,
        method=command.payment_method,
        page=page,
    )
    await sharing.post_pending_charge(tx, booking, charge)
    return charge


async def pay_due(
    database: Database, tenant: int, booking_id: UUID, command: PayDue, key: str, return_url: str
) -> payments.Outcome:
    """Prepare, ask the service, settle; where the guest goes on elsewhere the outcome waits.

    Raises `CardDeclined`, and as `begin_page` does."""
    payments.check_method(database, command.payment_method)
    await _end_abandoned(database, tenant, booking_id)
    async with database.transaction(tenant, actor="guest") as tx:
        charge = await begin_page(tx, booking_id, command, key, return_url)
    outcome = await finish_charge(database, tenant, charge.id)
    if outcome is None:  # settled by the same key before, or by a message
        async with database.transaction(tenant) as tx:
            outcome = await payments.find_outcome(tx, charge.id)
    if not outcome.succeeded and not outcome.waiting:
        raise payments.CardDeclined("Try another card.", decline_code=outcome.decline_code)
    return outcome


async def _end_abandoned(database: Database, tenant: int, booking_id: UUID) -> None:
    """Let a payment go that its guest began long ago and never finished: they may begin again."""
    async with database.transaction(tenant) as tx:
        due = await find_open(tx, booking_id)
        live = await payments.find_live_charge(tx, charge_subject(due)) if due else None
        over = live is not None and policy.is_abandoned(live.created_at, tx.now)
    if live is not None and over:
        await finish_charge(database, tenant, live.id)


async def find_open(tx: Tx, booking_id: UUID) -> Due | None:
    """What can be paid for a stay now."""
    dues = await store.list_dues(tx, booking_id)
    return next((due for due in dues if due.is_open and due.kind is not DueKind.RELEASE), None)


async def finish_charge(
    database: Database, tenant: int, charge_id: UUID
) -> payments.Outcome | None:
    """Ask the service how a charge stands and settle it; None when that is done already."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, charge_id)
    if charge is None or charge.settled_at is not None:
        return None
    outcome = await payments.ask(database, charge)
    alone = charge.customer is not None
    if outcome.waiting and (alone or policy.is_abandoned(charge.created_at, database.clock.now())):
        # Nobody is there (any more) to answer a bank: let it go, and ask the holder for it.
        outcome = await payments.give_up(
            database, msgspec.structs.replace(charge, reference=outcome.reference)
        )
    if outcome.waiting:
        return outcome
    async with database.transaction(tenant) as tx:
        await settle(tx, charge, outcome)
    return outcome


async def finish_charges_of(database: Database, tenant: int, booking_id: UUID) -> None:
    """The guest is back from the service's page: ask how what they owe stands."""
    async with database.transaction(tenant) as tx:
        due = await find_open(tx, booking_id)
        charge = await payments.find_live_charge(tx, charge_subject(due)) if due else None
    if charge is not None:
        await finish_charge(database, tenant, charge.id)


async def hear_charge(database: Database, tenant: int, charge_id: UUID) -> None:
    """The service has something to say about a charge: look at it if it is for something owed."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, charge_id)
    if charge is not None and _kind_of(charge) is not None:
        await finish_charge(database, tenant, charge.id)


def _kind_of(charge: payments.Charge) -> DueKind | None:
    last = charge.subject.rpartition(":")[2]
    return DueKind(last) if last in {DueKind.BALANCE, DueKind.PENALTY} else None


async def settle(tx: Tx, charge: payments.Charge, outcome: payments.Outcome) -> None:
    """Write down what a charge for something owed came to; a second call does nothing."""
    booking_id = booking_of(charge.subject)
    assert booking_id is not None
    booking = await lock(tx, booking_id)
    settled = await payments.settle_charge(tx, charge.id, outcome)
    if settled is None:
        return
    dues = [due for due in await store.list_dues(tx, booking.id) if due.is_open]
    due = next((due for due in dues if due.kind is _kind_of(charge)), None)
    if outcome.succeeded:
        await _paid(tx, booking, settled, due)
        return
    await sharing.void_charge(tx, booking, settled)
    if due is not None and due.state is DueState.ASKED and charge.customer is not None:
        await _refused(tx, booking, due, settled.decline_code)


async def _refused(tx: Tx, booking: Booking, due: Due, refusal: str | None) -> None:
    """The card did not pay: its holder is asked for what the stay costs by now, if it does."""
    wanted = await following.find_wanted(tx, booking)
    if wanted is None or wanted.kind is not due.kind:
        await store.close_due(tx, due, DueState.DROPPED)
        await following.follow_stay(tx, booking.id)
    else:
        due = msgspec.structs.replace(due, amount_cents=wanted.cents)
        await _ask_holder(tx, booking, due, refusal)


async def _paid(tx: Tx, booking: Booking, charge: payments.Charge, due: Due | None) -> None:
    """What is paid beyond what is still owed goes back at once."""
    used = min(charge.amount_cents, booking.owed_cents)
    beyond = charge.amount_cents - used
    refunds: list[payments.Refund] = []
    if beyond:
        refunds = await payments.prepare_refunds(tx, subject=charge.subject, amount_cents=beyond)
    await sharing.post_owed_paid(tx, booking, charge, used, refunds)
    if due is not None:
        await store.close_due(tx, due, DueState.PAID)
    kind = due.kind if due is not None else DueKind.BALANCE
    changed = await move(
        tx,
        booking,
        Event.OWED_PAID,
        "balance paid" if kind is DueKind.BALANCE else "penalty paid",
        OwedChanged(booking=booking.id),
        owed_cents=booking.owed_cents - used,
        detail={"paid_cents": used},
    )
    if used:
        await letters.write_paid(tx, changed, kind, used)
