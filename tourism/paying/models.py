"""What paying for a stay, and giving some of it up, take and give."""

from uuid import UUID

import msgspec

from tourism.booking.models import Guest

PAYING_MINUTES = 30  # how long the rooms wait for the answer of the bank


class PayBooking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Book and pay: guest details, the payment method's token, and the total that was shown; the
    local project that the stay shall support, if the guest chose one."""

    guest: Guest
    payment_method: str
    total_cents: int
    project: int | None = None


class CancelBooking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cancel for exactly the refund that was shown. `rooms` are the numbers of some of the rooms;
    without any, the whole stay."""

    refund_cents: int
    rooms: tuple[int, ...] = ()


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What a booking is worth as it stands: the price of the rooms and the penalties of those that
    were cancelled, VAT included; beside it, by rate of VAT, the supplements that were chosen; and
    the tourist tax by its code."""

    gross_cents: int
    chosen_cents: dict[int, int] = {}
    taxes: dict[str, int] = {}
    penalty_cents: int = 0


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back if the stay, or some of its rooms, are cancelled at an instant."""

    refund_cents: int
    penalty_cents: int
    tourist_tax_cents: int
    free: bool


class PaymentBegun(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
    charge: UUID
