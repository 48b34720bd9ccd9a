"""Closings: what a period comes to, and the chain of them. Pure functions."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from hub.billing.models import Closing, DayToClose, Period, RecordSum

BEGINNING = bytes(32)


class _Said(msgspec.Struct, frozen=True, array_like=True):
    """What is hashed, in this order."""

    number: int
    period: Period
    since: date
    until: date
    first_seq: int
    last_seq: int
    last_hash: str
    totals: list[tuple[str, int]]
    perpetual: list[tuple[str, int]]
    closed_at: str
    previous_hash: str


def period_of(period: Period, day: date) -> tuple[date, date]:
    """The first and last day of the day's own period."""
    if period is Period.DAY:
        return day, day
    if period is Period.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def totals_of(sums: Iterable[RecordSum]) -> dict[str, int]:
    """Cents by `kind:category:rate`."""
    return {f"{one.kind.value}:{one.category.value}:{one.rate_bps}": one.cents for one in sums}


def added(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Two sets of totals together."""
    return {key: before.get(key, 0) + more.get(key, 0) for key in sorted({*before, *more})}


def whole_of(days: Iterable[DayToClose]) -> DayToClose:
    """The stretch of the journal that some days in order make."""
    found = list(days)
    return DayToClose(
        on=found[-1].on,
        first_seq=found[0].first_seq,
        last_seq=found[-1].last_seq,
        last_hash=found[-1].last_hash,
    )


def closing_of(
    last: Closing | None,
    period: Period,
    stretch: DayToClose,
    totals: Mapping[str, int],
    perpetual: Mapping[str, int],
    at: datetime,
) -> Closing:
    """The closing that follows the last one."""
    since, until = period_of(period, stretch.on)
    closing = Closing(
        number=last.number + 1 if last else 1,
        period=period,
        since=since,
        until=until,
        first_seq=stretch.first_seq,
        last_seq=stretch.last_seq,
        last_hash=stretch.last_hash,
        totals=dict(totals),
        perpetual=dict(perpetual),
        closed_at=at,
        previous_hash=last.hash if last else BEGINNING,
        hash=b"",
    )
    return msgspec.structs.replace(closing, hash=hash_of(closing))


def hash_of(closing: Closing) -> bytes:
    said = _Said(
        number=closing.number,
        period=closing.period,
        since=closing.since,
        until=closing.until,
        first_seq=closing.first_seq,
        last_seq=closing.last_seq,
        last_hash=closing.last_hash.hex(),
        totals=sorted(closing.totals.items()),
        perpetual=sorted(closing.perpetual.items()),
        closed_at=closing.closed_at.astimezone(UTC).isoformat(),
        previous_hash=closing.previous_hash.hex(),
    )
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def follows(last: Closing | None, closing: Closing) -> bool:
    """Whether a closing is as it was written, after the one before."""
    number, previous = (last.number, last.hash) if last else (0, BEGINNING)
    return (
        closing.number == number + 1
        and closing.previous_hash == previous
        and closing.hash == hash_of(closing)
    )
