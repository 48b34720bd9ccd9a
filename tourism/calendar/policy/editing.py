"""What an edit of the calendar changes, cell by cell; pure. The store loads the months first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec.structs import replace

from hub.core.sentences import say
from tourism.calendar.models import (
    CLOSURES,
    INVENTORY,
    Cell,
    Change,
    CopySeason,
    EditCalendar,
    Field,
    Month,
    Operation,
    Piece,
    PushCalendar,
    RowKey,
    Values,
)
from tourism.calendar.months import length_of, month_of
from tourism.rates.errors import EditInvalid
from tourism.rates.models import RatePlan
from tourism.rates.policy.pricing import lineage_of, round_half_up_bps

MAX_DAYS = 750
MAX_CELLS = 200_000
BPS = 10_000
LIMITS: Mapping[Field, int] = {
    Field.PRICE: 10_000_000,
    Field.OFFERED: 32_767,
    Field.OUT_OF_ORDER: 32_767,
    Field.MIN_STAY: 99,
    Field.MIN_THROUGH: 99,
    Field.MAX_STAY: 999,
    Field.MAX_THROUGH: 999,
    **dict.fromkeys(CLOSURES, 1),
}
Months = Mapping[tuple[RowKey, date], Month]
Wanted = dict[tuple[RowKey, Field], dict[date, int]]
Sold = Mapping[RowKey, Mapping[date, int]]
NOTHING_SOLD: Sold = {}


def days_of(first: date, last: date, weekdays: Sequence[int] = ()) -> Iterator[date]:
    """The days [first, last] that are one of the ISO weekdays; all of them when none is named."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if not weekdays or day.isoweekday() in weekdays:
            yield day


def value_at(months: Months, key: RowKey, field: Field, day: date) -> int:
    """What a cell says today."""
    return months[key, month_of(day)].values[field][day.day - 1]


def span(months: Months, key: RowKey, field: Field, first: date, length: int) -> list[int]:
    """What consecutive cells say today."""
    found: list[int] = []
    for month, start, stop in pieces_by_month(first, length):
        found += months[key, month].values[field][start:stop]
    return found


def pieces_by_month(first: date, length: int) -> Iterator[tuple[date, int, int]]:
    """`length` days from `first` on, as months with the places of their days: [start, stop)."""
    month, start = month_of(first), first.day - 1
    while length > 0:
        stop = min(start + length, length_of(month))
        yield month, start, stop
        length -= stop - start
        month, start = month_of(month + timedelta(days=32)), 0


def check_period(first: date, last: date, today: date) -> None:
    """Raise `EditInvalid` unless the days are in order, ahead, and not too many."""
    if last < first:
        raise EditInvalid("The last day is not before the first.", field="last")
    if first < today:
        raise EditInvalid("Days that have passed cannot be changed.", field="first")
    if (last - today).days > MAX_DAYS:
        raise EditInvalid(
            say("The calendar reaches %(days)s days ahead.", days=MAX_DAYS), field="last"
        )


def check_copy(copy: CopySeason, today: date) -> None:
    """Raise `EditInvalid` for a season that is none, too long, or out of the calendar's reach."""
    if not copy.rows:
        raise EditInvalid("Choose at least one row.", field="rows")
    if copy.last < copy.first:
        raise EditInvalid("The last day is not before the first.", field="last")
    if (copy.last - copy.first).days > MAX_DAYS:
        raise EditInvalid("The season is too long.", field="last")
    if copy.first < today - timedelta(days=MAX_DAYS):
        raise EditInvalid(
            say("The calendar reaches %(days)s days back.", days=MAX_DAYS), field="copy_first"
        )
    if copy.to_first < today:
        raise EditInvalid("Days that have passed cannot be changed.", field="first")
    if max(copy.to_first, copy.first) > today + timedelta(days=MAX_DAYS):
        raise EditInvalid(
            say("The calendar reaches %(days)s days ahead.", days=MAX_DAYS), field="first"
        )


