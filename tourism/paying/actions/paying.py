"""Book and pay: prepare and commit, ask the payment service, settle and commit.

Nothing is lost in between: the charge's id is made from the guest's idempotency key and is the
key at the service too, and a task finishes what a killed process began. An answer that comes after
the hold was over takes the rooms again if it can, and pays everything back if it cannot.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from hub import ledger, payments
from hub.core import outbox
from hub.core.db import Database, Reads, Tx
from hub.core.idempotency import Once
from tourism.booking import policy
from tourism.booking.actions.moving import lock, move
from tourism.booking.actions.reading import find_booking
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, Event, HoldExpired, State, StayBooked, StayCancelled
from tourism.booking.store import find_promise
from tourism.booking.subjects import booking_of, subject_of
from tourism.paying import store
from tourism.paying.actions import sharing
from tourism.paying.actions.taking import take_again
from tourism.paying.models import PAYING_MINUTES, OwedChanged, PayBooking, PaymentBegun
from tourism.quoting.errors import PriceChanged
from tourism.rates.models import Guarantee

FINISH_AFTER = timedelta(seconds=40)
TIME_FOR_ANOTHER_CARD = timedelta(minutes=2)
LOOK_AGAIN, A_MOMENT = timedelta(minutes=3), timedelta(seconds=5)
TIME_FOR_THE_BANK = timedelta(minutes=PAYING_MINUTES)


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that has begun: the stay as it is then, and its charge."""

    booking: Booking
    charge: payments.Charge


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """Under which key an answer is kept with what it tells, and how it is written."""

    once: Once
    render: Callable[[Booking], bytes]


async def begin_payment(
    tx: Tx, booking_id: UUID, command: PayBooking, key: str, return_url: str = ""
) -> payments.Charge:
    """Keep the guest's details and write down the charge; the rooms stay held for the answer.

    `return_url` is where the guest comes back to from a hosted page or from a bank. The same key
    again gives the same charge. Raises `HoldOver`, `WrongState`, `PriceChanged`
    (when another total was shown), `StayInvalid`, `AlreadyPaying`.
    """
    assert tx.tenant is not None
    begun = await begin_at_once(
        tx, tx.database, tx.tenant, booking_id, command, key, return_url, actor=tx.actor
    )
    if begun is not None:
        return begun.charge
    booking = await lock(tx, booking_id)
    if command.total_cents != booking.total_cents:
        raise PriceChanged(total_cents=booking.total_cents)
    if not await payments.find_live_charge(tx, subject_of(booking.id)):
        policy.check_paid_here(booking)
    if booking.state is not State.CONFIRMED:
        policy.check_may_pay(booking, tx.now)
    if booking.state is State.HELD and not booking.quote.payment.is_whole:
        return await _begin_in_part(tx, booking, uuid5(booking.id, key), command, return_url)
    return await _charge_again(tx, booking, uuid5(booking.id, key), command, return_url)


async def begin_at_once(
    reads: Reads,
    database: Database,
    tenant: int,
    booking_id: UUID,
    command: PayBooking,
    key: str,
    return_url: str,
    *,
    actor: str,
) -> Begun | None:
    """The plain case of `begin_payment` in one message; None, and nothing written, for any other.
    Raises `StayInvalid`."""
    policy.check_guest(command.guest)
    charge = _new_charge(database, tenant, booking_id, command, key, return_url)
    booking = await store.begin_payment(
        reads,
        charge,
        booking_id,
        command.guest,
        actor=actor,
        until=charge.created_at + TIME_FOR_THE_BANK,
        pending=sharing.pending_charge(charge),
        messages=outbox.pack(
            database,
            tenant,
            (FINISH_AFTER, PaymentBegun(booking=booking_id, charge=charge.id)),
        ),
    )
    if booking is None:
        return None
    if charge.page is not None:
        page = msgspec.structs.replace(charge.page, title=booking.quote.property_name)
        charge = msgspec.structs.replace(charge, page=page)
    return Begun(booking=booking, charge=charge)


def _new_charge(
    database: Database,
    tenant: int,
    booking_id: UUID,
    command: PayBooking,
    key: str,
    return_url: str,
) -> payments.Charge:
    page = payments.Page(
        return_url=return_url,
        language=command.guest.language,
        title="",  # the house's name, which the frozen offer knows
        email=command.guest.email,
    )
    return payments.Charge(
        id=uuid5(booking_id, key),
        tenant=tenant,
        subject=subject_of(booking_id),
        amount_cents=command.total_cents,
        currency="EUR",
        method=command.payment_method,
        page=page if return_url else None,
        page_url=None,
        fee_cents=0,
        state=payments.State.PROCESSING,
        reference=None,
        decline_code=None,
        created_at=database.clock.now(),
        settled_at=None,
    )


