"""Availability to the minute, and penalties to the cent (DOMAIN 6.4: SL-1 to SL-4)."""

import tomllib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec

from hub.billing.models import Category, Exemption, Invoice, Kind, Line, Reference
from hub.service_levels.models import Incident, Measured, Promise, Span, Work

MINUTE = timedelta(minutes=1)
PARIS = ZoneInfo("Europe/Paris")


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """The promises of a day, by the level's code."""

    published_on: date
    notice_hours: int
    bronze: Promise
    silver: Promise
    gold: Promise

    def of(self, level: str) -> Promise | None:
        return getattr(self, level, None) if level in {"bronze", "silver", "gold"} else None


@cache
def promises() -> Promises:
    """What is promised now."""
    file = resources.files("hub.service_levels").joinpath("data/promises-2026-11.toml")
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Promises)


def span_of(month: date) -> Span:
    """A calendar month in Paris."""
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return Span(since=_midnight(first), until=_midnight(after))


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def minutes_of(span: Span) -> int:
    """The whole minutes of a span. Instants with a zone: an hour that a clock goes back counts."""
    return int(span.until.timestamp() - span.since.timestamp()) // 60


def measure(
    span: Span,
    up: Collection[int],
    incidents: Iterable[Incident],
    works: Iterable[Work],
    tenant: int | None,
) -> Measured:
    """What of a span was up for a client. `up` are the minutes, by their number in the span, at
    which the service answered from outside: a minute that nobody measured was not up (SL-4). An
    incident counts for those that it concerns (SL-3); work that was announced in time does not
    count at all (SL-2)."""
    whole = minutes_of(span)
    good = bytearray(whole)
    for minute in up:
        if 0 <= minute < whole:
            good[minute] = 1
    for one in incidents:
        if one.concerns(tenant):
            until = one.ended_at or span.until
            for minute in _touched(span, Span(since=one.began_at, until=until), whole):
                good[minute] = 0
    left_out = bytearray(whole)
    for work in works:
        if is_announced(work):
            for minute in _touched(span, Span(since=work.begins_at, until=work.ends_at), whole):
                left_out[minute] = 1
    counted = whole - sum(left_out)
    answered = sum(1 for minute in range(whole) if good[minute] and not left_out[minute])
    return Measured(counted=counted, up=answered)


def is_announced(work: Work) -> bool:
    """Whether work was announced early enough not to count."""
    return work.begins_at - work.announced_at >= timedelta(hours=promises().notice_hours)


def _touched(whole: Span, part: Span, most: int) -> range:
    """The minutes of a span that a part of it touches."""
    first = (part.since.timestamp() - whole.since.timestamp()) // 60
    last = -((whole.since.timestamp() - part.until.timestamp()) // 60)
    return range(max(0, int(first)), max(0, min(most, int(last))))


def allowed_down_s(counted: int, target_ppm: int) -> int:
    """The seconds that may be missing of so many minutes."""
    return counted * 60 * (1_000_000 - target_ppm) // 1_000_000


def percent_of(measured: Measured, promise: Promise) -> int:
    """What the month gives back: nothing when the target is held to the minute."""
    if not measured.counted:
        return 0
    if measured.up * 1_000_000 >= promise.target_ppm * measured.counted:
        return 0
    for step in promise.steps:
        if measured.up * 1_000_000 >= step.down_to_ppm * measured.counted:
            return min(step.percent, 100)
    return 0


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What is given back of one category and rate."""

    category: Category
    rate_bps: int
    net_cents: int
    exemption: Exemption | None


def credit_of(invoices: Sequence[Invoice], percent: int) -> tuple[int, tuple[Share, ...]]:
    """The net of the month's documents, and the credit by category and rate. The sum is rounded
    once, half up, and the cents that remain go to the largest remainders: never above the whole."""
    nets: dict[tuple[Category, int], int] = {}
    why: dict[tuple[Category, int], Exemption] = {}
    for invoice in invoices:
        content = invoice.read()
        for group in content.vat:
            key = (group.category, group.rate_bps)
            nets[key] = nets.get(key, 0) + content.sign * group.net_cents
            if group.reasons:
                why[key] = group.reasons[0]
    positive = {key: cents for key, cents in nets.items() if cents > 0}
    base = sum(positive.values())
    whole = min(base, (base * percent * 2 + 100) // 200)
    parts = {key: cents * percent // 100 for key, cents in positive.items()}
    order = sorted(positive, key=lambda key: (-(positive[key] * percent % 100), key[0], key[1]))
    for key in order[: whole - sum(parts.values())]:
        parts[key] += 1
    shares = tuple(
        Share(category=key[0], rate_bps=key[1], net_cents=cents, exemption=why.get(key))
        for key, cents in sorted(parts.items())
        if cents
    )
    return base, shares


def lines_of(shares: Iterable[Share], words: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            name=words,
            net_cents=one.net_cents,
            category=one.category,
            rate_bps=one.rate_bps,
            exemption=one.exemption,
        )
        for one in shares
    )


def references_of(invoices: Iterable[Invoice]) -> tuple[Reference, ...]:
    """The invoices that a credit note corrects."""
    return tuple(
        Reference(number=one.number, issued_on=one.issued_on)
        for one in invoices
        if one.kind is Kind.INVOICE
    )


def incident_rank(incidents: Iterable[Incident], now: datetime) -> tuple[int, int]:
    """The level of the slowest announcement (72, 24, 4 hours; for the highest also the cause in ten
    days), and its hours."""
    rank, slowest = 3, 0
    for one in incidents:
        took = one.told_at - one.found_at
        hours = took // timedelta(hours=1)
        slowest = max(slowest, hours)
        reached = sum(took <= timedelta(hours=most) for most in (72, 24, 4))
        cause = (one.cause_told_at or now) - one.found_at
        if cause > timedelta(days=10):
            reached = min(reached, 2)
        rank = min(rank, reached)
    return rank, slowest