def last_day(values: Values) -> date:
    """The last day that some values speak of. Raises `EditInvalid` when no calendar has it."""
    try:
        return values.first + timedelta(days=len(values.values) - 1)
    except OverflowError:
        raise EditInvalid(
            say("The calendar reaches %(days)s days ahead.", days=MAX_DAYS), field="last"
        ) from None


def check_edit(edit: EditCalendar, today: date) -> None:
    """Raise `EditInvalid`, with the field, for an edit that says nothing or too much."""
    if not edit.rows:
        raise EditInvalid("Choose at least one row.", field="rows")
    if not edit.changes:
        raise EditInvalid("Nothing to change: fill in at least one field.", field="changes")
    check_period(edit.first, edit.last, today)
    if any(not 1 <= day <= 7 for day in edit.weekdays):
        raise EditInvalid("Weekdays are 1 (Monday) to 7.", field="weekdays")
    if len({change.field for change in edit.changes}) < len(edit.changes):
        raise EditInvalid("A field is named twice.", field="changes")
    for change in edit.changes:
        _check_change(change)


def _check_change(change: Change) -> None:
    if change.operation is Operation.PERCENT and change.field is not Field.PRICE:
        raise EditInvalid("Only prices change by percent.", field=change.field.value)
    if change.step_cents < 1:
        raise EditInvalid("Prices are rounded to a cent or more.", field=change.field.value)
    if change.operation is Operation.SET:
        check_value(change.field, change.amount)


def check_value(field: Field, value: int) -> None:
    """Raise `EditInvalid` for a value that no cell of this field can hold."""
    if not 0 <= value <= LIMITS[field]:
        raise EditInvalid(
            say("The value is between 0 and %(most)s.", most=LIMITS[field]), field=field.value
        )


def applies(field: Field, key: RowKey) -> bool:
    """Whether a row has this field: units are the room type's own, prices those of rooms."""
    if field in INVENTORY:
        return key.rate_plan == 0 and key.room_type != 0
    return field is not Field.PRICE or key.room_type != 0


def derived_rows(edit: EditCalendar, plans: Mapping[int, RatePlan]) -> list[RowKey]:
    """The rows of plans whose derived price an edit moves; not of those that follow a row which it
    moves as well: they go on following."""
    if not any(_moves_price(change) for change in edit.changes):
        return []
    rows = set(edit.rows)
    return [
        key
        for key in edit.rows
        if key.room_type
        and key.rate_plan
        and RowKey(key.room_type) not in rows
        and not any(
            RowKey(key.room_type, above.id) in rows
            for above in lineage_of(plans[key.rate_plan], plans)[:-1]
        )
    ]


def _moves_price(change: Change) -> bool:
    return change.field is Field.PRICE and change.operation is not Operation.SET


def plan_edit(edit: EditCalendar, months: Months, sold: Sold = NOTHING_SOLD) -> list[Piece]:
    """Every cell that the edit changes. Fields that a row does not have are passed over, and nights
    without a price where prices move. `sold` is what the `derived_rows` sell for. Raises
    `EditInvalid` where no night has a price, or nothing of a plan's would be left."""
    wanted: Wanted = {}
    moved: list[dict[date, int]] = []
    days = list(days_of(edit.first, edit.last, edit.weekdays))
    for key in dict.fromkeys(edit.rows):
        for change in edit.changes:
            if not applies(change.field, key):
                continue
            before = {day: value_at(months, key, change.field, day) for day in days}
            if _moves_price(change):
                derived = sold.get(key, {})
                before = {day: cents or derived.get(day, 0) for day, cents in before.items()}
                before = {day: cents for day, cents in before.items() if cents}
                moved.append(before)
            wanted[key, change.field] = {
                day: _changed(key, value, change) for day, value in before.items()
            }
    if days and moved and not any(moved):
        raise EditInvalid(
            "None of these nights has a price to change: set one first.", field=Field.PRICE.value
        )
    return pieces_of(wanted, months)


def _changed(key: RowKey, before: int, change: Change) -> int:
    after = _result(before, change)
    if _moves_price(change) and key.rate_plan and not after:
        # Nothing would be the derived price again.
        raise EditInvalid(
            "This would leave nothing of a plan's price. Close its nights instead.",
            field=Field.PRICE.value,
        )
    return after


