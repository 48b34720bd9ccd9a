"""Availability to the minute, and penalties to the cent (DOMAIN 6.4: SL-1 to SL-4)."""

import tomllib
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec

from hub.billing.models import Category, Exemption, Invoice, Kind, Line, Reference
from hub.core.clock import local_date
from hub.service_levels.models import Incident, Measured, Promise, Span, Work

MINUTE = timedelta(minutes=1)
PARIS = ZoneInfo("Europe/Paris")
# The month of a closing is over, and late documents of it are there.
SETTLED = timedelta(days=5)
AGAIN = timedelta(days=396)
# How the credit notes of missed promises name where they come from.
NOTE = "service-level:"
# A service that does not answer in so many minutes has an incident; good ones may be between them.
LONG, BETWEEN = timedelta(minutes=15), timedelta(minutes=5)
_END = datetime.max.replace(tzinfo=UTC)


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """The promises of a day, by the level's code."""

    published_on: date
    notice_hours: int
    works_hours: int
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


def span_since(month: date, since: datetime) -> Span:
    """What of a calendar month in Paris comes after an instant, in whole minutes."""
    whole = span_of(month)
    first = since.replace(second=0, microsecond=0)
    first += MINUTE if first < since else timedelta()
    return Span(since=min(max(whole.since, first), whole.until), until=whole.until)


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
    count at all (SL-2), up to so many hours a month: what goes beyond them counts as it was."""
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
    left_out = _left_out(span, works, whole)
    counted = whole - sum(left_out)
    answered = sum(1 for minute in range(whole) if good[minute] and not left_out[minute])
    return Measured(counted=counted, up=answered)


def _left_out(span: Span, works: Iterable[Work], whole: int) -> bytearray:
    """The minutes of announced work, the first of each month up to what a month may leave out."""
    announced = bytearray(whole)
    for work in works:
        if is_announced(work):
            for minute in _touched(span, Span(since=work.begins_at, until=work.ends_at), whole):
                announced[minute] = 1
    month = span.since.astimezone(PARIS).date().replace(day=1)
    while (whole_month := span_of(month)).since < span.until:
        left = promises().works_hours * 60
        for minute in _touched(span, whole_month, whole):
            if announced[minute]:
                announced[minute] = left > 0
                left -= 1
        month = local_date(whole_month.until, "Europe/Paris")
    return announced


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


def best_of(measured: Measured, promised: Iterable[Promise]) -> tuple[Promise, int] | None:
    """The promise that gives most back, with what it gives; of equal ones that of the highest
    target. None without any."""
    found = [(one, percent_of(measured, one)) for one in promised]
    return max(found, key=lambda pair: (pair[1], pair[0].target_ppm), default=None)


def is_settled(month: date, now: datetime) -> bool:
    """Whether a month is over, and its documents had time to come."""
    return now >= span_of(month).until + SETTLED


def months_open(since: datetime, now: datetime) -> list[date]:
    """The months that are gone through, oldest first: settled, not older than a year and a month,
    none before the service was there."""
    first = local_date(max(since, now - AGAIN), "Europe/Paris").replace(day=1)
    month, found = month_before(local_date(now, "Europe/Paris")), []
    while month >= first:
        if is_settled(month, now):
            found.append(month)
        month = month_before(month)
    return found[::-1]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What is given back of one category and rate."""

    category: Category
    rate_bps: int
    net_cents: int
    exemption: Exemption | None


class Affair(msgspec.Struct, frozen=True, kw_only=True):
    """The documents of one affair in a month, and the credit notes that missed promises brought it:
    for this service, and for others."""

    subject: str
    documents: tuple[Invoice, ...]
    own: tuple[Invoice, ...]
    others: tuple[Invoice, ...]


def affairs_of(
    documents: Iterable[Invoice], notes: Iterable[Invoice], service: str
) -> list[Affair]:
    """A month's documents by affair; a note belongs to every affair whose document it corrects."""
    by_subject: dict[str, list[Invoice]] = {}
    for one in documents:
        by_subject.setdefault(one.subject, []).append(one)
    named = [(one, {to.number for to in one.read().corrects}) for one in notes]
    found: list[Affair] = []
    for subject, own in by_subject.items():
        numbers = {one.number for one in own}
        touching = [note for note, corrects in named if corrects & numbers]
        mine = [one for one in touching if one.source.startswith(f"{NOTE}{service}:")]
        found.append(
            Affair(
                subject=subject,
                documents=tuple(own),
                own=tuple(mine),
                others=tuple(one for one in touching if one not in mine),
            )
        )
    return found


