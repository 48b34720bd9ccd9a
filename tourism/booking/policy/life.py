"""The life of a booking as a table: from each state, what may happen and where it leads.

What a person does (`PEOPLE`) in a state that does not know it is refused with words; doing again
what is done already changes nothing. What the service tells itself (a time that has passed, the
answer of a bank) is never refused: told too late, it changes nothing.
"""

from collections.abc import Mapping

from hub.core.sentences import say
from tourism.booking.errors import HoldOver, WrongState
from tourism.booking.models import Event, State

LIFE: Mapping[tuple[State | None, Event], State] = {
    (None, Event.REQUEST): State.REQUESTED,
    (State.REQUESTED, Event.ACCEPT): State.HELD,
    (State.REQUESTED, Event.DECLINE): State.DECLINED,
    (State.REQUESTED, Event.RELEASE): State.RELEASED,
    (State.REQUESTED, Event.EXPIRE): State.LAPSED,
    (None, Event.HOLD): State.HELD,
    (State.HELD, Event.RELEASE): State.RELEASED,
    (State.HELD, Event.PAY): State.PAYING,
    (State.HELD, Event.SELL): State.CONFIRMED,
    (State.HELD, Event.EXPIRE): State.EXPIRED,
    (State.PAYING, Event.CARD_DECLINED): State.HELD,
    (State.PAYING, Event.PAID): State.CONFIRMED,
    (State.PAYING, Event.EXPIRE): State.EXPIRED,
    (State.EXPIRED, Event.PAID): State.PAID_LATE,
    (State.PAID_LATE, Event.TAKEN_AGAIN): State.CONFIRMED,
    (State.PAID_LATE, Event.PAID_BACK): State.CANCELLED,
    (State.CONFIRMED, Event.ARRIVE): State.IN_HOUSE,
    (State.CONFIRMED, Event.MISS): State.NO_SHOW,
    (State.CONFIRMED, Event.CHANGE): State.CONFIRMED,
    (State.CONFIRMED, Event.PAY_CHANGE): State.CONFIRMED,
    (State.CONFIRMED, Event.CHANGE_OVER): State.CONFIRMED,
    (State.CONFIRMED, Event.CANCEL_ROOM): State.CONFIRMED,
    (State.CONFIRMED, Event.CANCEL): State.CANCELLED,
    (State.IN_HOUSE, Event.LEAVE): State.CHECKED_OUT,
    (State.NO_SHOW, Event.SETTLE): State.NO_SHOW,
    (State.CONFIRMED, Event.OWED_PAID): State.CONFIRMED,
    (State.IN_HOUSE, Event.OWED_PAID): State.IN_HOUSE,
    (State.CHECKED_OUT, Event.OWED_PAID): State.CHECKED_OUT,
    (State.NO_SHOW, Event.OWED_PAID): State.NO_SHOW,
    (State.CANCELLED, Event.OWED_PAID): State.CANCELLED,
}
PEOPLE = frozenset(
    {
        Event.REQUEST,
        Event.ACCEPT,
        Event.DECLINE,
        Event.HOLD,
        Event.RELEASE,
        Event.PAY,
        Event.SELL,
        Event.ARRIVE,
        Event.LEAVE,
        Event.MISS,
        Event.SETTLE,
        Event.CHANGE,
        Event.PAY_CHANGE,
        Event.CANCEL_ROOM,
        Event.CANCEL,
    }
)
REPEATS: frozenset[tuple[State | None, Event]] = frozenset(
    {
        (State.RELEASED, Event.RELEASE),
        (State.PAYING, Event.PAY),
        (State.CONFIRMED, Event.PAY),
        (State.CONFIRMED, Event.SELL),
        (State.IN_HOUSE, Event.ARRIVE),
        (State.CHECKED_OUT, Event.LEAVE),
        (State.NO_SHOW, Event.MISS),
        (State.CANCELLED, Event.CANCEL_ROOM),
        (State.CANCELLED, Event.CANCEL),
        (State.HELD, Event.ACCEPT),
        (State.DECLINED, Event.DECLINE),
        *((state, Event.HOLD) for state in State),
        *((state, Event.REQUEST) for state in State),
    }
)
_STANDS = {
    State.REQUESTED: say("The house has not answered yet."),
    State.HELD: say("The booking is not paid yet."),
    State.PAYING: say("The booking is just being paid."),
    State.CONFIRMED: say("The stay has not begun."),
    State.IN_HOUSE: say("The guest is in the house."),
    State.CHECKED_OUT: say("The guest has left."),
    State.NO_SHOW: say("The guest did not come."),
    State.CANCELLED: say("The booking is cancelled."),
    State.EXPIRED: say("The hold is over: nothing was booked."),
    State.RELEASED: say("The rooms were given back: nothing was booked."),
    State.PAID_LATE: say("The payment came after the hold was over."),
    State.DECLINED: say("The house has declined: nothing was booked."),
    State.LAPSED: say("The house did not answer in time: nothing was booked."),
}
_OVER = say("The rooms went back on sale: take them again if they are still free.")


def decide(state: State | None, event: Event) -> State | None:
    """Where an event leads; None when it changes nothing (done already, or told too late).

    Raises `WrongState` with where the booking stands, and `HoldOver` to who would pay for rooms
    that are back on sale.
    """
    found = LIFE.get((state, event))
    if found is not None:
        return found
    if (state, event) in REPEATS or event not in PEOPLE:
        return None
    if event is Event.PAY and state in {State.EXPIRED, State.RELEASED}:
        raise HoldOver(_OVER)
    raise WrongState(say("Nothing is held yet.") if state is None else _STANDS[state])


def is_late(told_at: int | None, revision: int) -> bool:
    """Whether a message speaks of an earlier revision than the booking has."""
    return told_at is not None and told_at < revision
