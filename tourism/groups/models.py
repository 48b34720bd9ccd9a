"""Rooms that a house keeps for a group, and who of the group has taken one."""

import builtins
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tourism.booking.models import Guest, State
from tourism.quoting.models import RoomWanted


class BlockState(StrEnum):
    """Kept for the group; given back to the sale."""

    OPEN = "open"
    RELEASED = "released"


class RoomsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many units of a room type, at a price for a unit and night, VAT included."""

    room_type: int
    units: int
    price_cents: int


class MakeBlock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep rooms for a group on the nights [arrival, departure), until the end of a day at the
    house. The rate plan gives meals and conditions; the prices are the group's own."""

    name: str
    arrival: date
    departure: date
    cut_off_on: date
    rate_plan: int
    rooms: tuple[RoomsAsked, ...]


class PickUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take rooms of the group for some of its nights, all of them or none."""

    arrival: date
    departure: date
    rooms: tuple[RoomWanted, ...]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A block. Whoever has its `code` may take a room of it."""

    id: UUID
    tenant: int
    property: int
    name: str
    code: str
    arrival: date
    departure: date
    cut_off_on: date
    rate_plan: int
    state: BlockState
    made_at: datetime
    closed_at: datetime | None

    @builtins.property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class BlockRooms(msgspec.Struct, frozen=True, kw_only=True):
    """The units of a room type in a block. `held` are those that still wait for the group, by
    night of the block; they are not on sale to others."""

    block: UUID
    room_type: int
    units: int
    price_cents: int
    held: tuple[int, ...]


class Pickup(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms of a type that a stay has of a block; `live` of its `units` are not cancelled."""

    block: UUID
    booking: UUID
    room_type: int
    units: int
    live: int
    arrival: date
    departure: date
    returned_at: datetime | None
    state: State
    reference: str
    guest: Guest | None
    total_cents: int

    @builtins.property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of a room type or of all: room-nights that were kept, taken by the group, and still wait;
    what was taken comes to `revenue_cents`."""

    kept: int
    taken: int
    waiting: int
    revenue_cents: int

    @builtins.property
    def percent(self) -> int:
        """How much of it the group has taken."""
        return round(100 * self.taken / self.kept) if self.kept else 0


class BlockShown(msgspec.Struct, frozen=True, kw_only=True):
    """A block with its rooms, its rooming list and its figures."""

    block: Block
    rooms: list[BlockRooms]
    pickups: list[Pickup]
    figures: Figures


class GroupToMend(msgspec.Struct, frozen=True, kw_only=True):
    """A block whose last day may be over, or one of whose stays fell through."""

    block: UUID


class WashBlock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give some units of a room type back to the sale before the last day."""

    room_type: int
    units: int
