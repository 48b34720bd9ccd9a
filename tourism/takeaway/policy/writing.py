"""The files of an archive: schemas, sheets and calendars. Pure: rows in, bytes out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Event

from hub.core.i18n import LANGUAGES
from hub.core.sheets import Column, Row, shape_of
from tourism.booking.models import Guest
from tourism.lodging.models import Bed, HouseFacts
from tourism.police.models import Content
from tourism.quoting.models import Quote
from tourism.rates.models import Cancellation, PlanDetails, PromotionDetails
from tourism.takeaway.policy.contents import part_of

# What stands inside of the columns that hold documents.
DOCUMENTS: dict[tuple[str, str], Any] = {
    ("property", "facts"): HouseFacts,
    ("property", "description"): dict[str, str],
    ("room_type", "beds"): list[Bed],
    ("room_type", "description"): dict[str, str],
    ("photo", "alt"): dict[str, str],
    ("rate_plan", "cancellation"): Cancellation,
    ("rate_plan", "details"): PlanDetails,
    ("promotion", "details"): PromotionDetails,
    ("quote", "document"): Quote,
    ("booking", "document"): Quote,
    ("booking", "guest"): Guest,
    ("police_sheet", "content"): Content,
}


def write_schema(table: str, columns: Sequence[Column]) -> bytes:
    """The JSON Schema (2020-12) of a table's file."""
    documents = {
        column.name: DOCUMENTS[(table, column.name)]
        for column in columns
        if (table, column.name) in DOCUMENTS
    }
    shapes, definitions = msgspec.json.schema_components(
        list(documents.values()), ref_template="#/$defs/{name}"
    )
    known = dict(zip(documents, shapes, strict=True))
    properties = {column.name: shape_of(column, known.get(column.name)) for column in columns}
    part = part_of(table)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": part.file,
        "description": part.words,
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": [column.name for column in columns],
        },
        "$defs": definitions,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def heads_of(table: str, columns: Sequence[Column]) -> list[str]:
    """The columns of a table's sheet: what stands inside of a document in columns of its own
    (`guest.email`, `alt.fr`); a quote's document stands in JSON only."""
    heads: list[str] = []
    for column in columns:
        kind = DOCUMENTS.get((table, column.name))
        if kind is Quote:
            continue
        if kind == dict[str, str]:
            heads += [f"{column.name}.{language}" for language in LANGUAGES]
        elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            fields = msgspec.structs.fields(kind)
            heads += [f"{column.name}.{field.encode_name}" for field in fields]
        else:
            heads.append(column.name)
    return heads


_NIGHTLY = (
    "units_left price_cents min_stay min_through max_stay max_through offered out_of_order flags"
).split()
NIGHT_HEADS = ("room_type", "code", "night", *_NIGHTLY)


def spread_nights(month: Row, codes: Mapping[int, str]) -> Iterator[Row]:
    """One row a night, from the row of a month; a list that is absent is None."""
    first = date.fromisoformat(month["month"])
    lists = {name: month.get(name) for name in _NIGHTLY}
    for place in range(len(month["units_left"])):
        night: Row = {name: list[place] if list else None for name, list in lists.items()}
        night["room_type"] = month["room_type"]
        night["code"] = codes.get(month["room_type"], "")
        night["night"] = (first + timedelta(days=place)).isoformat()
        yield night


def slim_booking(row: Row) -> Row:
    """What a calendar says of a booking."""
    guest = row.get("guest") or {}
    said = {name: row[name] for name in ("reference", "arrival", "departure", "cancelled_at")}
    return said | {"last_name": guest.get("last_name", "")}


def write_calendar(
    name: str, rooms: Iterable[Row], bookings: Mapping[str, Row], stamped_at: datetime
) -> bytes:
    """The stays in a room type: whole days, one event a room, cancelled ones marked so."""
    calendar = Calendar()
    calendar.add("prodid", "-//usage-hub//TourismInFrance take-away//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    for room in rooms:
        booking = bookings.get(room["booking"])
        if booking is not None:
            calendar.add_component(_event(room, booking, stamped_at))
    return calendar.to_ical()


def _event(room: Row, booking: Row, stamped_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{room['booking']}-{room['number']}@take-away.tourisminfrance")
    event.add("dtstamp", stamped_at)
    event.add("dtstart", date.fromisoformat(booking["arrival"]))
    event.add("dtend", date.fromisoformat(booking["departure"]))
    event.add("summary", f"{booking['reference']} {booking['last_name']}".strip())
    event.add("status", "CANCELLED" if booking["cancelled_at"] else "CONFIRMED")
    return event
