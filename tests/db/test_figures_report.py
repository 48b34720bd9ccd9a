"""The figures of a house on a real database: what was booked is what is counted."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.conftest import NOW
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tourism.booking.models import Booking
from tourism.desk.actions import staying
from tourism.desk.models import Act
from tourism.figures import actions, store
from tourism.figures.models import Report
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import RoomWanted

FEBRUARY = {"period": "month", "month": "2027-02"}
MARCH = {"period": "month", "month": "2027-03"}
UNITS = 12 + 5 + 2


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def report(demo: Database, tenant: int, form: dict[str, str]) -> Report:
    async with demo.transaction(tenant) as tx:
        own = await actions.find_house(tx)
        assert own is not None
        return await actions.make_report(tx, own, actions.read_question(tx, own, form))


async def cancel(demo: Database, booked: Booking) -> None:
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        command = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, command)


async def test_an_empty_month_has_rooms_for_sale_and_nothing_sold(
    demo: Database, house: House
) -> None:
    found = await report(demo, house.tenant, FEBRUARY)
    assert found.total.rooms_available == UNITS * 28
    assert found.total.rooms_sold == 0
    assert found.total.occupancy == 0
    assert found.total.adr_cents is found.lead is None
    assert found.previous_total.rooms_available == 0


async def test_a_stay_over_a_months_end_is_counted_in_both_months(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())  # 27 February, three nights
    february = (await report(demo, house.tenant, FEBRUARY)).total
    march = (await report(demo, house.tenant, MARCH)).total
    assert (february.arrivals, february.guest_nights, february.rooms_sold) == (2, 4, 2)
    assert (march.arrivals, march.guest_nights, march.rooms_sold) == (0, 2, 1)
    net = Fraction(booked.quote.breakdown.rooms_gross_cents * 10, 11)
    assert february.revenue_cents + march.revenue_cents == net


@pytest.mark.parametrize("act", [Act.KEEP, Act.WAIVE, None])
async def test_who_does_not_come_makes_no_arrival_and_costs_what_the_house_keeps(
    demo: Database, house: House, clock: DrivenClock, act: Act | None
) -> None:
    double = RoomWanted(room_type=house.types["double"], adults=2)
    booked = await book(demo, house.wish(double, double))  # 27 February, three nights
    clock.set(datetime(2027, 2, 27, 17, 0, tzinfo=UTC))
    for one in (Act.NO_SHOW, *([act] if act else [])):
        async with demo.transaction(booked.tenant, actor="person:7") as tx:
            await staying.act_on(tx, booked.id, one)
    resold = await book(demo, house.wish(double, arrival=date(2027, 2, 28), nights=1))
    february = (await report(demo, house.tenant, FEBRUARY)).total
    march = (await report(demo, house.tenant, MARCH)).total
    assert (february.arrivals, february.guest_nights) == (2, 2)  # those who came instead
    assert (march.arrivals, march.guest_nights, march.rooms_sold) == (0, 0, 0)
    assert february.rooms_sold == (1 if act is Act.WAIVE else 3)
    missed = february.revenue_cents - Fraction(resold.quote.breakdown.rooms_gross_cents * 10, 11)
    first = sum(room.nights[0].gross_cents for room in booked.quote.breakdown.rooms)
    kept = {Act.KEEP: booked.quote.terms.no_show_cents, Act.WAIVE: 0, None: first}[act]
    assert kept is not None
    assert missed == Fraction(kept * 10, 11)


async def test_revenue_is_without_the_meals_of_the_plan(demo: Database, house: House) -> None:
    await book(demo, house.wish())
    plain = (await report(demo, house.tenant, MARCH)).total
    await book(demo, house.wish(plan="breakfast"))
    both = (await report(demo, house.tenant, MARCH)).total
    assert both.rooms_sold == 2
    assert both.revenue_cents == 2 * plain.revenue_cents
    assert both.adr_cents == plain.adr_cents


async def test_a_quote_that_does_not_say_its_meals_loses_the_plans_supplement(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    await book(demo, house.wish(plan="breakfast"))
    said = (await report(demo, house.tenant, MARCH)).total
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "update booking set document = document #- '{breakdown,rooms,0,lodging_cents}'"
    )
    await admin.close()
    assert (await report(demo, house.tenant, MARCH)).total == said


async def test_each_room_of_a_booking_counts_and_the_booking_once(
    demo: Database, house: House
) -> None:
    rooms = (
        RoomWanted(room_type=house.types["double"], adults=2),
        RoomWanted(room_type=house.types["family"], adults=2, child_ages=(7, 4)),
    )
    await book(demo, house.wish(*rooms, arrival=date(2027, 3, 8)))
    found = await report(demo, house.tenant, MARCH)
    assert (found.total.arrivals, found.total.rooms_sold) == (6, 2 * NIGHTS)
    assert found.lead is not None
    assert (found.lead.bookings, found.lead.p90_days) == (1, 97)


async def test_rooms_out_of_order_and_closed_nights_are_not_for_sale(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "update ari_month set out_of_order = array_fill(2::int2, array[28])"
        " where room_type = $1 and month = '2027-02-01'",
        house.types["double"],
    )
    await admin.execute(
        "update ari_month set flags[1] = 4 where room_type = $1 and month = '2027-02-01'",
        house.types["suite"],
    )
    await admin.close()
    found = await report(demo, house.tenant, FEBRUARY)
    assert found.total.rooms_available == (UNITS - 2) * 28 - 2
    assert found.rows[0].counts.rooms_available == UNITS - 4


async def test_a_house_that_is_closed_as_a_whole_has_nothing_for_sale(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    zeros = "array_fill(0, array[28])"
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents,"
        f" min_stay, min_through, max_stay, max_through, flags) values ($1, $2, 0, 0, '2027-02-01',"
        f" {zeros}, {zeros}, {zeros}, {zeros}, {zeros}, array_fill(4::int2, array[28]))",
        house.tenant,
        house.id,
    )
    await admin.close()
    assert (await report(demo, house.tenant, FEBRUARY)).total.rooms_available == 0


async def test_pickup_and_cancellations_follow_the_bookings_own_times(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    kept = await book(demo, house.wish())
    clock.set(NOW + timedelta(days=3))
    gone = await book(demo, house.wish())
    await book(demo, house.wish(arrival=ARRIVAL - timedelta(days=5)))
    clock.set(NOW + timedelta(days=5))
    await cancel(demo, gone)

    async def gained(earlier: int, later: int) -> int:
        evenings = {
            "pickup_from": str((NOW + timedelta(days=earlier)).date()),
            "pickup_to": str((NOW + timedelta(days=later)).date()),
        }
        found = await report(demo, house.tenant, FEBRUARY | evenings)
        return sum(row.gained for row in found.pickup)

    assert kept.confirmed_at == NOW
    assert await gained(-1, 0) == 2
    assert await gained(0, 3) == 2 + 3
    assert await gained(3, 5) == -2
    assert await gained(0, 5) == 3
    december = {"period": "month", "month": "2026-12"}
    cohort = (await report(demo, house.tenant, december)).cohort
    assert cohort.created == 3 + 5  # the demonstration's first stays are five
    assert cohort.cancelled == 1


async def test_a_year_is_shown_by_month_with_its_cohorts(demo: Database, house: House) -> None:
    await book(demo, house.wish())
    year = await report(demo, house.tenant, {"period": "year", "year": "2027"})
    assert [row.first.month for row in year.rows] == list(range(1, 13))
    assert [row.counts.rooms_sold for row in year.rows[:4]] == [0, 2, 1, 0]
    assert sum(cohort.created for cohort in year.cohorts) == year.cohort.created == 0


async def test_last_year_is_compared_as_it_stood_on_the_same_date(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await book(demo, house.wish())  # booked on 1 December 2026, for February 2027
    clock.set(datetime(2027, 1, 15, 9, tzinfo=NOW.tzinfo))
    await book(demo, house.wish())
    later = {"period": "month", "month": "2028-02"}
    clock.set(datetime(2027, 12, 20, 9, tzinfo=NOW.tzinfo))
    assert (await report(demo, house.tenant, later)).previous_total.rooms_sold == 2
    clock.set(datetime(2028, 1, 20, 9, tzinfo=NOW.tzinfo))
    assert (await report(demo, house.tenant, later)).previous_total.rooms_sold == 4


async def test_another_house_sees_nothing_of_it(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    await book(demo, house.wish())
    admin = await asyncpg.connect(demo_settings.database_url)
    other = await admin.fetchval(
        "select tenant from property where tenant <> $1 limit 1", house.tenant
    )
    await admin.close()
    found = await report(demo, other, FEBRUARY)
    assert (found.total.rooms_sold, found.total.arrivals, found.cohort.created) == (0, 0, 0)
    async with demo.transaction(other) as tx:
        period = found.question.period
        assert await store.list_type_nights(tx, house.id, period) == []
