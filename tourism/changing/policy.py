"""What a change of a stay costs or gives back, and what becomes of its terms."""

from datetime import datetime

import msgspec

from tourism.booking.models import Booking
from tourism.changing.models import Difference
from tourism.paying.policy import worth_of
from tourism.quoting.models import Quote
from tourism.quoting.policy import at_most_arrhes, steps_of
from tourism.rates.policy import penalty_cents


def compare(booking: Booking, wanted: Quote, now: datetime, *, with_fee: bool = True) -> Difference:
    """Before, after, what is due or comes back.

    While the cancellation is free, a change costs the difference of price. After that, nights or
    rooms that are given up still cost what the terms keep, and no more; `with_fee` is false where
    the house forgoes it. The tourist tax always follows the persons and the nights.
    """
    rooms = booking.live_rooms
    before = sum(room.gross_cents for room in rooms)
    lodging = sum(room.lodging_gross_cents for room in rooms)
    tax = sum(room.tourist_tax_cents for room in rooms)
    fee = 0
    if with_fee and not is_free(booking, now):
        first = sum(room.first_night_cents for room in rooms)
        rules = booking.quote.terms.rules_at(now)
        kept = max(penalty_cents(rule, first, lodging) for rule in rules)
        fee = min(kept, max(0, lodging - _lodging_cents(wanted)))
    return Difference(
        before_cents=before + tax,
        after_cents=wanted.breakdown.total_cents,
        fee_cents=fee,
    )


def _lodging_cents(quote: Quote) -> int:
    return sum(room.lodging_gross_cents for room in quote.breakdown.rooms)


def is_free(booking: Booking, now: datetime) -> bool:
    """Whether the stay could be cancelled for nothing now."""
    until = booking.quote.terms.free_until_at
    return until is not None and now <= until


def carry_terms(booking: Booking, wanted: Quote, now: datetime) -> Quote:
    """The offer with its terms: a change does not open again a free cancellation that was over nor
    undo a later step that was reached, and what was agreed on payment stands, its day moving with
    the arrival."""
    payment = booking.quote.payment
    if payment.balance_on is not None:
        moved = payment.balance_on + (wanted.arrival - booking.arrival)
        payment = msgspec.structs.replace(payment, balance_on=moved)
    penalty = at_most_arrhes(payment, wanted.terms.penalty_cents)
    begins = [(step.from_at, step.rule) for step in wanted.terms.steps]
    if not is_free(booking, now):
        reached = [step for step in booking.quote.terms.steps if now > step.from_at]
        begins = sorted(
            [*((step.from_at, step.rule) for step in reached), *begins], key=lambda one: one[0]
        )
    terms = msgspec.structs.replace(
        wanted.terms,
        penalty_cents=penalty,
        steps=steps_of(begins, wanted.breakdown.rooms, payment, penalty),
    )
    if not is_free(booking, now):
        terms = msgspec.structs.replace(terms, free_until_at=None)
    return msgspec.structs.replace(wanted, terms=terms, payment=payment)


def pays_later(booking: Booking) -> bool:
    """Whether a difference is added to what the guest pays later anyway: a balance, or the price at
    the house."""
    return booking.owed_cents > 0


def kept_before(booking: Booking, fee_cents: int) -> int:
    """What stays with the version of the stay that a change replaces: penalties and the fee."""
    live = sum(room.lodging_gross_cents for room in booking.live_rooms)
    return worth_of(booking).gross_cents - live + fee_cents
