"""Edit the calendar: preview, apply, undo, push. What is applied is a numbered set of changes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from hub.core.sentences import say
from tourism.calendar import store
from tourism.calendar.errors import CalendarMoved, ChangeNotUndoable
from tourism.calendar.grid import sold_prices
from tourism.calendar.models import (
    Cell,
    ChangeSet,
    ChangeState,
    CopySeason,
    EditCalendar,
    Field,
    Month,
    Piece,
    PushCalendar,
    RowKey,
    Undone,
    Values,
)
from tourism.calendar.months import fill_months
from tourism.calendar.policy import editing, priceless, units
from tourism.lodging import Property, RoomType, list_room_types
from tourism.rates import list_offer, with_descendants
from tourism.rates.errors import EditInvalid
from tourism.rates.models import RatePlan
from tourism.rates.policy.pricing import lineage_of

PREVIEW_LIFE = timedelta(days=1)
SHOWN_CELLS = 40
Months = dict[tuple[RowKey, date], Month]
# The room types of a house and its plans.
Offer = tuple[list[RoomType], list[RatePlan]]


async def read_calendar(
    reads: Reads, house: Property, keys: Iterable[RowKey], first: date, last: date
) -> Months:
    """The months of some rows as they stand."""
    types = await list_room_types(reads, house.id)
    return await _load(reads, house, types, keys, first, last, lock=False)


async def list_cells(
    reads: Reads, house: Property, keys: Sequence[RowKey], first: date, last: date
) -> list[tuple[RowKey, date, Field, int]]:
    """The cells that say something between two days, row by row: all prices and units of the room
    types, and whatever restricts."""
    months = await read_calendar(reads, house, keys, first, last)
    return [
        (key, day, field, value)
        for key in keys
        for field in Field
        if editing.applies(field, key)
        for day in editing.days_of(first, last)
        if (value := editing.value_at(months, key, field, day)) or field is Field.OFFERED
    ]


async def list_values(
    reads: Reads, house: Property, keys: Sequence[RowKey], first: date, last: date
) -> list[Values]:
    """The same as runs of days, one list for each row and field that says something."""
    months = await read_calendar(reads, house, keys, first, last)
    found: list[Values] = []
    for key in keys:
        for field in Field:
            if not editing.applies(field, key):
                continue
            values = [
                editing.value_at(months, key, field, day) for day in editing.days_of(first, last)
            ]
            if any(values):
                found.append(
                    Values(
                        room_type=key.room_type,
                        rate_plan=key.rate_plan,
                        field=field,
                        first=first,
                        values=tuple(values),
                    )
                )
    return found


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
    months = await _load(tx, house, types, [*edit.rows, *above], edit.first, edit.last, lock=False)
    days = list(editing.days_of(edit.first, edit.last, edit.weekdays))
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
    months = await _load(tx, house, types, copy.rows, first, last, lock=False)
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


async def apply_now(
    tx: Tx,
    house: Property,
    kind: str,
    pieces: Sequence[Piece],
    months: Months,
    plans: Sequence[RatePlan],
) -> ChangeSet:
    """Apply changes of locked months that nobody previews. Raises `CalendarMoved` (too few
    units)."""
    summary = await _summary(tx, house, pieces, months, plans)
    change = _change(tx, kind, pieces, summary)
    return await _apply(tx, house, change, pieces, months, insert=True)


async def apply_change(tx: Tx, house: Property, id: UUID) -> ChangeSet:
    """Apply a preview exactly as it was shown; applying it again gives it back unchanged, and
    so does one that changes nothing.

    Raises `CalendarMoved` with the cells that say something else by now, or that would offer
    fewer units than are sold, or more than there are; then nothing is applied.
    """
    await store.lock_house(tx, house.id)
    change = await find_change(tx, id)
    if change.state is not ChangeState.PREVIEWED or not change.pieces:
        return change
    months, types = await _load_pieces(tx, house, change.pieces)
    moved = editing.find_moved(change.pieces, months)
    if moved:
        raise CalendarMoved(
            "Nothing was changed. Look at the calendar of now and make the change again.",
            cells=_told(moved),
            count=len(moved),
        )
    _check_still_offered(types, change.pieces)
    return await _apply(tx, house, change, change.pieces, months, insert=False)


async def undo_change(tx: Tx, house: Property, id: UUID) -> Undone:
    """Give back what an applied change replaced, as a change of its own. Cells that somebody
    changed since are left alone and told. Raises `ChangeNotUndoable`, `CalendarMoved`."""
    await store.lock_house(tx, house.id)
    change = await find_change(tx, id)
    if change.state is not ChangeState.APPLIED:
        raise ChangeNotUndoable("It was undone already, or never applied.")
    months, types = await _load_pieces(tx, house, change.pieces)
    today = local_date(tx.now, house.zone)
    pieces, kept = editing.invert(change.pieces, months, today)
    if not pieces:
        raise ChangeNotUndoable("Every night of it was changed since, or has passed.")
    _check_still_offered(types, pieces)
    inverse = _change(tx, "undo", pieces, dict(change.summary), undoes=change.id)
    await store.mark_undone(tx, change.id)
    applied = await _apply(tx, house, inverse, pieces, months, insert=True)
    return Undone(change=applied, kept=tuple(kept))


async def find_change(tx: Tx, id: UUID) -> ChangeSet:
    """One set of changes of this wall. Raises `NotFound`."""
    change = await store.find_change(tx, id)
    if change is None:
        raise NotFound("This change is unknown.")
    return change


async def list_changes(tx: Tx, house: Property, wanted: int = 20) -> list[ChangeSet]:
    """The newest applied changes, without their cells."""
    return await store.list_changes(tx, house.id, wanted)


def _last_day(piece: Piece) -> date:
    return piece.first + timedelta(days=len(piece.after) - 1)


async def _load(
    reads: Reads,
    house: Property,
    types: Sequence[RoomType],
    keys: Iterable[RowKey],
    first: date,
    last: date,
    *,
    lock: bool,
) -> Months:
    wanted = list(dict.fromkeys(keys))
    rooms = sorted({key.room_type for key in wanted if key.room_type and not key.rate_plan})
    known = await store.list_room_months(reads, rooms, first, last, lock=lock) if rooms else []
    if any(key.rate_plan or not key.room_type for key in wanted):
        known += await store.list_rate_months(reads, house.id, first, last)
    counts = {type.id: type.units for type in types}
    return fill_months(wanted, first, last, known, counts)


async def _load_pieces(
    tx: Tx, house: Property, pieces: Sequence[Piece]
) -> tuple[Months, list[RoomType]]:
    keys = {RowKey(piece.room_type, piece.rate_plan) for piece in pieces}
    first = min((piece.first for piece in pieces), default=local_date(tx.now, house.zone))
    last = max((_last_day(piece) for piece in pieces), default=first)
    types = await list_room_types(tx, house.id)
    return await _load(tx, house, types, keys, first, last, lock=True), types


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
    return await _load(tx, house, types, keys, first, last, lock=lock), (types, plans)


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


def _check_still_offered(types: Sequence[RoomType], pieces: Sequence[Piece]) -> None:
    over = units.find_over(pieces, {type.id: type.units for type in types})
    if over:
        raise CalendarMoved(
            "Nothing was changed: more rooms would be offered than there are. Change the number "
            "of their room type first.",
            cells=_told(over),
            count=len(over),
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
    summary = await _summary(tx, house, pieces, months, plans)
    change = _change(tx, kind, pieces, summary)
    await store.insert_change(tx, change, house.id)
    return change


def _change(
    tx: Tx,
    kind: str,
    pieces: Sequence[Piece],
    summary: Mapping[str, object],
    undoes: UUID | None = None,
) -> ChangeSet:
    return ChangeSet(
        id=tx.uuid(),
        number=None,
        state=ChangeState.PREVIEWED,
        kind=kind,
        author=tx.actor,
        summary=summary,
        pieces=tuple(pieces),
        cells=editing.count_cells(pieces),
        made_at=tx.now,
        applied_at=None,
        undone_at=None,
        undoes=undoes,
    )


async def _summary(
    tx: Tx, house: Property, pieces: Sequence[Piece], months: Months, plans: Sequence[RatePlan]
) -> dict[str, object]:
    """What a person wants to know before applying: days, fields, the lowest price that results
    (none is no price), nights that will be open without one,
    nights with guests, plans that move along, nights that would offer less than is sold."""
    short = editing.find_short(pieces, months)
    priced = [piece for piece in pieces if piece.field is Field.PRICE]
    prices = [cents for piece in priced for cents in piece.after if cents]
    moved = {piece.rate_plan for piece in priced}
    following = {
        plan.id
        for plan in plans
        for root in moved
        if (root == 0 and plan.id not in moved)
        or (root and plan.id in with_descendants(plans, root) - {root})
    }
    return {
        "fields": sorted({piece.field.value for piece in pieces}),
        "first": min((piece.first for piece in pieces), default=None),
        "last": max((_last_day(piece) for piece in pieces), default=None),
        "rows": len({(piece.room_type, piece.rate_plan) for piece in pieces}),
        "lowest_price_cents": min(prices, default=None),
        "priceless": await _count_priceless(tx, house, pieces, months, plans),
        "following_plans": sorted(following),
        "nights_sold": editing.sold_nights(pieces, months),
        "short": _told(short),
    }


async def _count_priceless(
    tx: Tx, house: Property, pieces: Sequence[Piece], months: Months, plans: Sequence[RatePlan]
) -> int:
    """The nights of a change that will not be sold for want of a price. What the house and its
    plans say of them is read only when there are such nights."""
    nights = priceless.find_priceless(pieces, months)
    if not nights:
        return 0
    first, last = min(month for _, month in nights), max(month for _, month in nights)
    said = await store.list_rate_months(tx, house.id, first, last)
    known = {**{(month.key, month.month): month for month in said}, **months}
    return priceless.count_unsold(nights, pieces, known, [plan.id for plan in plans])


async def _apply(
    tx: Tx,
    house: Property,
    change: ChangeSet,
    pieces: Sequence[Piece],
    months: Months,
    *,
    insert: bool,
) -> ChangeSet:
    changed, short = editing.apply_pieces(pieces, months)
    if short:
        raise CalendarMoved(
            "Nothing was changed: fewer rooms would be offered than are sold. Stop their sale "
            "instead.",
            cells=_told(short),
            count=len(short),
        )
    await store.save_months(tx, house.id, list(changed.values()))
    applied = msgspec.structs.replace(change, state=ChangeState.APPLIED, applied_at=tx.now)
    if insert:
        number = await store.insert_change(tx, applied, house.id)
    else:
        number = await store.mark_applied(tx, change.id)
    applied = msgspec.structs.replace(applied, number=number)
    await audit.record(
        tx,
        action="calendar.changed",
        subject=f"property:{house.id}",
        detail={"change": str(change.id), "number": number, "cells": change.cells},
    )
    return applied


def _told(cells: Sequence[Cell]) -> list[Cell]:
    """The first cells of a list, enough to understand."""
    return list(cells[:SHOWN_CELLS])
