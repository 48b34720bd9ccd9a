"""What an edit of the calendar changes, cell by cell; pure. The store loads the months first."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hub.core.sentences import say
from tourism.calendar.models import (
    CLOSURES,
    INVENTORY,
    Change,
    CopySeason,
    EditCalendar,
    Field,
    Operation,
    Piece,
    PushCalendar,
    RowKey,
    Values,
)
from tourism.calendar.policy.cells import (
    Months,
    Wanted,
    applies,
    changed_runs,
    checked,
    days_of,
    pieces_of,
    runs_of,
    value_at,
)
from tourism.rates.errors import EditInvalid
from tourism.rates.models import RatePlan
from tourism.rates.policy.pricing import lineage_of, round_half_up_bps

MAX_DAYS = 750
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
Sold = Mapping[RowKey, Mapping[date, int]]
NOTHING_SOLD: Sold = {}


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
        for piece in changed_runs(key, field, first, after, months)
    ]
    return checked(found)


def _joined(runs: Sequence[Values]) -> list[tuple[date, Sequence[int]]]:
    """The runs of one row and field; where several speak of a day, the last one counts."""
    if len(runs) == 1:
        return [(runs[0].first, runs[0].values)]
    days: dict[date, int] = {}
    for run in runs:
        last = run.first + timedelta(days=len(run.values) - 1)
        days.update(zip(days_of(run.first, last), run.values, strict=True))
    return [(run[0], [days[day] for day in run]) for run in runs_of(sorted(days))]
