"""The decisions about rooms kept for a group: what may be kept, until when, what was taken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from hub.core.sentences import say
from tourism.booking.models import State
from tourism.groups.errors import BlockInvalid, BlockOver, NoneLeft
from tourism.groups.models import (
    Block,
    BlockRooms,
    BlockState,
    Figures,
    MakeBlock,
    PickUp,
    Pickup,
)
from tourism.rates.models import RatePlan, SupplementChoice
from tourism.rates.policy.supplements import choice_of

Units = Mapping[int, int]  # by room type

MOST_NIGHTS = 28
HORIZON_DAYS = 400
MOST_CENTS = 10_000_00
# Stays whose room is taken; the others fell through.
TAKEN = frozenset(
    {State.HELD, State.PAYING, State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT, State.NO_SHOW,
     State.PAID_LATE}
)  # fmt: skip
FELL_THROUGH = frozenset({State.EXPIRED, State.RELEASED, State.CANCELLED})


def units_back(pickup: Pickup) -> int:
    """How many units of what a stay took wait for the group again: all when it fell through, or
    those of its rooms that were cancelled."""
    if pickup.returned_at is not None:
        return 0
    if pickup.state in FELL_THROUGH:
        return pickup.units
    return pickup.units - pickup.live if 0 < pickup.live < pickup.units else 0


def check_block(
    command: MakeBlock, room_types: Iterable[int], plans: Iterable[int], today: date
) -> None:
    """Raise `BlockInvalid`, with its field, for rooms that nobody can keep."""
    if not 1 <= len(command.name.strip()) <= 100:
        raise BlockInvalid("Give the group a name.", field="name")
    if command.departure <= command.arrival:
        raise BlockInvalid("The departure must be after the arrival.", field="departure")
    if command.arrival < today:
        raise BlockInvalid("The arrival is in the past.", field="arrival")
    if (command.departure - command.arrival).days > MOST_NIGHTS:
        raise BlockInvalid(
            say("A stay has at most %(most)s nights.", most=MOST_NIGHTS), field="departure"
        )
    if command.departure > today + timedelta(days=HORIZON_DAYS):
        raise BlockInvalid(
            say("Stays can be booked %(days)s days ahead.", days=HORIZON_DAYS), field="departure"
        )
    if not today <= command.cut_off_on <= command.arrival:
        raise BlockInvalid("Choose a day between today and the arrival.", field="cut_off_on")
    if command.rate_plan not in set(plans):
        raise BlockInvalid("Choose among the house's rates.", field="rate_plan")
    _check_rooms(command, set(room_types))


def _check_rooms(command: MakeBlock, room_types: set[int]) -> None:
    asked = [room.room_type for room in command.rooms]
    if not asked or len(set(asked)) < len(asked) or not set(asked) <= room_types:
        raise BlockInvalid("Keep at least one room.", field="rooms")
    for room in command.rooms:
        of = room.room_type
        if not 1 <= room.units <= 999:
            raise BlockInvalid("Keep at least one room.", field="rooms", room_type=of, of="units")
        if not 1 <= room.price_cents <= MOST_CENTS:
            raise BlockInvalid(
                "Give the price of a room and night.", field="rooms", room_type=of, of="price"
            )


def check_pickup(
    block: Block, rooms: Sequence[BlockRooms], wanted: Units, command: PickUp, today: date
) -> None:
    """Raise `BlockOver`, `BlockInvalid`, `NoneLeft` unless the group still has such rooms."""
    if not is_open(block, today):
        raise BlockOver("Look for a room on the house's page, at the price of now.")
    check_within(block, rooms, wanted, command.arrival, command.departure)
    check_waits(block, rooms, wanted, command.arrival, command.departure)


def check_within(
    block: Block, rooms: Sequence[BlockRooms], wanted: Units, arrival: date, departure: date
) -> None:
    """Raise `BlockInvalid` for rooms or nights that are not the group's."""
    if not wanted or not set(wanted) <= {room.room_type for room in rooms}:
        raise BlockInvalid("Choose among the group's rooms.", field="rooms")
    if not block.arrival <= arrival < departure <= block.departure:
        raise BlockInvalid("Choose nights of the group.", field="arrival")


def check_waits(
    block: Block, rooms: Sequence[BlockRooms], wanted: Units, arrival: date, departure: date
) -> None:
    """Raise `NoneLeft` unless so many units still wait for the group on each of these nights."""
    nights = slice(*places(block, arrival, departure))
    for room in rooms:
        if min(room.held[nights]) < wanted.get(room.room_type, 0):
            raise NoneLeft("Choose other nights or another room of the group.")


def is_open(block: Block, today: date) -> bool:
    """Whether its rooms are kept for the group."""
    return block.state is BlockState.OPEN and not is_over(block, today)


def choices_of(plans: Iterable[RatePlan], block: Block) -> list[SupplementChoice]:
    """What the group may add to its rooms; what it costs is said by the price of the stay."""
    return [
        choice_of(one, 0)
        for plan in plans
        if plan.id == block.rate_plan
        for one in plan.supplements
        if not one.details.mandatory and (not one.details.plans or plan.id in one.details.plans)
    ]


def is_over(block: Block, today: date) -> bool:
    """Whether its last day has passed."""
    return block.cut_off_on < today


def places(block: Block, arrival: date, departure: date) -> tuple[int, int]:
    """Which nights of a block a stay sleeps: from, and to before."""
    return (arrival - block.arrival).days, (departure - block.arrival).days


def moved(block: Block, held: Sequence[int], arrival: date, departure: date, by: int) -> list[int]:
    """The units that wait, after so many more or fewer on the nights of a stay."""
    first, until = places(block, arrival, departure)
    return [n + by if first <= place < until else n for place, n in enumerate(held)]


def runs_of(nights: Sequence[int]) -> list[tuple[int, int, int]]:
    """The nights on which something waits, as runs of the same count: from, to before, how many."""
    runs: list[tuple[int, int, int]] = []
    for place, count in enumerate(nights):
        if runs and runs[-1][1] == place and runs[-1][2] == count:
            runs[-1] = (runs[-1][0], place + 1, count)
        else:
            runs.append((place, place + 1, count))
    return [run for run in runs if run[2]]


def figures_of(block: Block, rooms: Iterable[BlockRooms], pickups: Iterable[Pickup]) -> Figures:
    """What of the kept room-nights the group has taken."""
    found = list(rooms)
    mine = {room.room_type for room in found}
    taken = [one for one in pickups if one.state in TAKEN and one.room_type in mine]
    return Figures(
        kept=sum(room.units for room in found) * block.nights,
        taken=sum(one.nights * one.units for one in taken),
        waiting=sum(sum(room.held) for room in found) if block.state is BlockState.OPEN else 0,
        revenue_cents=sum({one.booking: one.total_cents for one in taken}.values()),
    )
