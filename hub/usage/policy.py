"""What a month costs, which months there are, and what a later count changes: pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from hub.billing.models import Category, Draft, Exemption, Invoice, Kind, Line, Reference
from hub.core.money import divide_half_up
from hub.core.sentences import say
from hub.usage.errors import EventInvalid, PlanInvalid, SubscriptionInvalid
from hub.usage.models import (
    Aggregate,
    Allowance,
    Charge,
    CloudEvent,
    Meter,
    PlanTerms,
    Quantity,
    Subscription,
    UsageEvent,
)

MONTHLY = "monthly"
# What was sent before midnight has arrived by then; what comes later is a later document.
GRACE = timedelta(hours=2)
AHEAD, LATE = timedelta(minutes=5), timedelta(days=400)
METERS_MOST, FEATURES_MOST, TEXT_MOST, QUANTITY_MOST = 50, 100, 200, 10**12
NO_VAT = Exemption(words="TVA non applicable, art. 293 B du CGI", code="VATEX-FR-FRANCHISE")


def check_terms(code: str, terms: PlanTerms) -> None:
    """Raises `PlanInvalid`."""
    if not code.isidentifier() or len(code) > TEXT_MOST:
        raise PlanInvalid("A plan's code is one word.", field="code")
    if not 1 <= len(terms.name) <= TEXT_MOST:
        raise PlanInvalid("Give the plan a name.", field="name")
    if terms.monthly_cents < 0 or not 0 <= terms.vat_bps <= 10_000:
        raise PlanInvalid("A price is not below zero.", field="monthly_cents")
    if len(terms.service) > TEXT_MOST:
        raise PlanInvalid("There is no such service.", field="service")
    if len(terms.meters) > METERS_MOST or len(terms.features) > FEATURES_MOST:
        raise PlanInvalid("A plan has at most 50 meters and 100 features.", field="meters")
    if len({meter.type for meter in terms.meters}) < len(terms.meters):
        raise PlanInvalid("A meter is named once.", field="meters")
    for meter in terms.meters:
        low = min(meter.included, meter.price_cents, meter.per - 1, meter.most or 0)
        if low < 0 or not meter.name or not meter.type or meter.type == MONTHLY:
            raise PlanInvalid(
                say("The meter %(type)s cannot be: look at its numbers.", type=meter.type),
                field="meters",
            )


def check_zone(zone: str) -> None:
    """Raises `SubscriptionInvalid`."""
    if zone not in available_timezones():
        raise SubscriptionInvalid("This time zone is unknown.", field="zone")


def read_event(event: CloudEvent, now: datetime) -> UsageEvent:
    """What an event counts. Raises `EventInvalid` naming its attribute."""
    if event.specversion != "1.0":
        raise EventInvalid("Events are CloudEvents 1.0.", field="specversion")
    for name in ("id", "source", "type", "subject"):
        if not 1 <= len(getattr(event, name)) <= TEXT_MOST:
            raise EventInvalid("An event has an id, a source, a type and a subject.", field=name)
    at = event.time or now
    if at.tzinfo is None:
        raise EventInvalid("An instant names its offset from universal time.", field="time")
    if not now - LATE <= at <= now + AHEAD:
        raise EventInvalid("An event is of the last 400 days, and not of tomorrow.", field="time")
    quantity = (event.data or {}).get("quantity", 1)
    if type(quantity) is not int or not -QUANTITY_MOST <= quantity <= QUANTITY_MOST:
        raise EventInvalid("A quantity is a whole number.", field="data")
    try:
        subscription = UUID(event.subject)
    except ValueError:
        raise EventInvalid("The subject is a subscription's number.", field="subject") from None
    return UsageEvent(
        source=event.source,
        id=event.id,
        subscription=subscription,
        type=event.type,
        at=at,
        quantity=quantity,
    )


def is_covered(subscription: Subscription, at: datetime) -> bool:
    """Whether there was the subscription at an instant, by its own clock."""
    day = at.astimezone(ZoneInfo(subscription.zone)).date()
    return subscription.since <= day < (subscription.until or date.max)


def month_of(at: datetime, zone: str) -> date:
    """The month in which an instant counts, by the subscriber's own clock."""
    return at.astimezone(ZoneInfo(zone)).date().replace(day=1)


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def span_of(month: date, zone: str) -> tuple[datetime, datetime]:
    """The instants of a month in a zone; the second is not in it."""
    place = ZoneInfo(zone)
    return (
        datetime.combine(month, time(), place),
        datetime.combine(next_month(month), time(), place),
    )


def is_over(month: date, zone: str, now: datetime) -> bool:
    return now >= span_of(month, zone)[1] + GRACE


