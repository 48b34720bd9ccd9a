"""Arrivals, nuitées, occupancy, ADR, RevPAR, lead time, cancellations, pickup (DOMAIN 4.2)."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

from hub.core.clock import local_date
from hub.core.money import BPS, round_half_up
from tourism import taxes
from tourism.figures.models import (
    LEAD_BUCKETS,
    Cohort,
    Counts,
    LeadTime,
    Pickup,
    RoomStay,
    Row,
    Treatment,
    TypeNight,
    add_up,
)

PERSONS_CAME = {Treatment.SOLD, Treatment.COMPLIMENTARY}
ROOM_SOLD = {Treatment.SOLD, Treatment.NO_SHOW_CHARGED}


def treatment_of(stay: RoomStay) -> Treatment:
    """How a room counts. The declared treatment (vector KP-2):

    - day use: a room without a night is not counted at all, its price is not room revenue;
    - complimentary (every night at 0): its persons count as arrivals and nuitées, the room is
      neither sold nor in ADR, and is shown apart. A night at 0 inside a paid stay (seven nights
      for the price of six) is sold, and lowers the ADR;
    - no-show that is charged: the room is sold for its first night, and what the house keeps is
      room revenue; nobody arrived, and the other nights went back on sale;
    - no-show that is not charged: not counted.
    """
    if not stay.nights:
        return Treatment.NOT_COUNTED
    paid = any(night.lodging_cents for night in stay.nights)
    if stay.came:
        return Treatment.SOLD if paid else Treatment.COMPLIMENTARY
    return Treatment.NO_SHOW_CHARGED if paid else Treatment.NOT_COUNTED


def is_on_books(stay: RoomStay, at: datetime) -> bool:
    """Whether a room was confirmed and not cancelled at an instant."""
    return stay.confirmed_at <= at and (stay.cancelled_at is None or stay.cancelled_at > at)


def count_nights(
    stays: Iterable[RoomStay],
    supply: Iterable[TypeNight],
    first: date,
    until: date,
    at: datetime,
) -> dict[date, Counts]:
    """The counts of each night of [first, until), as the books stood at `at`.

    A night counts on its own date, an arrival on the day of arrival: a stay over a month's end
    has its nuitées in both months and its arrivals in the first (INSEE). Available for sale are
    the units offered less those out of order; a type that is closed for a night and has nobody in
    it is not available, one that was closed after it sold is.
    """
    by_night: defaultdict[date, _Tally] = defaultdict(_Tally)
    occupied: Counter[tuple[int, date]] = Counter()
    for stay in stays:
        if is_on_books(stay, at):
            _count_stay(stay, first, until, by_night, occupied)
    for place in supply:
        if not first <= place.on < until:
            continue
        if not place.closed or occupied[place.room_type, place.on]:
            by_night[place.on].rooms_available += max(place.units - place.out_of_order, 0)
    nights = ((first + timedelta(days=n)) for n in range((until - first).days))
    return {on: by_night[on].as_counts() for on in nights}


class _Tally:
    """The counts of one night while they are made; gross cents by their VAT rate."""

    def __init__(self) -> None:
        self.arrivals = 0
        self.guest_nights = 0
        self.rooms: Counter[Treatment] = Counter()
        self.rooms_available = 0
        self.gross_cents: Counter[int] = Counter()

    def as_counts(self) -> Counts:
        return Counts(
            arrivals=self.arrivals,
            guest_nights=self.guest_nights,
            rooms_sold=sum(self.rooms[one] for one in ROOM_SOLD),
            rooms_complimentary=self.rooms[Treatment.COMPLIMENTARY],
            rooms_available=self.rooms_available,
            revenue_cents=sum(
                (taxes.net_of(cents, rate) for rate, cents in self.gross_cents.items()),
                Fraction(0),
            ),
        )


def _count_stay(
    stay: RoomStay,
    first: date,
    until: date,
    by_night: defaultdict[date, _Tally],
    occupied: Counter[tuple[int, date]],
) -> None:
    treatment = treatment_of(stay)
    if treatment is Treatment.NOT_COUNTED:
        return
    persons = stay.persons if treatment in PERSONS_CAME else 0
    for night in stay.nights:
        if not first <= night.on < until:
            continue
        tally = by_night[night.on]
        tally.rooms[treatment] += 1
        tally.gross_cents[stay.vat_bps] += night.lodging_cents
        tally.guest_nights += persons
        if night.on == stay.arrival:
            tally.arrivals += persons
        occupied[stay.room_type, night.on] += 1


def group_rows(nights: dict[date, Counts], *, by_month: bool) -> tuple[Row, ...]:
    """The nights in order, one row each, or one row a month (sums, so that ratios are Σ ÷ Σ)."""
    groups: dict[date, list[Counts]] = {}
    for on, counts in sorted(nights.items()):
        groups.setdefault(on.replace(day=1) if by_month else on, []).append(counts)
    return tuple(Row(first=first, counts=add_up(counts)) for first, counts in groups.items())


def lead_time(
    stays: Iterable[RoomStay], first: date, until: date, at: datetime, zone: str
) -> LeadTime | None:
    """Days from the booking's local date to arrival, over the bookings that arrive in
    [first, until) and are on the books at `at`; one booking counts once, whatever its rooms."""
    days = {
        stay.booking: (stay.arrival - local_date(stay.confirmed_at, zone)).days
        for stay in stays
        if first <= stay.arrival < until and is_on_books(stay, at)
    }
    return summarise_days(list(days.values()))


def summarise_days(days: Sequence[int]) -> LeadTime | None:
    """Median and ninetieth percentile of a list of days; None of none."""
    if not days:
        return None
    ordered, half = sorted(days), len(days) // 2
    middle = ordered[half : half + 1] if len(days) % 2 else ordered[half - 1 : half + 1]
    rank = ceil(Fraction(9 * len(days), 10))
    return LeadTime(
        bookings=len(days),
        median_days=Fraction(sum(middle), len(middle)),
        p90_days=ordered[rank - 1],
        buckets=count_buckets(ordered),
    )


def count_buckets(days: Sequence[int]) -> tuple[int, ...]:
    """How many fall in each span of `LEAD_BUCKETS`; every booking is in exactly one."""
    counts = Counter(bisect_left(LEAD_BUCKETS, max(day, 0)) for day in days)
    return tuple(counts[span] for span in range(len(LEAD_BUCKETS) + 1))


def cohort_of(
    stays: Iterable[RoomStay], first: date, until: date, at: datetime, zone: str
) -> Cohort:
    """The bookings confirmed on local dates of [first, until), up to `at`, and how many of them
    were cancelled by `at`, with their last room. Holds never confirmed are no bookings."""
    created: dict[object, bool] = {}
    for stay in stays:
        if stay.confirmed_at <= at and first <= local_date(stay.confirmed_at, zone) < until:
            gone = not is_on_books(stay, at)
            created[stay.booking] = gone and created.get(stay.booking, True)
    return Cohort(first=first, created=len(created), cancelled=sum(created.values()))


def pick_up(
    before: dict[date, Counts], after: dict[date, Counts], *, by_month: bool
) -> tuple[Pickup, ...]:
    """Rooms sold for each stay date, at two moments; both have the same nights."""
    return tuple(
        Pickup(first=old.first, before=old.counts.rooms_sold, after=new.counts.rooms_sold)
        for old, new in zip(
            group_rows(before, by_month=by_month), group_rows(after, by_month=by_month), strict=True
        )
    )


def percent_bps(ratio: Fraction | None) -> int | None:
    """A ratio in hundredths of a percent, halves up: the rounding point of every percentage."""
    return None if ratio is None else round_half_up(ratio * BPS)


def whole_cents(amount: Fraction | None) -> int | None:
    """An amount in whole cents, halves up: the rounding point of every amount."""
    return None if amount is None else round_half_up(amount)


def tenths(number: Fraction | None) -> int | None:
    """A number in tenths, halves up: the rounding point of lengths of stay and lead times."""
    return None if number is None else round_half_up(number * 10)
