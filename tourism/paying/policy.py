"""What a booking is worth, and what comes back when it, or a part of it, is cancelled or missed."""

from collections.abc import Sequence
from datetime import date, datetime

from hub.rules import split
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, State
from tourism.paying.models import Refund, Worth
from tourism.quoting.models import QuotedRoom
from tourism.rates.cancellation import Cancellation, CancellationStep
from tourism.rates.models import DepositKind, NoShow
from tourism.rates.policy import penalty_cents


def worth_of(booking: Booking) -> Worth:
    """Live rooms whole, cancelled ones for their penalty: what was shared and not taken back."""
    penalties = sum(room.penalty_cents for room in booking.reservations)
    taxes: dict[str, int] = {}
    for tax in (tax for room in booking.live_rooms for tax in room.tourist_tax):
        taxes[tax.code] = taxes.get(tax.code, 0) + tax.amount_cents
    chosen: dict[int, int] = {}
    for extra in (extra for room in booking.live_rooms for extra in room.chosen):
        chosen[extra.vat_bps] = chosen.get(extra.vat_bps, 0) + extra.cents
    gross = sum(room.lodging_gross_cents for room in booking.live_rooms)
    return Worth(
        gross_cents=gross + penalties,
        chosen_cents=chosen,
        taxes=taxes,
        penalty_cents=penalties,
    )


def refund_of(booking: Booking, numbers: Sequence[int], now: datetime) -> Refund:
    """What comes back if these rooms are cancelled now. The tourist tax always does: no stay, no
    tax (CGCT L2333-29). Raises `WrongState` for a room that is not live."""
    if not numbers or not set(numbers) <= set(booking.live_numbers):
        raise WrongState("This room is cancelled already.")
    free_until = booking.quote.terms.free_until_at
    free = free_until is not None and now <= free_until
    rooms = [booking.quote.breakdown.rooms[number - 1] for number in numbers]
    rules = () if free else booking.quote.terms.rules_at(now)
    penalty = _penalty(booking, rooms, rules)
    if len(rules) > 1:  # of which each room may have another for its dearest
        penalty = min(penalty, _left_to_keep(booking, rules))
    return _refund(booking, rooms, penalty, free=free)


def refund_of_no_show(booking: Booking, *, waived: bool) -> Refund:
    """What a guest who did not come gets back: all but the penalty for that, as it was sold, or
    all when it is waived."""
    rooms = booking.live_rooms
    terms = booking.quote.terms
    rules = () if waived else (terms.no_show or terms.policy,)
    return _refund(booking, rooms, _penalty(booking, rooms, rules), free=waived)


def refund_of_renounced(booking: Booking) -> Refund:
    """What comes back when the house goes back on the stay: everything, whatever the plan says."""
    return _refund(booking, booking.live_rooms, 0, free=True)


def amends_of(booking: Booking) -> int:
    """What a house that goes back on a stay pays its guest beside: who has taken arrhes gives them
    back twice (code de la consommation L214-1). Of rooms cancelled before, nothing."""
    payment = booking.quote.payment
    if payment.kind is not DepositKind.ARRHES or payment.now_cents is None:
        return 0
    whole = sum(room.lodging_gross_cents for room in booking.quote.breakdown.rooms)
    live = sum(room.lodging_gross_cents for room in booking.live_rooms)
    return min(payment.now_cents * live // whole, booking.paid_cents)


def is_paid_at_house(booking: Booking, today: date) -> bool:
    """Whether what is owed was paid at the house: the guest was there, or the stay is over."""
    if not booking.owed_cents or not booking.quote.payment.rest_at_house:
        return False
    if booking.changing is not None:
        return False
    came = booking.state in {State.IN_HOUSE, State.CHECKED_OUT}
    return came or (booking.state is State.CONFIRMED and today > booking.departure)


def penalties_of(booking: Booking, numbers: Sequence[int], penalty: int) -> list[int]:
    """A penalty spread over the rooms that it is for, to the cent, by their price."""
    rooms = [booking.quote.breakdown.rooms[number - 1] for number in numbers]
    return split(penalty, [room.lodging_gross_cents for room in rooms])


def _penalty(
    booking: Booking,
    rooms: Sequence[QuotedRoom],
    rules: Sequence[Cancellation | CancellationStep | NoShow],
) -> int:
    """What the dearest of these rules keeps of some rooms."""
    first = sum(room.first_night_cents for room in rooms)
    gross = sum(room.lodging_gross_cents for room in rooms)
    kept = max((penalty_cents(rule, first, gross) for rule in rules), default=0)
    return _bound(booking, gross, kept)


def _left_to_keep(
    booking: Booking, rules: Sequence[Cancellation | CancellationStep | NoShow]
) -> int:
    """What may still be kept: rooms that are cancelled one after the other cost no more than the
    whole stay at once, as it was sold."""
    whole = _penalty(booking, booking.quote.breakdown.rooms, rules)
    return max(0, whole - sum(room.penalty_cents for room in booking.reservations))


def _bound(booking: Booking, gross_cents: int, penalty: int) -> int:
    """Arrhes bound what is lost (L214-1): of some rooms, by their part of the price."""
    payment = booking.quote.payment
    if payment.kind is not DepositKind.ARRHES or payment.now_cents is None:
        return penalty
    whole = sum(room.lodging_gross_cents for room in booking.quote.breakdown.rooms)
    return min(penalty, payment.now_cents * gross_cents // whole)


def _refund(booking: Booking, rooms: Sequence[QuotedRoom], penalty: int, *, free: bool) -> Refund:
    tax = sum(room.tourist_tax_cents for room in rooms)
    refund = sum(room.gross_cents for room in rooms) + tax - penalty
    unpaid = min(refund, booking.owed_cents)
    return Refund(
        refund_cents=refund,
        penalty_cents=penalty,
        tourist_tax_cents=tax,
        free=free,
        unpaid_cents=unpaid,
        owed_cents=min(penalty, booking.owed_cents - unpaid),
    )
