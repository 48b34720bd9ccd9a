"""The decisions of a waiting list: who may wait, which stays would do, how long an offer stands."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from tourism.booking.models import State
from tourism.offers.models import Stay
from tourism.quoting.models import RoomWanted
from tourism.quoting.policy import check_stay
from tourism.rates.models import RoomParty
from tourism.rates.policy import distribute
from tourism.waiting.errors import WishInvalid
from tourism.waiting.models import JoinList, Wish, WishState

MOST_FLEX_DAYS = 3
# How long rooms stand aside for one person: the nearer the arrival, the shorter.
OFFER_TIMES = (
    (timedelta(days=14), timedelta(hours=12)),
    (timedelta(days=3), timedelta(hours=4)),
    (timedelta(0), timedelta(hours=1)),
)
KEPT_AFTER = timedelta(days=30)


def check_wish(command: JoinList, room_types: Sequence[int], now: datetime, zone: str) -> None:
    """Raise `WishInvalid` or `StayInvalid`, with the field, for what nobody can wait for."""
    if not 1 <= command.adults <= 99 or not 1 <= command.rooms <= command.adults:
        raise WishInvalid("Each room needs an adult.", field="rooms")
    if not 0 <= command.flex_days <= MOST_FLEX_DAYS:
        raise WishInvalid("Dates can move by three days at most.", field="flex_days")
    if not set(command.room_types) <= set(room_types):
        raise WishInvalid("Choose among the house's rooms.", field="room_types")
    wanted = [
        RoomWanted(room_type=0, adults=party.adults, child_ages=party.child_ages)
        for party in parties_of(command)
    ]
    check_stay(command.arrival, command.departure, wanted, now, zone)


def parties_of(wish: JoinList | Wish) -> list[RoomParty]:
    """Who sleeps in which room: as a search spreads them."""
    return list(distribute(wish.adults, wish.child_ages, wish.rooms))


def stays_of(wish: Wish, today: date) -> Iterator[Stay]:
    """The stays that would do, the nearest to the wish first, none in the past."""
    shifts = sorted(range(-wish.flex_days, wish.flex_days + 1), key=lambda n: (abs(n), n < 0))
    for days in shifts:
        shift = timedelta(days=days)
        if wish.arrival + shift >= today:
            yield Stay(arrival=wish.arrival + shift, departure=wish.departure + shift)


def span_of(wish: Wish) -> tuple[date, date]:
    """The nights [first, until) that a wish may touch."""
    flex = timedelta(days=wish.flex_days)
    return wish.arrival - flex, wish.departure + flex


def overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two spans of nights share one."""
    return one[0] < other[1] and other[0] < one[1]


def offer_time(arrival: date, today: date) -> timedelta:
    """How long an offer stands."""
    ahead = arrival - today
    return next(time for least, time in OFFER_TIMES if ahead >= least)


def state_after(booking: State, *, over: bool) -> WishState | None:
    """What became of an offered wish, by its booking; None while that is open. `over`: the hold's
    time has passed."""
    match booking:
        case State.HELD:
            return WishState.PASSED if over else None
        case State.PAYING:
            return None
        case State.EXPIRED:
            return WishState.PASSED
        case State.RELEASED:
            return WishState.REFUSED
        case _:
            return WishState.TAKEN
