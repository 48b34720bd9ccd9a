"""Apply changes of the calendar exactly as they were shown, each numbered and once, and take them
back."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Tx
from tourism.calendar import store
from tourism.calendar.actions.reading import Months, find_change, load
from tourism.calendar.errors import CalendarMoved, ChangeNotUndoable
from tourism.calendar.models import Cell, ChangeSet, ChangeState, Field, Piece, RowKey, Undone
from tourism.calendar.policy import applying, cells, priceless, units
from tourism.lodging import Property, RoomType, list_room_types
from tourism.rates import with_descendants
from tourism.rates.models import RatePlan

SHOWN_CELLS = 40


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
    summary = await summarise(tx, house, pieces, months, plans)
    change = draft_change(tx, kind, pieces, summary)
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
    moved = applying.find_moved(change.pieces, months)
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
    pieces, kept = applying.invert(change.pieces, months, today)
    if not pieces:
        raise ChangeNotUndoable("Every night of it was changed since, or has passed.")
    _check_still_offered(types, pieces)
    inverse = draft_change(tx, "undo", pieces, dict(change.summary), undoes=change.id)
    await store.mark_undone(tx, change.id)
    applied = await _apply(tx, house, inverse, pieces, months, insert=True)
    return Undone(change=applied, kept=tuple(kept))


def _last_day(piece: Piece) -> date:
    return piece.first + timedelta(days=len(piece.after) - 1)


async def _load_pieces(
    tx: Tx, house: Property, pieces: Sequence[Piece]
) -> tuple[Months, list[RoomType]]:
    keys = {RowKey(piece.room_type, piece.rate_plan) for piece in pieces}
    first = min((piece.first for piece in pieces), default=local_date(tx.now, house.zone))
    last = max((_last_day(piece) for piece in pieces), default=first)
    types = await list_room_types(tx, house.id)
    return await load(tx, house, types, keys, first, last, lock=True), types


def _check_still_offered(types: Sequence[RoomType], pieces: Sequence[Piece]) -> None:
    over = units.find_over(pieces, {type.id: type.units for type in types})
    if over:
        raise CalendarMoved(
            "Nothing was changed: more rooms would be offered than there are. Change the number "
            "of their room type first.",
            cells=_told(over),
            count=len(over),
        )


def draft_change(
    tx: Tx,
    kind: str,
    pieces: Sequence[Piece],
    summary: Mapping[str, object],
    undoes: UUID | None = None,
) -> ChangeSet:
    """A set of changes that is not applied yet."""
    return ChangeSet(
        id=tx.uuid(),
        number=None,
        state=ChangeState.PREVIEWED,
        kind=kind,
        author=tx.actor,
        summary=summary,
        pieces=tuple(pieces),
        cells=cells.count_cells(pieces),
        made_at=tx.now,
        applied_at=None,
        undone_at=None,
        undoes=undoes,
    )


async def summarise(
    tx: Tx, house: Property, pieces: Sequence[Piece], months: Months, plans: Sequence[RatePlan]
) -> dict[str, object]:
    """What a person wants to know before applying: days, fields, the lowest price that results
    (none is no price), nights that will be open without one,
    nights with guests, plans that move along, nights that would offer less than is sold."""
    short = applying.find_short(pieces, months)
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
        "nights_sold": applying.sold_nights(pieces, months),
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
    changed, short = applying.apply_pieces(pieces, months)
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
