"""What the outside sees of bookings: signed tokens in place of inner ids."""

from datetime import date, datetime

import msgspec

from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tourism.booking.models import Booking, Guest, Reservation, State
from tourism.quoting.models import Breakdown, CancellationTerms, PaymentTerms

BOOKING = "booking"
_OF_QUOTE = {"token", "property_name", "commune", "breakdown", "terms", "payment", "pay_at"}


class BookingView(msgspec.Struct, frozen=True, kw_only=True):
    """A held or booked stay. `token` is the signed link: whoever has it may see and cancel.
    `pay_at` is where the guest goes on while it is being paid."""

    token: str
    reference: str
    state: State
    revision: int
    property: int
    property_name: str
    commune: str
    arrival: date
    departure: date
    total_cents: int
    refund_cents: int
    breakdown: Breakdown
    terms: CancellationTerms
    guest: Guest | None
    held_at: datetime
    expires_at: datetime | None
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    reservations: tuple[Reservation, ...]
    payment: PaymentTerms
    owed_cents: int
    pay_at: str | None = None


def booking_token(settings: Settings, booking: Booking) -> str:
    return sign_reference(settings.secret_key, BOOKING, booking.tenant, booking.id)


def view_booking(settings: Settings, booking: Booking) -> BookingView:
    quote = booking.quote
    return BookingView(
        token=booking_token(settings, booking),
        property_name=quote.property_name,
        commune=quote.commune,
        breakdown=quote.breakdown,
        terms=quote.terms,
        payment=quote.payment,
        **{
            name: getattr(booking, name)
            for name in BookingView.__struct_fields__
            if name not in _OF_QUOTE
        },
    )
