"""The life of a booking: hold, payment, confirmation, stay, cancellation."""

import builtins
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from tourism.quoting.models import Quote, QuotedRoom

HOLD_MINUTES = 15


class State(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    HELD = "held"
    PAYING = "paying"
    CONFIRMED = "confirmed"
    IN_HOUSE = "in_house"
    CHECKED_OUT = "checked_out"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RELEASED = "released"
    PAID_LATE = "paid_after_expiry"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Event(StrEnum):
    """What may happen to a booking (`policy.life` says when, and where it leads)."""

    REQUEST = "request"
    ACCEPT = "accept"
    DECLINE = "decline"
    HOLD = "hold"
    RELEASE = "release"
    PAY = "pay"
    SELL = "sell at the desk"
    CARD_DECLINED = "card declined"
    PAID = "paid"
    EXPIRE = "time over"
    TAKEN_AGAIN = "rooms taken again"
    PAID_BACK = "paid back"
    CHANGE = "change"
    PAY_CHANGE = "pay a change"
    CHANGE_OVER = "change not paid"
    CANCEL_ROOM = "cancel a room"
    CANCEL = "cancel"
    ARRIVE = "arrive"
    MISS = "do not come"
    SETTLE = "settle a no-show"
    OWED_PAID = "what was owed is paid"
    LEAVE = "leave"


class Guest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who books. The language is that of the letters."""

    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    language: str = "fr"
    message: str | None = None


class HoldStay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take the rooms of a quote for a quarter of an hour."""


class ReleaseHold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the rooms of a hold back at once."""


class RoomState(StrEnum):
    """Where one room of a booking stands."""

    LIVE = "live"
    CANCELLED = "cancelled"


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """One room of a booking with its own state: number n is the n-th room of the frozen quote.
    `penalty_cents` is what it still costs once it is cancelled."""

    number: int
    state: RoomState
    penalty_cents: int
    cancelled_at: datetime | None


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A held or booked stay. The quote inside is frozen with it; a change of the stay replaces it
    by the next `version`. `revision` grows by one with every event; `reference` is what a person
    says on the phone. `total_cents` is all that was to be paid, `refund_cents` what went back or is
    no longer due; `owed_cents` of the rest is not paid yet, by card or at the house;
    `kept_cents` what earlier versions of the stay still cost. `changing` names the change that is
    just being paid. `confirmed_at` is the instant at which it was booked: no change moves it."""

    id: UUID
    tenant: int
    property: int
    reference: str
    state: State
    revision: int
    arrival: date
    departure: date
    total_cents: int
    refund_cents: int
    quote: Quote
    guest: Guest | None
    held_at: datetime
    expires_at: datetime | None
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    reservations: tuple[Reservation, ...]
    version: int
    kept_cents: int
    changing: UUID | None
    owed_cents: int = 0

    @builtins.property
    def live_numbers(self) -> tuple[int, ...]:
        """The rooms that are not cancelled, by number."""
        live = [room.number for room in self.reservations if room.state is RoomState.LIVE]
        return tuple(live)

    @builtins.property
    def live_rooms(self) -> tuple[QuotedRoom, ...]:
        return tuple(self.quote.breakdown.rooms[number - 1] for number in self.live_numbers)

    @builtins.property
    def paid_cents(self) -> int:
        """What was paid by card and has not come back."""
        return self.total_cents - self.refund_cents - self.owed_cents

    @builtins.property
    def held_until(self) -> datetime:
        """When the hold ends, or ended before the payment began."""
        return self.held_at + timedelta(minutes=HOLD_MINUTES)


class StayHeld(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
    expires_at: datetime


class RequestLapsed(msgspec.Struct, frozen=True, kw_only=True):
    """A house did not answer a request in time."""

    booking: UUID


class HoldExpired(msgspec.Struct, frozen=True, kw_only=True):
    """`revision` is the one that the time was set at; none where a sweep found it."""

    booking: UUID
    revision: int | None = None


class ForgetUnborn(msgspec.Struct, frozen=True, kw_only=True):
    """Leave no name in the caller's stays that never came about."""


class ForgetQuotes(msgspec.Struct, frozen=True, kw_only=True):
    """Offers that nobody took go, those that ended before an instant; else those that are a month
    old."""

    before: datetime | None = None


class UnbornOf(msgspec.Struct, frozen=True, kw_only=True):
    """Whose stays that never came about still name somebody."""

    tenant: int


class StayBooked(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class StayCancelled(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
    refund_cents: int


class RoomsCancelled(msgspec.Struct, frozen=True, kw_only=True):
    """Some rooms of a stay are cancelled, others stay; written at a revision."""

    booking: UUID
    revision: int
    refund_cents: int


class StayBegun(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class StayEnded(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class StayMissed(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID
