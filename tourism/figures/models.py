"""What the figures of a house are counted from, and the figures. Counts are integers and exact
fractions: nothing here is rounded; `percent_bps` and `whole_cents` of the policy round, once, for
the eye."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

import msgspec


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """One night of one sold room. `lodging_cents` is the price, VAT included, without meals."""

    on: date
    lodging_cents: int


class RoomStay(msgspec.Struct, frozen=True, kw_only=True):
    """One room of a booking. It is on the books from `confirmed_at` until `cancelled_at`."""

    booking: UUID
    room_type: int
    persons: int
    arrival: date
    nights: tuple[Night, ...]
    vat_bps: int
    confirmed_at: datetime
    cancelled_at: datetime | None = None
    came: bool = True


class TypeNight(msgspec.Struct, frozen=True, kw_only=True):
    """What one room type has for a night: the units offered, those out of order, and whether the
    type or the whole house is closed for sale."""

    room_type: int
    on: date
    units: int
    out_of_order: int = 0
    closed: bool = False


class Treatment(StrEnum):
    """How a room counts; `treatment_of` declares it."""

    SOLD = "sold"
    COMPLIMENTARY = "complimentary"
    NO_SHOW_CHARGED = "no_show_charged"
    NOT_COUNTED = "not_counted"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What adds up over nights; ratios are always of the sums, never a mean of ratios.

    `revenue_cents` is exact: room revenue without VAT, meals or tourist tax. A ratio is None when
    there is nothing to divide by.
    """

    arrivals: int = 0
    guest_nights: int = 0
    rooms_sold: int = 0
    rooms_complimentary: int = 0
    rooms_available: int = 0
    revenue_cents: Fraction = Fraction(0)

    @property
    def occupancy(self) -> Fraction | None:
        """Rooms sold ÷ rooms available for sale."""
        return _divide(self.rooms_sold, self.rooms_available)

    @property
    def adr_cents(self) -> Fraction | None:
        """Room revenue ÷ rooms sold."""
        return _divide(self.revenue_cents, self.rooms_sold)

    @property
    def revpar_cents(self) -> Fraction | None:
        """Room revenue ÷ rooms available, which is occupancy × ADR."""
        return _divide(self.revenue_cents, self.rooms_available)

    @property
    def length_of_stay(self) -> Fraction | None:
        """Guest nights ÷ arrivals."""
        return _divide(self.guest_nights, self.arrivals)


def _divide(part: Fraction | int, whole: int) -> Fraction | None:
    return Fraction(part) / whole if whole else None


def add_up(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    every = tuple(counts)
    return Counts(
        arrivals=sum(one.arrivals for one in every),
        guest_nights=sum(one.guest_nights for one in every),
        rooms_sold=sum(one.rooms_sold for one in every),
        rooms_complimentary=sum(one.rooms_complimentary for one in every),
        rooms_available=sum(one.rooms_available for one in every),
        revenue_cents=sum((one.revenue_cents for one in every), Fraction(0)),
    )


# Spans of days before arrival, the last one open: the day itself, then up to so many days.
LEAD_BUCKETS = (0, 3, 7, 30, 90)


class LeadTime(msgspec.Struct, frozen=True, kw_only=True):
    """Days from booking to arrival. The median of an even number of bookings is the mean of the
    two in the middle; the ninetieth percentile is by nearest rank. `buckets` counts the bookings
    of each span of `LEAD_BUCKETS`."""

    bookings: int
    median_days: Fraction
    p90_days: int
    buckets: tuple[int, ...] = ()


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """The bookings made in a span of days, and how many of these same ones were cancelled since."""

    first: date
    created: int
    cancelled: int

    @property
    def rate(self) -> Fraction | None:
        return _divide(self.cancelled, self.created)


class Pickup(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms on the books for a stay date (or a month of them) at two moments."""

    first: date
    before: int
    after: int

    @property
    def gained(self) -> int:
        """Room-nights gained; below zero, cancellations were more than new bookings."""
        return self.after - self.before


class PeriodKind(StrEnum):
    """The periods that a hotelier can choose."""

    MONTH = "month"
    LAST_30 = "last_30"
    NEXT_90 = "next_90"
    YEAR = "year"


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """The nights [first, until)."""

    kind: PeriodKind
    first: date
    until: date

    @property
    def by_month(self) -> bool:
        """Whether its charts and tables go by month rather than by night."""
        return self.kind is PeriodKind.YEAR


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: a period, and the two days whose evenings the pickup compares."""

    period: Period
    pickup_from: date
    pickup_to: date


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of a night, or of a month that begins on `first`."""

    first: date
    counts: Counts


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period, beside those of a year before as they stood then."""

    question: Question
    total: Counts
    lead: LeadTime | None
    cohort: Cohort
    cohorts: tuple[Cohort, ...]
    rows: tuple[Row, ...]
    pickup: tuple[Pickup, ...]
    previous: Period
    previous_total: Counts
    previous_lead: LeadTime | None
    previous_cohort: Cohort
