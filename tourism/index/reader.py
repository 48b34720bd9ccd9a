"""The index as a web worker reads it: mapped, checked for freshness, never written."""

from functools import cache
from pathlib import Path
from typing import Protocol

from tourism.index.errors import IndexTooOld
from tourism.index.models import Ask, CalendarAsk, DayPrice, Found, RoomCheck


class View(Protocol):
    """The index at one moment, fresh enough to be used for the request at hand; not longer."""

    @property
    def age_s(self) -> float:
        """Everything committed so long ago is in it."""
        ...

    def search(self, ask: Ask) -> Found:
        """The houses of an area that can be sold, a page of them in order, with their prices.

        Raises `AskInvalid` for nights, rooms or days that the index does not hold.
        """
        ...

    def calendar(self, ask: CalendarAsk) -> tuple[DayPrice, ...]:
        """How many houses and the cheapest total for each arrival day. Raises `AskInvalid`."""
        ...

    def check_house(self, ask: Ask) -> tuple[RoomCheck, ...]:
        """Every room type of the one house of the ask's area, for this stay: offers or obstacles.

        Empty when the house is not on sale. Raises `AskInvalid`.
        """
        ...


class NationalIndex:
    """The index that a writer on this machine keeps in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def view(self) -> View:
        """What can be asked now. Raises `IndexTooOld` when there is no index, or when its writer
        has not kept it up: then ask PostgreSQL."""
        raise IndexTooOld(f"There is no index in {self.folder}.")


@cache
def open_index(data: Path) -> NationalIndex:
    """The index that belongs to `HUB_DATA`, one object a process; it need not exist yet."""
    return NationalIndex(data / "index")