async def ask_service(database: Database, charge: payments.Charge) -> payments.Outcome:
    """The payment service's answer; the same charge is never paid twice."""
    return await payments.ask(database, charge)


async def finish_payment(
    tx: Tx, booking_id: UUID, charge_id: UUID, outcome: payments.Outcome
) -> Booking:
    """Confirm the stay, or give it back to its hold when the card was declined.

    A second call changes nothing. The caller looks at the booking's state.
    """
    booking = await lock(tx, booking_id)
    charge = await payments.settle_charge(tx, charge_id, outcome)
    if charge is None:
        return booking
    if not outcome.succeeded:
        return await _decline(tx, booking, charge)
    if booking.state is State.PAYING:
        return await _confirm(tx, booking, charge, Event.PAID, "paid")
    late = await move(tx, booking, Event.PAID, "paid after the hold was over")
    why_not = await take_again(tx, booking)
    if why_not is None:
        return await _confirm(tx, late, charge, Event.TAKEN_AGAIN, "the rooms were still free")
    return await _pay_back(tx, late, charge, why_not)


async def confirm_at_once(
    database: Database,
    begun: Begun,
    outcome: payments.Outcome,
    actor: str,
    keep: Keep | None = None,
) -> Booking | None:
    """The plain case of `finish_payment` in one message: the bank said yes, and nothing has
    happened to the stay since its payment began. None, and nothing written, for any other.

    With `keep`, the answer is written down with it."""
    if not outcome.succeeded:
        return None
    booking, now = begun.booking, database.clock.now()
    charge = msgspec.structs.replace(begun.charge, fee_cents=outcome.fee_cents)
    return await store.confirm_paid(
        database.at_once,
        booking,
        charge,
        outcome,
        actor=actor,
        now=now,
        kept=keep and (keep.once, keep.render(_as_confirmed(booking, now))),
        allocation=database.ids.uuid(),
        drafts=ledger.ready(sharing.paid_drafts(booking, charge)),
        act={"reason": "paid", "total_cents": booking.total_cents},
        messages=outbox.pack(
            database, booking.tenant, (timedelta(), StayBooked(booking=booking.id))
        ),
    )


def _as_confirmed(booking: Booking, now: datetime) -> Booking:
    """The stay as the plain case leaves it: what the answer tells is written with it."""
    return msgspec.structs.replace(
        booking,
        state=State.CONFIRMED,
        revision=booking.revision + 1,
        expires_at=None,
        confirmed_at=now,
    )


async def finish_begun_payment(
    database: Database, tenant: int, begun: PaymentBegun, *, later: bool = True
) -> None:
    """Finish a payment that is under way: ask the service how it stands, then settle.

    A guest who is still on the service's page is looked after again (`later`); once the rooms wait
    no more, the page is closed."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, begun.charge)
    if charge is None or charge.settled_at is not None:
        return
    outcome = await ask_service(database, charge)
    if outcome.waiting:
        async with database.transaction(tenant) as tx:
            if await _waits(tx, begun, later=later):
                return
            charge = await payments.find_charge(tx, begun.charge) or charge
        outcome = await payments.give_up(database, charge)
    if outcome.waiting:
        return
    async with database.transaction(tenant) as tx:
        await finish_payment(tx, begun.booking, begun.charge, outcome)


async def _waits(tx: Tx, begun: PaymentBegun, *, later: bool) -> bool:
    """Whether the rooms still wait for this payment; then it is looked after again."""
    booking = await find_booking(tx, begun.booking)
    if booking.state is not State.PAYING or booking.expires_at is None:
        return False
    if later:
        soon = min(tx.now + LOOK_AGAIN, booking.expires_at + A_MOMENT)
        await outbox.emit_at(tx, max(soon, tx.now + A_MOMENT), begun)
    return True


async def finish_told_payment(database: Database, tenant: int, charge_id: UUID) -> None:
    """The service has something to say about a charge of ours: ask it."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_charge(tx, charge_id)
    booking = booking_of(charge.subject) if charge else None
    if charge is not None and booking is not None and charge.subject == subject_of(booking):
        begun = PaymentBegun(booking=booking, charge=charge_id)
        await finish_begun_payment(database, tenant, begun, later=False)


