"""Find bookings: a page of a selection with its totals, the whole of it, and one day's lists."""

from collections.abc import Sequence
from datetime import date

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from tourism import channels, lodging, mandate
from tourism.booking.models import State
from tourism.channels import Health
from tourism.desk import store
from tourism.desk.models import EXPORT_LIMIT, PAGE_SIZE, Found, Line, Selection, Show, Waiting
from tourism.desk.policy import BOOKED, PENDING


class DayLists(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes, who is there, who goes on a day."""

    day: date
    arrivals: list[Line]
    staying: list[Line]
    departures: list[Line]


class Alerts(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for somebody of the house: guests who have not come, guests whose departure is not
    noted, messages, no-shows and requests, other platforms' calendars, and the last day to sign the
    mandate again."""

    missing: list[Line]
    overdue: list[Line]
    waiting: Waiting
    channels: Health
    sign_by: date | None

    @property
    def any(self) -> bool:
        """Whether anything waits at all."""
        counts = (
            *(self.waiting.unread, self.waiting.undecided, self.waiting.requested),
            *(self.channels.conflicts, self.channels.failing, self.channels.stale),
        )
        return bool(self.missing or self.overdue or any(counts) or self.sign_by)


def states_of(show: Show) -> tuple[State, ...]:
    """The states that a list shows."""
    if show is Show.BOOKED:
        return BOOKED
    return PENDING if show is Show.PENDING else (State(show.value),)


async def find_page(tx: Tx, selection: Selection) -> Found:
    """One page of a selection; a page beyond the last one is the last one."""
    sums = await store.sum_states(tx, selection)
    shown = states_of(selection.show)
    bookings = sum(total.bookings for total in sums if total.state in shown)
    last = max(1, -(-bookings // PAGE_SIZE))
    selection = msgspec.structs.replace(selection, page=min(selection.page, last))
    lines = await store.list_lines(
        tx, selection, shown, wanted=PAGE_SIZE, skipped=(selection.page - 1) * PAGE_SIZE
    )
    waiting = await store.find_waiting(tx)
    return Found(
        selection=selection,
        lines=lines,
        totals={
            show: sum(total.bookings for total in sums if total.state in states_of(show))
            for show in Show
        },
        bookings=bookings,
        cents=sum(total.cents for total in sums if total.state in shown),
        unread=waiting.unread,
        undecided=waiting.undecided,
    )


async def find_all(tx: Tx, selection: Selection) -> list[Line]:
    """The whole selection for an export, at most 5,000 bookings."""
    shown = states_of(selection.show)
    return await store.list_lines(tx, selection, shown, wanted=EXPORT_LIMIT, skipped=0)


async def find_house(tx: Tx) -> lodging.Property:
    """The caller's own house. Raises `NotFound` for an organisation without one."""
    house = await lodging.find_own_property(tx)
    if house is None:
        raise NotFound("Your organisation has no house yet.")
    return house


async def find_day(tx: Tx, house: lodging.Property, day: date | None) -> DayLists:
    """The lists of a day; today on the house's own calendar by default.

    Who has left on the day itself stays in the list of departures.
    """
    chosen = day or local_date(tx.now, house.zone)
    lines = await store.list_day_lines(tx, chosen)
    return DayLists(
        day=chosen,
        arrivals=[line for line in lines if line.arrival == chosen],
        staying=[
            line
            for line in lines
            if line.arrival < chosen < line.departure and line.state is not State.CHECKED_OUT
        ],
        departures=[line for line in lines if line.departure == chosen],
    )


async def find_alerts(
    tx: Tx, house: lodging.Property, revisions: Sequence[mandate.Revision] = mandate.REVISIONS
) -> Alerts:
    """What waits for somebody today, on the house's own calendar."""
    late = await store.list_late_lines(tx, local_date(tx.now, house.zone))
    signed = await mandate.find_standing(tx, house, revisions)
    return Alerts(
        missing=[line for line in late if line.state is State.CONFIRMED],
        overdue=[line for line in late if line.state is State.IN_HOUSE],
        waiting=await store.find_waiting(tx),
        channels=await channels.find_health(tx, house),
        sign_by=signed.until if signed.state is mandate.State.TO_RENEW else None,
    )
