"""Forms of the calendar: what the browser or a file sends, turned into commands."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from hub.core.sentences import say
from tourism.calendar.models import (
    Change,
    CopySeason,
    EditCalendar,
    Field,
    Operation,
    PushCalendar,
    RowKey,
    Values,
)
from tourism.rates.errors import EditInvalid
from tourism.rates.fields import read_cents, read_day, read_number

NUMBERS = (
    Field.OFFERED,
    Field.OUT_OF_ORDER,
    Field.MIN_STAY,
    Field.MIN_THROUGH,
    Field.MAX_STAY,
    Field.MAX_THROUGH,
)
CLOSURES = (Field.CLOSED, Field.CLOSED_TO_ARRIVAL, Field.CLOSED_TO_DEPARTURE)
MAX_LINES = 50_000
HEADER = ("row", "date", "field", "value")


def read_rows(texts: Sequence[str]) -> tuple[RowKey, ...]:
    """Rows as `ROOM:PLAN`. Raises `EditInvalid`."""
    try:
        return tuple(RowKey(*(int(part) for part in text.split(":", 1))) for text in texts)
    except ValueError:
        raise EditInvalid("Choose at least one row.", field="rows") from None


def read_edit(
    form: Mapping[str, str], rows: Sequence[str], weekdays: Sequence[str]
) -> EditCalendar:
    """The editor below the grid; fields left blank are not touched. Raises `EditInvalid`."""
    changes: list[Change] = []
    if form.get("price", "").strip():
        changes.append(_read_price(form))
    for field in NUMBERS:
        text = form.get(field.value, "").strip()
        if text:
            changes.append(Change(field=field, amount=read_number(text, field.value)))
    for field in CLOSURES:
        choice = form.get(field.value, "")
        if choice in {"0", "1"}:
            changes.append(Change(field=field, amount=int(choice)))
    return EditCalendar(
        rows=read_rows(rows),
        first=read_day(form.get("first", ""), "first"),
        last=read_day(form.get("last", ""), "last"),
        weekdays=tuple(read_number(day, "weekdays") for day in weekdays),
        changes=tuple(changes),
    )


def _read_price(form: Mapping[str, str]) -> Change:
    match form.get("operation", "set"):
        case "percent":
            # The percentage is written like an amount: 12,5 are 1,250 basis points.
            operation = Operation.PERCENT
        case "add":
            operation = Operation.ADD
        case _:
            operation = Operation.SET
    amount = read_cents(form["price"].replace("%", ""), "price")
    step = 100 if operation is Operation.PERCENT and form.get("whole") else 1
    return Change(field=Field.PRICE, amount=amount, operation=operation, step_cents=step)


def read_copy(form: Mapping[str, str], rows: Sequence[str]) -> CopySeason:
    """The season to copy. Raises `EditInvalid`."""
    return CopySeason(
        rows=read_rows(rows),
        first=read_day(form.get("copy_first", ""), "copy_first"),
        last=read_day(form.get("copy_last", ""), "copy_last"),
        to_first=read_day(form.get("copy_to", ""), "copy_to"),
    )


def write_csv(lines: Sequence[tuple[str, date, Field, int]]) -> str:
    """The calendar as a file: one line a cell; prices in euros."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for row, on, field, value in lines:
        shown = f"{value // 100},{value % 100:02d}" if field is Field.PRICE else str(value)
        writer.writerow((row, on.isoformat(), field.value, shown))
    return out.getvalue()


def read_csv(text: str) -> PushCalendar:
    """A file as `write_csv` writes it (semicolons or commas, any order of lines).

    Raises `EditInvalid` with the number of the first line that cannot be read.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if not lines:
        raise EditInvalid("The file is empty.", field="file")
    if len(lines) > MAX_LINES:
        raise EditInvalid(say("A file has at most %(most)s lines.", most=MAX_LINES), field="file")
    delimiter = ";" if ";" in lines[0] else ","
    reader = csv.DictReader(lines, delimiter=delimiter)
    if _read_header(reader) != HEADER:
        raise EditInvalid("The first line names row, date, field and value.", field="file", line=1)
    cells: dict[tuple[RowKey, Field], dict[date, int]] = {}
    for number, line in _numbered(reader, lines):
        try:
            key, field, on, value = _read_line(line)
        except (ValueError, KeyError, EditInvalid):
            raise _unreadable(number) from None
        days = cells.setdefault((key, field), {})
        if on in days:
            raise EditInvalid(
                say("Line %(line)s says a cell twice.", line=number), field="file", line=number
            )
        days[on] = value
    return PushCalendar(values=tuple(_as_values(cells)))


def _read_header(reader: "csv.DictReader[str]") -> tuple[str, ...]:
    try:
        return tuple(name.strip().lower() for name in reader.fieldnames or ())
    except csv.Error:
        return ()


def _numbered(
    reader: "csv.DictReader[str]", lines: Sequence[str]
) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    # A quotation mark that nobody closes swallows lines until the reader gives up: the line where
    # it stands, the first that is not empty, is the one to look at.
    before = reader.line_num
    try:
        for line in reader:
            yield reader.line_num, line
            before = reader.line_num
    except csv.Error:
        begun = (n for n in range(before, len(lines)) if lines[n].strip())
        raise _unreadable(next(begun, before) + 1) from None


def _unreadable(number: int) -> EditInvalid:
    return EditInvalid(say("Line %(line)s cannot be read.", line=number), field="file", line=number)


def _read_line(line: Mapping[str, str | None]) -> tuple[RowKey, Field, date, int]:
    row, day, name, value = (str(line.get(column) or "").strip() for column in HEADER)
    field = Field(name)
    amount = read_cents(value, "file") if field is Field.PRICE else read_number(value, "file")
    return read_rows([row])[0], field, date.fromisoformat(day), amount


def _as_values(cells: Mapping[tuple[RowKey, Field], Mapping[date, int]]) -> list[Values]:
    found: list[Values] = []
    for (key, field), days in cells.items():
        run: list[date] = []
        for day in sorted(days):
            if run and day - run[-1] != timedelta(days=1):
                found.append(_values(key, field, run, days))
                run = []
            run.append(day)
        if run:
            found.append(_values(key, field, run, days))
    return found


def _values(key: RowKey, field: Field, run: Sequence[date], days: Mapping[date, int]) -> Values:
    return Values(
        room_type=key.room_type,
        rate_plan=key.rate_plan,
        field=field,
        first=run[0],
        values=tuple(days[day] for day in run),
    )
