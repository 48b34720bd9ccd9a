"""The rooms of a quote: taken, given back, taken again.

Locks in one order: the house's count of let nights, then each room type's months.
"""

from collections.abc import Sequence
from datetime import date

from hub.core.db import Tx
from tourism import lodging, quoting, rates
from tourism.quoting.models import Quote, QuotedRoom


async def lock_let_nights(tx: Tx, quote: Quote) -> None:
    """Nobody else counts nights of the years of a quote before our commit."""
    await lodging.lock_nights(tx, await _house(tx, quote), quote.arrival, quote.departure)


async def take_let_nights(tx: Tx, quote: Quote) -> None:
    """Count the nights of a furnished let. Raises `NightsLimitReached`; then the transaction has
    failed. Before the units, by the order of locks."""
    await lodging.take_nights(tx, await _house(tx, quote), quote.arrival, quote.departure)


async def try_take_rooms(tx: Tx, quote: Quote) -> bool:
    """Take the units of a quote if every night still has them, at whatever price they are sold
    now; False, and nothing is taken, when one has not."""
    wanted = quoting.units_wanted(quote.breakdown.rooms)
    if quote.counts_nights and not await _try_take_nights(tx, quote):
        return False
    await rates.lock_units(tx, list(wanted), quote.arrival, quote.departure)
    nights = await rates.list_nights(tx, list(wanted), quote.arrival, quote.departure)
    free = [night for night in nights if night.units_left >= wanted[night.room_type]]
    if len(free) < len(wanted) * quote.nights:
        if quote.counts_nights:
            await _give_nights_back(tx, quote)
        return False
    await rates.move_units(tx, list(wanted), list(wanted.values()), quote.arrival, quote.departure)
    return True


async def give_rooms_back(
    tx: Tx, quote: Quote, rooms: Sequence[QuotedRoom] | None = None, *, nights: bool = True
) -> None:
    """Put the units of some rooms of a quote, or of all, back on sale; with `nights`, a
    furnished let's nights do not count any more."""
    wanted = quoting.units_wanted(quote.breakdown.rooms if rooms is None else rooms)
    back = [-units for units in wanted.values()]
    if quote.counts_nights and nights:
        await _give_nights_back(tx, quote)
    await rates.move_units(tx, list(wanted), back, quote.arrival, quote.departure)


async def _try_take_nights(tx: Tx, quote: Quote) -> bool:
    house = await _house(tx, quote)
    taken: list[tuple[date, date]] = []
    for first, until in _by_year(quote.arrival, quote.departure):
        try:
            await lodging.take_nights(tx, house, first, until)
        except lodging.NightsLimitReached:
            for earlier in taken:
                await lodging.give_nights_back(tx, house, *earlier)
            return False
        taken.append((first, until))
    return True


def _by_year(arrival: date, departure: date) -> list[tuple[date, date]]:
    """The nights of a stay cut at the first of January: the limit counts by year."""
    turn = date(arrival.year + 1, 1, 1)
    if departure <= turn:
        return [(arrival, departure)]
    return [(arrival, turn), (turn, departure)]


async def _give_nights_back(tx: Tx, quote: Quote) -> None:
    await lodging.give_nights_back(tx, await _house(tx, quote), quote.arrival, quote.departure)


async def _house(tx: Tx, quote: Quote) -> lodging.Property:
    house = await lodging.find_property(tx, quote.property)
    assert house is not None
    return house
