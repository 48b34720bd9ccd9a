"""What a voucher says beside the booking itself."""

import msgspec

from tourism.quoting.models import QuotedRoom


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the price: `kind` is room, supplement, tax, penalty or kept; `name` is that of a
    room's label, a supplement or who receives the tax."""

    kind: str
    cents: int
    room: QuotedRoom | None = None
    name: str = ""


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of the rooms that stay booked, and of what cancelled ones still cost; they add up
    to the total. `paid_cents` is what was paid and did not come back."""

    lines: tuple[Line, ...]
    total_cents: int
    paid_cents: int