def credit_of(
    invoices: Sequence[Invoice],
    percent: int,
    own: Sequence[Invoice] = (),
    others: Sequence[Invoice] = (),
) -> tuple[int, tuple[Share, ...]]:
    """The net of the month's documents, and what is still to be credited by category and rate. The
    sum is rounded once, half up, and the cents that remain go to the largest remainders. What was
    credited for the same service (`own`) is part of it; with what was credited for `others` it
    never goes above the whole."""
    why = _exemptions(invoices)
    positive = {key: cents for key, cents in _nets(invoices).items() if cents > 0}
    base = sum(positive.values())
    whole = min(base, (base * percent * 2 + 100) // 200)
    parts = {key: cents * percent // 100 for key, cents in positive.items()}
    order = sorted(positive, key=lambda key: (-(positive[key] * percent % 100), key[0], key[1]))
    for key in order[: whole - sum(parts.values())]:
        parts[key] += 1
    had, other = _nets(own), _nets(others)
    left = {
        key: min(cents + had.get(key, 0), positive[key] + had.get(key, 0) + other.get(key, 0))
        for key, cents in parts.items()
    }
    shares = tuple(
        Share(category=key[0], rate_bps=key[1], net_cents=cents, exemption=why.get(key))
        for key, cents in sorted(left.items())
        if cents > 0
    )
    return base, shares


def _nets(invoices: Iterable[Invoice]) -> dict[tuple[Category, int], int]:
    """The nets of documents by category and rate; a credit note's are below zero."""
    nets: dict[tuple[Category, int], int] = {}
    for content in (one.read() for one in invoices):
        for group in content.vat:
            key = (group.category, group.rate_bps)
            nets[key] = nets.get(key, 0) + content.sign * group.net_cents
    return nets


def _exemptions(invoices: Iterable[Invoice]) -> dict[tuple[Category, int], Exemption]:
    return {
        (group.category, group.rate_bps): group.reasons[0]
        for one in invoices
        for group in one.read().vat
        if group.reasons
    }


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


def untold_runs(
    runs: Iterable[Span], incidents: Iterable[Incident], works: Iterable[Work]
) -> list[Span]:
    """The times in which a service did not answer and that nobody told: no incident touches them,
    and no work that was announced in time."""
    told = [Span(since=one.began_at, until=one.ended_at or _END) for one in incidents]
    told += [Span(since=one.begins_at, until=one.ends_at) for one in works if is_announced(one)]
    return [run for run in runs if not any(_touch(run, one) for one in told)]


def _touch(one: Span, other: Span) -> bool:
    return one.since < other.until and other.since < one.until


def incident_rank(
    incidents: Iterable[Incident], now: datetime, runs: Sequence[Span] = (), untold: int = 0
) -> tuple[int, int]:
    """The level of the slowest announcement (72, 24, 4 hours; for the highest also the cause in ten
    days), and its hours. What was measured (`runs`) was found after a quarter of an hour, whatever
    the report says; the first `untold` of them were not told to this instant."""
    rank, slowest = 3, 0
    for run in runs[:untold]:
        took = now - run.since - LONG
        slowest = max(slowest, took // timedelta(hours=1))
        rank = min(rank, sum(took <= timedelta(hours=most) for most in (72, 24, 4)))
    for one in incidents:
        lasted = Span(since=one.began_at, until=one.ended_at or _END)
        known = [run.since + LONG for run in runs[untold:] if _touch(run, lasted)]
        found_at = min([one.found_at, *known])
        took = (one.told_at or now) - found_at
        hours = took // timedelta(hours=1)
        slowest = max(slowest, hours)
        reached = sum(took <= timedelta(hours=most) for most in (72, 24, 4))
        cause = (one.cause_told_at or now) - found_at
        if cause > timedelta(days=10):
            reached = min(reached, 2)
        rank = min(rank, reached)
    return rank, slowest
