"""Edit the calendar: preview, push. What is applied is a numbered set of changes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.sentences import say
from tourism.calendar import store
from tourism.calendar.actions.applying import apply_now, draft_change, summarise
from tourism.calendar.actions.reading import Months, load
from tourism.calendar.grid import sold_prices
from tourism.calendar.models import (
    ChangeSet,
    CopySeason,
    EditCalendar,
    Field,
    Piece,
    PushCalendar,
    RowKey,
)
from tourism.calendar.policy import cells, editing, units
from tourism.lodging import Property, RoomType
from tourism.rates import list_offer
from tourism.rates.errors import EditInvalid
from tourism.rates.models import RatePlan
from tourism.rates.policy.pricing import lineage_of

PREVIEW_LIFE = timedelta(days=1)
# The room types of a house and its plans.
Offer = tuple[list[RoomType], list[RatePlan]]


async def preview_edit(tx: Tx, house: Property, edit: EditCalendar) -> ChangeSet:
    """What an edit would change, kept for a day to be applied. Raises `EditInvalid`."""
    editing.check_edit(edit, local_date(tx.now, house.zone))
    types, plans = await _check_rows(tx, house, edit.rows)
    by_id = {plan.id: plan for plan in plans}
    derived = editing.derived_rows(edit, by_id)
    above = [
        RowKey(key.room_type, plan)
        for key in derived
        for plan in (0, *(one.id for one in lineage_of(by_id[key.rate_plan], by_id)))
    ]
    months = await load(tx, house, types, [*edit.rows, *above], edit.first, edit.last, lock=False)
    days = list(cells.days_of(edit.first, edit.last, edit.weekdays))
    sold = {key: sold_prices(key, by_id[key.rate_plan], months, plans, days) for key in derived}
    pieces = editing.plan_edit(edit, months, sold)
    return await _preview(tx, house, "edit", pieces, months, (types, plans))


async def preview_copy(tx: Tx, house: Property, copy: CopySeason) -> ChangeSet:
    """What copying a season would change. Raises `EditInvalid`."""
    today = local_date(tx.now, house.zone)
    editing.check_copy(copy, today)
    types, plans = await _check_rows(tx, house, copy.rows)
    shift = editing.copied_shift(copy)
    editing.check_period(copy.first + shift, copy.last + shift, today)
    first, last = min(copy.first, copy.first + shift), max(copy.last, copy.last + shift)
    months = await load(tx, house, types, copy.rows, first, last, lock=False)
    pieces = editing.plan_copy(copy, months)
    return await _preview(tx, house, "copy", pieces, months, (types, plans))


async def preview_push(tx: Tx, house: Property, push: PushCalendar, kind: str) -> ChangeSet:
    """What a file or a push would change. Raises `EditInvalid`."""
    months, offer = await _read_pushed(tx, house, push, lock=False)
    pieces = editing.plan_push(push, months, local_date(tx.now, house.zone))
    return await _preview(tx, house, kind, pieces, months, offer)


async def push_calendar(tx: Tx, house: Property, push: PushCalendar) -> ChangeSet:
    """Apply many values at once, in this transaction: all or nothing. A push says what is true
    now, so it replaces what others wrote. Raises `EditInvalid`, `CalendarMoved` (too few units)."""
    await store.lock_house(tx, house.id)
    months, (types, plans) = await _read_pushed(tx, house, push, lock=True)
    pieces = editing.plan_push(push, months, local_date(tx.now, house.zone))
    _check_offered(types, pieces)
    return await apply_now(tx, house, "push", pieces, months, plans)


async def _read_pushed(
    tx: Tx, house: Property, push: PushCalendar, *, lock: bool
) -> tuple[Months, Offer]:
    if not push.values or any(not values.values for values in push.values):
        raise EditInvalid("Nothing to change: give at least one value.", field="values")
    keys = [RowKey(values.room_type, values.rate_plan) for values in push.values]
    types, plans = await _check_rows(tx, house, keys)
    first = min(values.first for values in push.values)
    last = max(editing.last_day(values) for values in push.values)
    today = local_date(tx.now, house.zone)
    editing.check_period(first, last, today)
    return await load(tx, house, types, keys, first, last, lock=lock), (types, plans)


async def _check_rows(tx: Tx, house: Property, keys: Iterable[RowKey]) -> Offer:
    """The room types and plans, once every row is known to be the house's own."""
    types, plans = await list_offer(tx, house)
    known = {0, *(type.id for type in types)}
    sold = {0, *(plan.id for plan in plans)}
    if any(key.room_type not in known or key.rate_plan not in sold for key in keys):
        raise EditInvalid("One of the rows is not this house's.", field="rows")
    return types, plans


def _check_offered(types: Sequence[RoomType], pieces: Sequence[Piece]) -> None:
    known = {type.id: type.units for type in types}
    over = units.find_over(pieces, known)
    if over:
        raise EditInvalid(
            say(
                "One of these room types has %(units)s units: no more can be offered.",
                units=known[over[0].room_type],
            ),
            field=Field.OFFERED.value,
        )


async def _preview(
    tx: Tx,
    house: Property,
    kind: str,
    pieces: Sequence[Piece],
    months: Months,
    offer: Offer,
) -> ChangeSet:
    types, plans = offer
    _check_offered(types, pieces)
    await store.forget_previews(tx, house.id, tx.now - PREVIEW_LIFE)
    summary = await summarise(tx, house, pieces, months, plans)
    change = draft_change(tx, kind, pieces, summary)
    await store.insert_change(tx, change, house.id)
    return change
