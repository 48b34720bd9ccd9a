"""What paying for a stay, and giving some of it up, take and give."""

from uuid import UUID

import msgspec

from tourism.booking.models import Guest

AT_HOUSE = "house"  # the payment method of who pays nothing here
PAYING_MINUTES = 30  # how long the rooms wait for the answer of the bank


class PayBooking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Book and pay what is due now: guest details, the payment method's token (`house` where a rate
    asks for nothing), and the total of the stay that was shown; the local project that the stay
    shall support, if the guest chose one."""

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
    """What comes back if the stay, or some of its rooms, are cancelled at an instant. Of it,
    `unpaid_cents` were not paid yet: they are no longer due. Of the penalty, `owed_cents` are not
    paid yet: the card is charged for them, or a link asks for them."""

    refund_cents: int
    penalty_cents: int
    tourist_tax_cents: int
    free: bool
    unpaid_cents: int = 0
    owed_cents: int = 0

    @property
    def back_cents(self) -> int:
        """What goes back to the card."""
        return self.refund_cents - self.unpaid_cents


class PaymentBegun(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
    charge: UUID


class OwedChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What the guest of a stay still has to pay has changed."""

    booking: UUID