def _result(before: int, change: Change) -> int:
    match change.operation:
        case Operation.SET:
            return change.amount
        case Operation.ADD:
            after = before + change.amount
        case Operation.PERCENT:
            raw = round_half_up_bps(before, BPS + change.amount) if change.amount > -BPS else 0
            step = change.step_cents
            after = (raw * 2 + step) // (2 * step) * step
    return min(max(after, 0), LIMITS[change.field])


def plan_copy(copy: CopySeason, months: Months) -> list[Piece]:
    """The cells of a season copied to another year."""
    shift = copied_shift(copy)
    wanted: Wanted = {}
    for key in dict.fromkeys(copy.rows):
        for field in Field:
            if field not in INVENTORY and applies(field, key):
                wanted[key, field] = {
                    day + shift: value_at(months, key, field, day)
                    for day in days_of(copy.first, copy.last)
                }
    return pieces_of(wanted, months)


def copied_shift(copy: CopySeason) -> timedelta:
    """The whole weeks nearest to the wished distance, so that Saturdays stay Saturdays."""
    days = (copy.to_first - copy.first).days
    return timedelta(weeks=(days * 2 + 7) // 14)


def plan_push(push: PushCalendar, months: Months, today: date) -> list[Piece]:
    """The cells that a push changes. Raises `EditInvalid` for a value no cell can hold."""
    said: dict[tuple[RowKey, Field], list[Values]] = {}
    for values in push.values:
        key = RowKey(values.room_type, values.rate_plan)
        if not applies(values.field, key):
            raise EditInvalid("This row has no such field.", field=values.field.value)
        check_period(values.first, last_day(values), today)
        if not (min(values.values) >= 0 and max(values.values) <= LIMITS[values.field]):
            raise EditInvalid(
                say("The value is between 0 and %(most)s.", most=LIMITS[values.field]),
                field=values.field.value,
            )
        said.setdefault((key, values.field), []).append(values)
    found = [
        piece
        for (key, field), runs in sorted(said.items(), key=lambda item: item[0])
        for first, after in _joined(runs)
        for piece in _changed_runs(key, field, first, after, months)
    ]
    return _checked(found)


def _joined(runs: Sequence[Values]) -> list[tuple[date, Sequence[int]]]:
    """The runs of one row and field; where several speak of a day, the last one counts."""
    if len(runs) == 1:
        return [(runs[0].first, runs[0].values)]
    days: dict[date, int] = {}
    for run in runs:
        last = run.first + timedelta(days=len(run.values) - 1)
        days.update(zip(days_of(run.first, last), run.values, strict=True))
    return [(run[0], [days[day] for day in run]) for run in _runs(sorted(days))]


def _changed_runs(
    key: RowKey, field: Field, first: date, after: Sequence[int], months: Months
) -> Iterator[Piece]:
    """Runs of consecutive days whose values change."""
    before = span(months, key, field, first, len(after))
    begun: int | None = None
    for n in range(len(after) + 1):
        changes = n < len(after) and before[n] != after[n]
        if changes and begun is None:
            begun = n
        elif not changes and begun is not None:
            yield Piece(
                room_type=key.room_type,
                rate_plan=key.rate_plan,
                field=field,
                first=first + timedelta(days=begun),
                before=before[begun:n],
                after=list(after[begun:n]),
            )
            begun = None


def pieces_of(wanted: Wanted, months: Months) -> list[Piece]:
    """Runs of consecutive days, of those cells alone that change."""
    found = [
        piece
        for (key, field), days in sorted(wanted.items(), key=lambda item: item[0])
        for run in _runs(sorted(days))
        for piece in _changed_runs(key, field, run[0], [days[day] for day in run], months)
    ]
    return _checked(found)


def _checked(found: list[Piece]) -> list[Piece]:
    if count_cells(found) > MAX_CELLS:
        raise EditInvalid(
            say("At most %(most)s cells change at once.", most=MAX_CELLS), field="rows"
        )
    return found


def _runs(days: Sequence[date]) -> list[list[date]]:
    if not days:
        return []
    runs = [[days[0]]]
    for before, day in pairwise(days):
        if (day - before).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def count_cells(pieces: Iterable[Piece]) -> int:
    """How many cells change."""
    return sum(len(piece.after) for piece in pieces)


def cells_of(pieces: Iterable[Piece]) -> Iterator[Cell]:
    """Each cell by itself, in the order of the pieces."""
    for piece in pieces:
        for n in range(len(piece.after)):
            yield _cell(piece, n)


def _cell(piece: Piece, n: int, now: int | None = None) -> Cell:
    return Cell(
        room_type=piece.room_type,
        rate_plan=piece.rate_plan,
        field=piece.field,
        on=piece.first + timedelta(days=n),
        before=piece.before[n],
        after=piece.after[n],
        now=now,
    )


def find_moved(pieces: Iterable[Piece], months: Months) -> list[Cell]:
    """The cells that no longer say what they said when the change was made."""
    moved: list[Cell] = []
    for piece in pieces:
        key = RowKey(piece.room_type, piece.rate_plan)
        for n, before in enumerate(piece.before):
            day = piece.first + timedelta(days=n)
            now = value_at(months, key, piece.field, day)
            if now != before:
                moved.append(_cell(piece, n, now))
    return moved


def invert(pieces: Iterable[Piece], months: Months, today: date) -> tuple[list[Piece], list[Cell]]:
    """The pieces that give back what was before from today on, and the cells changed by somebody
    since, which are left alone."""
    wanted: Wanted = {}
    kept: list[Cell] = []
    for cell in cells_of(pieces):
        if cell.on < today:
            continue
        key = RowKey(cell.room_type, cell.rate_plan)
        now = value_at(months, key, cell.field, cell.on)
        if now == cell.after:
            wanted.setdefault((key, cell.field), {})[cell.on] = cell.before
        else:
            kept.append(replace(cell, before=cell.after, after=cell.before, now=now))
    return pieces_of(wanted, months), kept


def apply_pieces(
    pieces: Iterable[Piece], months: Months
) -> tuple[dict[tuple[RowKey, date], Month], list[Cell]]:
    """The months that change, as they will be, and the nights on which fewer units would be
    offered than are sold or held: then nothing may be applied."""
    changed: dict[tuple[RowKey, date], Month] = {}
    units: list[Piece] = []
    for piece in pieces:
        if piece.field in INVENTORY:
            units.append(piece)
        done = 0
        for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
            key = RowKey(piece.room_type, piece.rate_plan), month
            if key not in changed:
                changed[key] = _copied(months[key])
            upto = done + stop - start
            changed[key].values[piece.field][start:stop] = piece.after[done:upto]
            done = upto
    return changed, [cell for piece in units for cell in _short_cells(piece, changed)]


def find_short(pieces: Iterable[Piece], months: Months) -> list[Cell]:
    """The nights on which fewer units would be offered than are sold or held."""
    return apply_pieces([p for p in pieces if p.field in INVENTORY], months)[1]


def _copied(month: Month) -> Month:
    return Month(
        key=month.key,
        month=month.month,
        values={field: list(values) for field, values in month.values.items()},
        taken=month.taken,
    )


def sold_nights(pieces: Iterable[Piece], months: Months) -> int:
    """How many nights of room types with guests a change touches."""
    nights: set[tuple[int, date, int]] = set()
    for piece in pieces:
        if piece.rate_plan:
            continue
        for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
            known = months.get((RowKey(piece.room_type), month))
            if known and any(known.taken[start:stop]):
                nights.update(
                    (piece.room_type, month, n) for n in range(start, stop) if known.taken[n]
                )
    return len(nights)


def _short_cells(piece: Piece, changed: Months) -> Iterator[Cell]:
    done = 0
    for month, start, stop in pieces_by_month(piece.first, len(piece.after)):
        said = changed[RowKey(piece.room_type), month]
        offered, out = said.values[Field.OFFERED], said.values[Field.OUT_OF_ORDER]
        for n in range(start, stop):
            if offered[n] - out[n] < said.taken[n]:
                yield _cell(piece, done + n - start)
        done += stop - start
