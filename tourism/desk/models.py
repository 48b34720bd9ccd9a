"""What the desk looks at and does: selections of bookings, messages, no-shows, walk-ins."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tourism.booking.models import Guest, State
from tourism.rates.models import MealPlan

PAGE_SIZE = 25
EXPORT_LIMIT = 5_000


class Show(StrEnum):
    """Which bookings a list shows by state: all that were booked, one state, or what a guest is
    just paying."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    IN_HOUSE = "in_house"
    CHECKED_OUT = "checked_out"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    PENDING = "pending"


class Sort(StrEnum):
    """The order of a list: the soonest or the latest arrival, the newest booking, the name."""

    ARRIVAL = "arrival"
    LATEST = "latest"
    BOOKED = "booked"
    NAME = "name"
    TOTAL = "total"


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is asked for. `first` and `last` are arrival days, both included; `text` is
    looked for in reference, name and e-mail, every word of it; `unread` shows only stays with a
    message that the house has not seen."""

    text: str = ""
    show: Show = Show.BOOKED
    first: date | None = None
    last: date | None = None
    room_type: int | None = None
    unread: bool = False
    sort: Sort = Sort.BOOKED
    page: int = 1


class RoomLine(msgspec.Struct, frozen=True, kw_only=True):
    """A room of a booking, as the labels name it."""

    code: str
    name: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One booking in a list. `unread` are the guest's messages that the house has not seen;
    `undecided` is a no-show that waits for the house."""

    id: UUID
    reference: str
    state: State
    arrival: date
    departure: date
    total_cents: int
    refund_cents: int
    at_house_cents: int
    guest: Guest | None
    adults: int
    child_ages: tuple[int, ...]
    rooms: tuple[RoomLine, ...]
    plan_code: str
    meal_plan: MealPlan
    channel: str
    held_at: datetime
    unread: int
    undecided: bool

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class StateTotal(msgspec.Struct, frozen=True, kw_only=True):
    """How many bookings of a selection stand in a state, and their prices less refunds."""

    state: State
    bookings: int
    cents: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a selection. `totals` are by state, whatever state is shown; `bookings` and
    `cents` are of what is shown."""

    selection: Selection
    lines: list[Line]
    totals: dict[Show, int]
    bookings: int
    cents: int
    unread: int
    undecided: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.bookings // PAGE_SIZE))


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the house over all its bookings: messages, no-shows, and requests, the first
    of which lapses at `answer_by`."""

    unread: int
    undecided: int
    requested: int
    answer_by: datetime | None


class Sender(StrEnum):
    """Who wrote a message."""

    GUEST = "guest"
    HOUSE = "house"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message between the guest of a stay and the house."""

    id: UUID
    tenant: int
    booking: UUID
    sender: Sender
    author: str
    body: str
    at: datetime
    seen_at: datetime | None
    announced_at: datetime | None


class MessageWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A message waits to be announced to the other side."""

    message: UUID


class Decision(StrEnum):
    """What a house makes of a no-show."""

    KEPT = "kept"
    WAIVED = "waived"


class NoShowCase(msgspec.Struct, frozen=True, kw_only=True):
    """A guest who did not come, and what the house decided."""

    booking: UUID
    tenant: int
    marked_at: datetime
    decision: Decision | None
    decided_at: datetime | None
    penalty_cents: int | None


class Act(StrEnum):
    """What the desk may do with a booking."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    NO_SHOW = "no_show"
    KEEP = "keep"
    WAIVE = "waive"
    CANCEL = "cancel"
    CANCEL_ROOM = "cancel_room"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a booking in words: `reason` is one of ours, `note` what was added to it."""

    revision: int
    state: State
    reason: str
    note: str
    author: str | None
    at: datetime
