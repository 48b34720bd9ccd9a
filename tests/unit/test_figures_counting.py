"""The trade's definitions, by the named vectors of DOMAIN 4.2."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from tourism.figures.models import Counts, Night, RoomStay, TypeNight, add_up
from tourism.figures.policy.charts import (
    HEIGHT,
    WIDTH,
    draw_amounts,
    draw_bars,
    draw_line,
    round_top,
)
from tourism.figures.policy.counting import (
    cohort_of,
    count_nights,
    group_rows,
    lead_time,
    percent_bps,
    pick_up,
    summarise_days,
    tenths,
    whole_cents,
)

BOOKED = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2027, 12, 31, tzinfo=UTC)
ZONE = "Europe/Paris"
JANUARY, FEBRUARY, MARCH = date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)
YEAR_END = date(2028, 1, 1)


def stay(arrival: date, *cents: int, persons: int = 2, number: int = 1, **fields) -> RoomStay:
    nights = tuple(
        Night(on=arrival + timedelta(days=n), lodging_cents=price) for n, price in enumerate(cents)
    )
    given = {"room_type": 1, "vat_bps": 0, "confirmed_at": BOOKED, **fields}
    return RoomStay(
        booking=UUID(int=number), persons=persons, arrival=arrival, nights=nights, **given
    )


def supply(on: date, units: int, **fields) -> TypeNight:
    return TypeNight(**{"room_type": 1, "on": on, "units": units, **fields})


def total(stays, places=(), first=JANUARY, until=YEAR_END, at=NOW) -> Counts:
    return add_up(count_nights(stays, places, first, until, at).values())


def test_insee_a_couple_three_nights_is_two_arrivals_and_six_nights() -> None:
    counts = total([stay(date(2027, 5, 3), 100, 100, 100)])
    assert (counts.arrivals, counts.guest_nights, counts.rooms_sold) == (2, 6, 3)
    assert counts.length_of_stay == 3


def test_insee_a_stay_over_a_months_end_counts_its_nights_in_both_months() -> None:
    stays = [stay(date(2027, 1, 25), *[100] * 10, persons=1)]
    january = total(stays, first=JANUARY, until=FEBRUARY)
    february = total(stays, first=FEBRUARY, until=MARCH)
    assert (january.arrivals, january.guest_nights) == (1, 7)
    assert (february.arrivals, february.guest_nights) == (0, 3)


@pytest.mark.parametrize(
    ("sold", "available", "adr_tenths", "revpar_tenths"),
    [(580, 1000, 2529, 1467), (561, 1000, 1241, 696), (795, 1000, 1969, 1565)],
    ids=["58 % of 252.9", "56.1 % of 124.1", "79.5 % of 196.9"],
)
def test_mkg_revpar_is_occupancy_times_adr(
    sold: int, available: int, adr_tenths: int, revpar_tenths: int
) -> None:
    counts = Counts(
        rooms_sold=sold, rooms_available=available, revenue_cents=Fraction(sold * adr_tenths * 10)
    )
    assert counts.occupancy is not None
    assert counts.adr_cents == adr_tenths * 10
    assert counts.revpar_cents == counts.occupancy * counts.adr_cents
    assert tenths(counts.revpar_cents / 100) == revpar_tenths


def test_kp_1_out_of_order_rooms_are_not_for_sale() -> None:
    on = date(2027, 5, 3)
    stays = [stay(on, 11_000, number=n) for n in range(30)]
    counts = total(stays, [supply(on, 40, out_of_order=2)])
    assert (counts.rooms_sold, counts.rooms_available, counts.revenue_cents) == (30, 38, 330_000)
    assert percent_bps(counts.occupancy) == 7895
    assert whole_cents(counts.adr_cents) == 11_000
    assert whole_cents(counts.revpar_cents) == 8684


KP_2 = [
    # A day use has no night; a free room is occupied, not sold; who does not come was sold.
    pytest.param(stay(date(2027, 5, 3)), (0, 0, 0, 0, 0), id="day use"),
    pytest.param(stay(date(2027, 5, 3), 0, 0), (2, 4, 0, 2, 0), id="complimentary"),
    pytest.param(stay(date(2027, 5, 3), 90, 90, 0), (2, 6, 3, 0, 180), id="a night for nothing"),
    pytest.param(stay(date(2027, 5, 3), 90, came=False), (0, 0, 1, 0, 90), id="no-show charged"),
    pytest.param(stay(date(2027, 5, 3), 0, came=False), (0, 0, 0, 0, 0), id="no-show for nothing"),
]


@pytest.mark.parametrize(("room", "expected"), KP_2)
def test_kp_2_every_odd_room_has_its_declared_treatment(
    room: RoomStay, expected: tuple[int, ...]
) -> None:
    c = total([room])
    assert (
        c.arrivals,
        c.guest_nights,
        c.rooms_sold,
        c.rooms_complimentary,
        c.revenue_cents,
    ) == expected


def test_revenue_is_without_vat_and_exact() -> None:
    on = date(2027, 5, 3)
    counts = total([stay(on, 10_000, vat_bps=1000), stay(on, 10_000, number=2)])
    assert counts.revenue_cents == Fraction(100_000, 11) + 10_000


def test_a_months_occupancy_is_the_sum_over_the_sum_never_a_mean_of_days() -> None:
    first, second = date(2027, 5, 3), date(2027, 5, 4)
    places = [supply(first, 1), supply(second, 9)]
    nights = count_nights([stay(first, 100)], places, first, date(2027, 5, 5), NOW)
    assert [percent_bps(row.counts.occupancy) for row in group_rows(nights, by_month=False)] == [
        10_000,
        0,
    ]
    (month,) = group_rows(nights, by_month=True)
    assert month.first == date(2027, 5, 1)
    assert month.counts.occupancy == Fraction(1, 10)


def test_a_closed_night_is_not_for_sale_unless_somebody_sleeps_in() -> None:
    on = date(2027, 5, 3)
    places = [supply(on, 5, closed=True), supply(on, 3, closed=True, room_type=2)]
    assert total([], places).rooms_available == 0
    assert total([stay(on, 100)], places).rooms_available == 5


def test_without_rooms_or_sales_there_is_no_ratio() -> None:
    counts = Counts()
    assert counts.occupancy is None
    assert counts.adr_cents is None
    assert counts.length_of_stay is None
    assert percent_bps(None) is whole_cents(None) is tenths(None) is None


def test_what_was_cancelled_by_then_is_not_on_the_books() -> None:
    cancelled_at = datetime(2027, 3, 1, tzinfo=UTC)
    stays = [stay(date(2027, 5, 3), 100, cancelled_at=cancelled_at)]
    assert total(stays, at=cancelled_at - timedelta(seconds=1)).rooms_sold == 1
    assert total(stays, at=cancelled_at).rooms_sold == 0
    assert total(stays, at=BOOKED - timedelta(seconds=1)).rooms_sold == 0


def test_pickup_is_what_a_stay_date_gained_and_cancellations_are_negative() -> None:
    first, until = date(2027, 5, 3), date(2027, 5, 6)
    earlier, later = datetime(2027, 4, 1, tzinfo=UTC), datetime(2027, 4, 8, tzinfo=UTC)
    between = datetime(2027, 4, 4, tzinfo=UTC)
    stays = [
        stay(first, 100, 100),
        stay(first, 100, number=2, confirmed_at=between),
        stay(date(2027, 5, 4), 100, number=3, cancelled_at=between),
        stay(first, 100, number=4, confirmed_at=between, cancelled_at=between),
    ]
    found = pick_up(
        count_nights(stays, (), first, until, earlier),
        count_nights(stays, (), first, until, later),
        by_month=False,
    )
    assert [(row.before, row.after, row.gained) for row in found] == [
        (1, 2, 1),
        (2, 1, -1),
        (0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("days", "median", "p90"),
    [
        ([7], Fraction(7), 7),
        ([1, 2], Fraction(3, 2), 2),
        (list(range(1, 11)), Fraction(11, 2), 9),
        ([0, 0, 90], Fraction(0), 90),
    ],
)
def test_lead_time_is_the_median_and_the_ninetieth_percentile(days, median, p90) -> None:
    found = summarise_days(days)
    assert found is not None
    assert (found.median_days, found.p90_days) == (median, p90)


def test_lead_time_counts_a_booking_once_from_the_houses_own_date() -> None:
    # 23:30 UTC on 1 May is 2 May in Paris.
    booked = datetime(2027, 5, 1, 23, 30, tzinfo=UTC)
    rooms = [stay(date(2027, 5, 12), 100, confirmed_at=booked) for _ in range(2)]
    found = lead_time(rooms, JANUARY, YEAR_END, NOW, ZONE)
    assert found is not None
    assert (found.bookings, found.median_days) == (1, 10)
    assert lead_time([], JANUARY, YEAR_END, NOW, ZONE) is None


def test_the_cancellation_rate_is_of_the_bookings_made_in_the_span() -> None:
    late = datetime(2027, 6, 1, tzinfo=UTC)
    stays = [
        stay(date(2027, 5, 3), 100),
        stay(date(2027, 5, 3), 100, number=2, cancelled_at=late),
        stay(date(2027, 5, 3), 100, number=2, cancelled_at=late),  # its second room
        stay(date(2027, 5, 3), 100, number=3, confirmed_at=late),
        stay(date(2027, 5, 3), 100, number=4),  # whoever gives back one room of two still comes
        stay(date(2027, 5, 3), 100, number=4, cancelled_at=late),
    ]
    cohort = cohort_of(stays, JANUARY, FEBRUARY, NOW, ZONE)
    assert (cohort.created, cohort.cancelled, cohort.rate) == (3, 1, Fraction(1, 3))
    before = cohort_of(stays, JANUARY, FEBRUARY, late - timedelta(days=1), ZONE)
    assert before.rate == 0
    assert cohort_of([], JANUARY, FEBRUARY, NOW, ZONE).rate is None


def test_bars_fill_the_drawing_and_a_full_house_reaches_the_top() -> None:
    bars = draw_bars([Fraction(1), Fraction(1, 2), None])
    assert [bar.height for bar in bars] == [HEIGHT, HEIGHT // 2, 0]
    assert all(bar.y + bar.height == HEIGHT for bar in bars)
    assert WIDTH - 5 <= bars[-1].x + bars[-1].width <= WIDTH
    assert max(bar.height for bar in draw_bars([Fraction(3, 2)])) == HEIGHT
    assert draw_bars([]) == ()


def test_a_line_keeps_its_zero_on_the_drawing() -> None:
    line = draw_line([2, -2, 0])
    assert [y for _, y in line.points] == [0, HEIGHT, HEIGHT // 2]
    assert (line.zero_y, line.highest, line.lowest) == (HEIGHT // 2, 2, -2)
    assert draw_line([0, 0]).points == ((0, 0), (WIDTH, 0))


def test_each_booking_is_in_exactly_one_span_of_lead_time() -> None:
    found = summarise_days([0, 1, 3, 4, 7, 8, 30, 31, 90, 91, 400])
    assert found is not None
    assert found.buckets == (1, 2, 2, 2, 2, 2)


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 100), (99, 100), (101, 200), (Fraction(50_001, 2), 50_000), (12_345, 20_000)],
)
def test_the_top_of_a_chart_is_a_round_amount(highest, top) -> None:
    assert round_top(highest) == top


def test_a_line_of_amounts_is_cut_where_there_is_no_figure() -> None:
    drawn = draw_amounts([Fraction(100), None, Fraction(50), Fraction(0)], [])
    assert drawn.top == 100
    assert drawn.lines == ((((0, 0),), ((667, 150), (1000, 300))), ())
