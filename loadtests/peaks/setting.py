"""What a scenario knows, and what it is made of."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from loadtests.peaks.plan import Act, House


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that was made before the run: its id, its signed link, its house's session."""

    id: str
    token: str
    cookie: str = ""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A house's year as its channel manager sends it."""

    cookie: str
    body: str
    cells: int


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario knows: the day, its size, and what stands in the demonstration."""

    today: date
    scale: float
    seconds: float
    seed: int
    houses: Sequence[House]
    prepared: Sequence[Prepared] = ()
    calendars: Sequence[Calendar] = ()
    left: Mapping[str, int] = {}
    """Units that each commune can sell for the night of the event alone."""

    def pick(self) -> random.Random:
        return random.Random(self.seed)


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario in words and in acts. `prepares` says how many bookings it needs beforehand, of
    guests who arrive today (`arrive_today`) or during the next weeks; `pushes` that every house
    sends its calendar."""

    code: str
    name: str
    title: str
    words: Callable[[Setting], str]
    departments: str
    acts: Callable[[Setting], list[Act]]
    prepares: Callable[[float, float], int] = lambda scale, seconds: 0  # noqa: ARG005
    arrive_today: bool = False
    pushes: bool = False
    lines: dict[str, int] = msgspec.field(default_factory=lambda: {"guests": 96})
