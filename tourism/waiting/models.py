"""Who waits for which stay of a full house, and what became of it."""

import builtins
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tourism.booking.models import Guest
from tourism.offers.models import Stay
from tourism.rates.models import RoomParty


class WishState(StrEnum):
    """Waiting; a room is offered; the offer was taken, ran out or was refused; the guest left the
    list; the days came and no room did."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    PASSED = "passed"
    REFUSED = "refused"
    LEFT = "left"
    OVER = "over"


class JoinList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wait for a stay of one house, all rooms of it or none. The party is spread over `rooms` as a
    search does it; `room_types` are those that would do (none named: any); the arrival may be
    `flex_days` earlier or later, for as many nights. With `refundable`, only a rate will do that
    can still be cancelled without a fee."""

    property: int
    arrival: date
    departure: date
    adults: int
    child_ages: tuple[int, ...] = ()
    rooms: int = 1
    room_types: tuple[int, ...] = ()
    flex_days: int = 0
    refundable: bool = False
    guest: Guest

    @builtins.property
    def stay(self) -> Stay:
        return Stay(arrival=self.arrival, departure=self.departure)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the list. `booking` is the hold that was made for it, `offer_until` its end."""

    id: UUID
    tenant: int
    property: int
    arrival: date
    departure: date
    flex_days: int
    refundable: bool
    adults: int
    child_ages: tuple[int, ...]
    rooms: int
    room_types: tuple[int, ...]
    guest: Guest
    state: WishState
    joined_at: datetime
    booking: UUID | None
    offer_until: datetime | None
    closed_at: datetime | None

    @builtins.property
    def stay(self) -> Stay:
        return Stay(arrival=self.arrival, departure=self.departure)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A wish with the number of those of the same house that joined before and still wait for
    nights that it wants too."""

    wish: Wish
    before: int


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The list of a house: open wishes, the oldest first, and those closed of late."""

    open: list[Wish]
    closed: list[Wish]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms, and when they are slept in, that a wish could have now."""

    stay: Stay
    rate_plan: int
    rooms: tuple[tuple[int, RoomParty], ...]


class WishKept(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has joined a list."""

    wish: UUID


class RoomOffered(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms are held for somebody who waited."""

    wish: UUID


class OfferEnds(msgspec.Struct, frozen=True, kw_only=True):
    """The time of an offer is over, or its hold has ended otherwise."""

    wish: UUID


class OfferPassed(msgspec.Struct, frozen=True, kw_only=True):
    """An offer was not taken in time."""

    wish: UUID


class HouseWaitedFor(msgspec.Struct, frozen=True, kw_only=True):
    """A house whose list is to be looked through again."""

    property: int


class OldWishes(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant has wishes that were closed long ago."""


class LeaveList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Leave the list, or refuse what is offered."""
