"""Which bookings have a voucher, and the sums on it."""

from collections.abc import Iterator

from tourism.booking.models import Booking, State
from tourism.quoting.models import DESK, TouristTaxAmount
from tourism.voucher.errors import NoVoucher
from tourism.voucher.models import Line, Sums

GOOD = frozenset({State.CONFIRMED, State.IN_HOUSE})


def check_has_voucher(booking: Booking) -> None:
    """Only a booking that stands has one. Raises `NoVoucher`."""
    if booking.state not in GOOD:
        raise NoVoucher("A voucher is made of a confirmed stay, until its end.")


def sums_of(booking: Booking) -> Sums:
    """Every cent of what the stay costs as it stands; raises `ValueError` for lines that would not
    add up to what was paid."""
    lines = tuple(_lines(booking))
    total = sum(line.cents for line in lines)
    due = booking.total_cents - booking.refund_cents
    if booking.quote.channel != DESK and total != due:
        raise ValueError(f"the lines give {total}, what was paid is {due}")
    paid = 0 if booking.quote.channel == DESK else due - booking.owed_cents
    return Sums(lines=lines, total_cents=total, paid_cents=paid)


def _lines(booking: Booking) -> Iterator[Line]:
    for room in booking.live_rooms:
        extras = sum(extra.cents for extra in room.supplements)
        yield Line(kind="room", cents=room.gross_cents - extras, room=room)
        for extra in room.supplements:
            yield Line(kind="supplement", cents=extra.cents, name=extra.label)
    taxes: dict[str, TouristTaxAmount] = {}
    amounts: dict[str, int] = {}
    for tax in (tax for room in booking.live_rooms for tax in room.tourist_tax):
        taxes[tax.code] = tax
        amounts[tax.code] = amounts.get(tax.code, 0) + tax.amount_cents
    for code, cents in amounts.items():
        yield Line(kind="tax", cents=cents, name=taxes[code].beneficiary)
    penalties = sum(room.penalty_cents for room in booking.reservations)
    if penalties:
        yield Line(kind="penalty", cents=penalties)
    if booking.kept_cents:
        yield Line(kind="kept", cents=booking.kept_cents)