async def finish_payment_of(database: Database, tenant: int, booking_id: UUID) -> None:
    """The guest is back from the service's page: ask how their payment stands."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_live_charge(tx, subject_of(booking_id))
    if charge is not None:
        await finish_told_payment(database, tenant, charge.id)


async def give_up_payment(database: Database, tenant: int, booking_id: UUID) -> None:
    """The guest wants another card: close the page; what was paid meanwhile stands."""
    async with database.transaction(tenant) as tx:
        charge = await payments.find_live_charge(tx, subject_of(booking_id))
    if charge is None or charge.settled_at is not None:
        return
    outcome = await payments.give_up(database, charge)
    if not outcome.waiting:
        async with database.transaction(tenant, actor="guest") as tx:
            await finish_payment(tx, booking_id, charge.id, outcome)


async def _begin_in_part(
    tx: Tx, booking: Booking, charge_id: UUID, command: PayBooking, return_url: str
) -> payments.Charge:
    """The payment of a deposit, or a card that is asked for as a guarantee, begins."""
    charge = await _charge_again(tx, booking, charge_id, command, return_url)
    for_the_bank = tx.now + TIME_FOR_THE_BANK
    until = max(await find_promise(tx, booking.id) or for_the_bank, for_the_bank)
    await move(tx, booking, Event.PAY, "payment begun", guest=command.guest, expires_at=until)
    await sharing.post_pending_charge(tx, booking, charge)
    begun = PaymentBegun(booking=booking.id, charge=charge.id)
    await outbox.emit_at(tx, tx.now + FINISH_AFTER, begun)
    await outbox.emit_at(tx, until, HoldExpired(booking=booking.id))
    return charge


async def book_unpaid(tx: Tx, booking_id: UUID, command: PayBooking) -> Booking:
    """Confirm a held stay of which nothing is asked before it is paid at the house; doing it again
    changes nothing. Raises as `begin_payment` does."""
    policy.check_guest(command.guest)
    booking = await lock(tx, booking_id)
    if command.total_cents != booking.total_cents:
        raise PriceChanged(total_cents=booking.total_cents)
    terms = booking.quote.payment
    policy.check_paid_here(booking)
    if terms.guarantee is not Guarantee.NONE or terms.is_whole:
        raise WrongState("This rate asks for a card when booking.")
    policy.check_may_pay(booking, tx.now)
    if policy.decide(booking.state, Event.SELL) is None:
        return booking
    await sharing.post_unpaid(tx, booking)
    return await move(
        tx,
        booking,
        Event.SELL,
        "booked, to be paid at the house",
        StayBooked(booking=booking.id),
        OwedChanged(booking=booking.id),
        guest=command.guest,
        owed_cents=booking.total_cents,
        detail={"total_cents": booking.total_cents},
    )


async def _charge_again(
    tx: Tx, booking: Booking, charge_id: UUID, command: PayBooking, return_url: str
) -> payments.Charge:
    page = payments.Page(
        return_url=return_url,
        language=command.guest.language,
        title=booking.quote.property_name,
        email=command.guest.email,
    )
    terms = booking.quote.payment
    if terms.guarantee is Guarantee.NONE and not terms.is_whole:
        raise WrongState("This rate is paid at the house: no card is asked for.")
    charge = await payments.prepare_charge(
        tx,
        id=charge_id,
        subject=subject_of(booking.id),
        amount_cents=terms.cents_now(booking.total_cents),
        method=command.payment_method,
        page=page if return_url else None,
        keeps_card=terms.keeps_card,
    )
    if charge.method != command.payment_method:
        raise WrongState("This key was used with another card: take a new one.")
    return charge


async def _confirm(
    tx: Tx, booking: Booking, charge: payments.Charge, event: Event, reason: str
) -> Booking:
    await sharing.post_paid(tx, booking, charge)
    owed = booking.total_cents - charge.amount_cents
    return await move(
        tx,
        booking,
        event,
        reason if charge.amount_cents else "card left as a guarantee",
        StayBooked(booking=booking.id),
        *([OwedChanged(booking=booking.id)] if charge.keeps_card else []),
        owed_cents=owed,
        detail={"total_cents": booking.total_cents},
    )


async def _decline(tx: Tx, booking: Booking, charge: payments.Charge) -> Booking:
    await sharing.void_charge(tx, booking, charge)
    if policy.decide(booking.state, Event.CARD_DECLINED) is None:
        return booking
    promised = await find_promise(tx, booking.id) or booking.held_until
    until = max(promised, booking.held_until, tx.now + TIME_FOR_ANOTHER_CARD)
    held = await move(
        tx,
        booking,
        Event.CARD_DECLINED,
        "card declined",
        note=charge.decline_code or "",
        expires_at=until,
    )
    await outbox.emit_at(tx, until, HoldExpired(booking=booking.id, revision=held.revision))
    return held


async def _pay_back(tx: Tx, booking: Booking, charge: payments.Charge, reason: str) -> Booking:
    """The rooms cannot be taken again: the whole payment returns, nothing was ever shared."""
    total, refunds = charge.amount_cents, list[payments.Refund]()
    if total:
        refunds = await payments.prepare_refunds(
            tx, subject=subject_of(booking.id), amount_cents=total
        )
    await payments.release_card(tx, subject_of(booking.id))
    await sharing.post_unshared(tx, booking, charge, refunds)
    return await move(
        tx,
        booking,
        Event.PAID_BACK,
        reason,
        StayCancelled(booking=booking.id, refund_cents=total),
        refund_cents=booking.total_cents,
        detail={"refund_cents": total},
    )
