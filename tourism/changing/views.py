"""What the outside sees of a change, and says of it."""

from datetime import date

import msgspec

from tourism.changing.models import ChangeStay, ChangeWish, Difference
from tourism.quoting.models import Breakdown, CancellationTerms, Quote


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A change before it is made: above zero the difference is due, below it comes back. The fee is
    what stays due of nights or rooms that are given up."""

    arrival: date
    departure: date
    breakdown: Breakdown
    terms: CancellationTerms
    before_cents: int
    after_cents: int
    fee_cents: int
    difference_cents: int


def command_of(wish: ChangeWish) -> ChangeStay:
    """A guest's change: the switches stay as they are safe."""
    return ChangeStay(
        **{name: getattr(wish, name) for name in ChangeWish.__struct_fields__},
    )


def view_change(wanted: Quote, difference: Difference) -> ChangeView:
    return ChangeView(
        arrival=wanted.arrival,
        departure=wanted.departure,
        breakdown=wanted.breakdown,
        terms=wanted.terms,
        before_cents=difference.before_cents,
        after_cents=difference.after_cents,
        fee_cents=difference.fee_cents,
        difference_cents=difference.cents,
    )