def active_days(subscription: Subscription, month: date) -> tuple[int, int]:
    """On how many days of a month there was a subscription, and how many it has."""
    after = next_month(month)
    first = max(month, subscription.since)
    last = min(after, subscription.until or after)
    return max((last - first).days, 0), (after - month).days


def charges_of(
    subscription: Subscription, month: date, quantities: Iterable[Quantity]
) -> list[Charge]:
    """What a month costs: the price of the plan by days, and each meter beyond what it includes,
    each rounded once."""
    terms = subscription.terms
    used = {one.type: one for one in quantities}
    days, of = active_days(subscription, month)
    found = [
        Charge(
            code=MONTHLY,
            name=terms.name,
            quantity=days,
            cents=divide_half_up(terms.monthly_cents * days, of),
        )
    ]
    for meter in terms.meters:
        quantity = quantity_of(meter, used.get(meter.type))
        beyond = max(quantity - meter.included, 0)
        cents = divide_half_up(beyond * meter.price_cents, meter.per)
        found.append(Charge(code=meter.type, name=meter.name, quantity=quantity, cents=cents))
    return found


def quantity_of(meter: Meter, used: Quantity | None) -> int:
    if used is None:
        return 0
    return max(used.peak if meter.aggregate is Aggregate.PEAK else used.total, 0)


def differences(
    charges: Sequence[Charge], billed: Mapping[str, int]
) -> tuple[list[Charge], list[Charge]]:
    """What is to be invoiced more, and what is to be credited, against what was billed before."""
    more: list[Charge] = []
    less: list[Charge] = []
    for charge in charges:
        cents = charge.cents - billed.get(charge.code, 0)
        changed = Charge(
            code=charge.code, name=charge.name, quantity=charge.quantity, cents=abs(cents)
        )
        if cents > 0:
            more.append(changed)
        elif cents < 0:
            less.append(changed)
    return more, less


def subject_of(subscription: UUID, month: date) -> str:
    """How documents and payments name a month of a subscription."""
    return f"usage:{subscription}:{month:%Y-%m}"


def month_of_subject(subject: str) -> tuple[UUID, date]:
    """The subscription and the month that a document or a payment names."""
    _, subscription, month, *_ = subject.split(":")
    return UUID(subscription), date.fromisoformat(f"{month}-01")


def draft_of(
    subscription: Subscription,
    month: date,
    charges: Sequence[Charge],
    number: int,
    today: date,
    corrects: Sequence[Invoice] = (),
) -> Draft:
    """The document `number` of a month; a credit note names the month's invoices."""
    rate = subscription.terms.vat_bps
    after = subscription.until or next_month(month)
    if after <= max(month, subscription.since):  # what was billed of a month beyond the end
        after = next_month(month)
    subject = subject_of(subscription.id, month)
    return Draft(
        source=f"{subject}:{number}",
        subject=subject,
        matter=f"{month:%Y-%m}",
        buyer=subscription.buyer,
        buyer_organisation=subscription.customer,
        lines=tuple(
            Line(
                name=charge.name,
                note=_note(charge, month),
                net_cents=charge.cents,
                category=Category.STANDARD if rate else Category.EXEMPT,
                rate_bps=rate,
                exemption=None if rate else NO_VAT,
            )
            for charge in charges
        ),
        delivered_from=max(month, subscription.since),
        delivered_until=min(after, next_month(month)) - timedelta(days=1),
        paid_on=today if corrects else None,
        corrects=tuple(
            Reference(number=one.number, issued_on=one.issued_on)
            for one in corrects
            if one.kind is Kind.INVOICE
        ),
        reason="Usage compté à nouveau pour ce mois." if corrects else "",
        service=subscription.terms.service,
    )


def _note(charge: Charge, month: date) -> str:
    if charge.code == MONTHLY:
        return f"{charge.quantity} jours en {month:%m/%Y}"
    return f"{charge.quantity} en {month:%m/%Y}"


def allowance_of(terms: PlanTerms, name: str, quantities: Iterable[Quantity]) -> Allowance:
    """Whether there may be more of a feature or of a meter; what a plan does not name it does not
    give."""
    meter = next((one for one in terms.meters if one.type == name), None)
    if meter is None:
        limit = terms.features.get(name, 0)
        return Allowance(name=name, allowed=limit > 0, limit=limit, used=0, left=limit)
    used = quantity_of(meter, next((one for one in quantities if one.type == name), None))
    left = None if meter.most is None else max(meter.most - used, 0)
    return Allowance(
        name=name, allowed=left is None or left > 0, limit=meter.most, used=used, left=left
    )
