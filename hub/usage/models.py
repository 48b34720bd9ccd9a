"""Plans, who has subscribed to one, what was used of it, and the months that were billed.

Amounts are integer cents net of VAT; a month is named by its first day, and begins and ends by the
clock of the subscriber's own time zone.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from hub.billing.models import Buyer


class Aggregate(StrEnum):
    """How the events of a month become one quantity: added up, or the highest (storage)."""

    SUM = "sum"
    PEAK = "peak"


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured: events of this type. `included` units a month cost nothing, each `per`
    units beyond cost `price_cents`; `most` is the limit, if there is one."""

    type: str
    name: str
    aggregate: Aggregate = Aggregate.SUM
    included: int = 0
    price_cents: int = 0
    per: int = 1
    most: int | None = None


class PlanTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says: a price a month, meters, and what it allows beside (a number each: 0 no,
    1 yes, or how many). `service` is the service of trust whose promises it buys; without one,
    those of every service that its seller runs."""

    name: str
    monthly_cents: int
    vat_bps: int = 2_000
    meters: tuple[Meter, ...] = ()
    features: dict[str, int] = {}
    service: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a plan; it never changes."""

    code: str
    version: int
    terms: PlanTerms
    made_at: datetime


class Subscribe(msgspec.Struct, frozen=True, kw_only=True):
    """Let an organisation have a plan from a day on, billed to somebody by the clock of a zone."""

    customer: int
    plan: str
    since: date
    buyer: Buyer
    zone: str = "Europe/Paris"


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which version of a plan, from a day to another (which is not in it)."""

    id: UUID
    tenant: int
    customer: int
    customer_name: str
    plan: str
    version: int
    terms: PlanTerms
    zone: str
    since: date
    until: date | None
    buyer: Buyer


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event by CloudEvents 1.0: `type` names the meter, `subject` the subscription, and
    `data.quantity` how much (1 without). An event is what its `source` and `id` say: sent again it
    counts once. A quantity below zero corrects what was told too high."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime | None = None
    datacontenttype: str | None = None
    data: dict[str, object] | None = None


class UsageEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is kept."""

    source: str
    id: str
    subscription: UUID
    type: str
    at: datetime
    quantity: int


class Ingested(msgspec.Struct, frozen=True, kw_only=True):
    """How many events were new, how many were known, and how many were known with another content
    (the first stands)."""

    accepted: int
    known: int
    differing: int


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """What was used of a meter in a month: added up, and the highest single value."""

    type: str
    total: int
    peak: int
    events: int


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of a month costs: `monthly`, or a meter's type."""

    code: str
    name: str
    quantity: int
    cents: int


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month that was billed: the last event it knows, and cents invoiced of each part by now."""

    month: date
    seq: int
    documents: int
    billed: dict[str, int]


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a month: below zero is a credit note."""

    subscription: UUID
    month: date
    number: int
    invoice: UUID
    document: str
    gross_cents: int
    made_at: datetime


class MonthDue(msgspec.Struct, frozen=True, kw_only=True):
    """A month of a subscription that is to be billed, or billed again."""

    tenant: int
    subscription: UUID
    month: date


class BillMonth(msgspec.Struct, frozen=True, kw_only=True):
    subscription: UUID
    month: date


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a subscriber may have more of a feature or a meter: the limit (none: no limit), what
    was used of it this month, and what is left."""

    name: str
    allowed: bool
    limit: int | None
    used: int
    left: int | None


class Outstanding(msgspec.Struct, frozen=True, kw_only=True):
    """What a month still wants to be paid; below zero: what goes back."""

    cents: int
    paid_cents: int
    documents_cents: int


class Metered(msgspec.Struct, frozen=True, kw_only=True):
    """What a subscription meters of something this month, and what that costs so far, net."""

    plan: str
    month: date
    included: int
    quantity: int
    cents: int
