"""The rooms of a stay exchanged for others: locks before checks, and the guest's own rooms count as
free."""

from collections.abc import Sequence
from datetime import date

import msgspec

from hub.core.db import Tx
from tourism import groups, lodging, quoting, rates
from tourism.booking.models import Booking
from tourism.quoting.models import Agreed, MakeQuote, Quote


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Units by room type for the nights [first, until), and whether these count in the year of a
    furnished let."""

    units: dict[int, int]
    first: date
    until: date
    counted: bool = False


def old_span(booking: Booking) -> Span:
    """What the booking has now."""
    units = quoting.units_wanted(booking.live_rooms)
    return Span(
        units=units,
        first=booking.arrival,
        until=booking.departure,
        counted=booking.quote.counts_nights,
    )


def new_span(wanted: Quote | MakeQuote) -> Span:
    """What an offer needs."""
    offered = isinstance(wanted, Quote)
    rooms = wanted.breakdown.rooms if offered else wanted.rooms
    return Span(
        units=quoting.units_wanted(rooms),
        first=wanted.arrival,
        until=wanted.departure,
        counted=offered and wanted.counts_nights,
    )


def beyond(old: Span, new: Span) -> list[Span]:
    """What `old` has that `new` does not need: before it, after it, and more units within it."""
    first, until = max(old.first, new.first), min(old.until, new.until)
    if first >= until:
        return [old]
    more = {t: max(0, n - new.units.get(t, 0)) for t, n in old.units.items()}
    spans = [
        Span(units=old.units, first=old.first, until=first),
        Span(units={t: n for t, n in more.items() if n}, first=first, until=until),
        Span(units=old.units, first=until, until=old.until),
    ]
    return [span for span in spans if span.units and span.first < span.until]


async def lock_both(tx: Tx, booking: Booking, old: Span, new: Span) -> None:
    """Nobody else moves units of these room types and months before our commit, nor what is kept
    for its group; the years of a furnished let before its months, as whoever holds locks them."""
    if booking.quote.group is not None:
        await groups.lock_group(tx, booking.id)
    first, until = min(old.first, new.first), max(old.until, new.until)
    house = await _house(tx, booking.quote)
    if old.counted or new.counted or lodging.is_counted(house):
        await lodging.lock_nights(tx, house, first, until)
    await rates.lock_units(tx, sorted({*old.units, *new.units}), first, until)


async def agree(tx: Tx, booking: Booking, wish: MakeQuote, old: Span) -> Agreed:
    """What the group of a stay gives another one for. Raises as `groups.agree_change` does."""
    new = new_span(wish)
    [wanted], more = _plain([new]), _plain(beyond(new, old))
    return await groups.agree_change(tx, booking.id, wish.rate_plan, wanted, more)


async def take(tx: Tx, booking: Booking, wanted: Quote, old: Span, new: Span) -> None:
    """Take what the new stay needs beyond the old one, which stays taken too: of a group, from what
    is kept for it."""
    if booking.quote.group is not None:
        await groups.draw_for(tx, booking.id, _plain(beyond(new, old)))
    await take_missing(tx, wanted, old, new)


async def give(tx: Tx, booking: Booking, quote: Quote, kept: Span, given: Span) -> None:
    """Give back what one stay has beyond another that stays: to the group, if it is of one."""
    await give_beyond(tx, quote, kept, given)
    if booking.quote.group is not None:
        await groups.return_for(tx, booking.id, _plain(beyond(given, kept)))


def _plain(spans: Sequence[Span]) -> list[tuple[dict[int, int], date, date]]:
    return [(span.units, span.first, span.until) for span in spans]


async def take_missing(tx: Tx, quote: Quote, old: Span, new: Span) -> None:
    """Take what the new stay needs beyond the old one, which stays taken too."""
    if new.counted:
        house = await _house(tx, quote)
        for first, until in _nights_beyond(new, old):
            await lodging.take_nights(tx, house, first, until)
    await _move(tx, beyond(new, old), 1)


async def give_beyond(tx: Tx, quote: Quote, kept: Span, given: Span) -> None:
    """Give back what one stay has beyond another that stays."""
    if given.counted:
        house = await _house(tx, quote)
        for first, until in _nights_beyond(given, kept):
            await lodging.give_nights_back(tx, house, first, until)
    await _move(tx, beyond(given, kept), -1)


async def _move(tx: Tx, spans: Sequence[Span], sign: int) -> None:
    for span in spans:
        types = sorted(span.units)
        units = [sign * span.units[room_type] for room_type in types]
        await rates.move_units(tx, types, units, span.first, span.until)


def _nights_beyond(one: Span, other: Span) -> list[tuple[date, date]]:
    """The nights of a stay that another does not count: all, when it counts none (it may have been
    booked before they were counted, or before the house was a furnished let)."""
    first, until = max(one.first, other.first), min(one.until, other.until)
    if first >= until or not other.counted:
        return [(one.first, one.until)]
    parts = [(one.first, first), (until, one.until)]
    return [(a, b) for a, b in parts if a < b]


async def _house(tx: Tx, quote: Quote) -> lodging.Property:
    house = await lodging.find_property(tx, quote.property)
    assert house is not None
    return house
