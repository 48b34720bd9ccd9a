"""The weaknesses that were found in the best open peer, each against our own real database.

W1 to W22 are those of `docs/weaknesses.md`, which names every test, those elsewhere too.
"""

import asyncio
import json
import os
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from hub import ledger
from hub.core import work
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.settings import Settings
from hub.core.vertical import Task
from hub.payments import store as payment_store
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, hold, left, pay, quote
from tourism import lodging, rates
from tourism.booking.actions import holding, reading, staying
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, HoldExpired, State, StayHeld
from tourism.changing.actions import changing
from tourism.changing.errors import DifferenceChanged
from tourism.changing.models import ChangeStay
from tourism.channels.actions import feeds
from tourism.paying.actions import cancelling, paying, settling
from tourism.paying.models import CancelBooking, PayBooking
from tourism.quoting.errors import NotSellable, PriceChanged, SoldOut
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.rates.errors import PlanInvalid
from tourism.rates.models import Cancellation, NoShow, PenaltyKind, RatePlan
from tourism.sweeping.tasks import release_hold_later
from tourism.waiting.actions import offering

DAY = timedelta(days=1)
DEPARTURE = ARRIVAL + NIGHTS * DAY
GUESTS = 60


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def look(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def units(demo: Database, house: House, first: date = ARRIVAL, nights: int = 3) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], first, nights)


async def set_units(
    look: asyncpg.Connection, house: House, count: int, first: date = ARRIVAL, nights: int = NIGHTS
) -> None:
    await set_nights(look, house, "units_left", count, first, nights)


async def set_nights(
    look: asyncpg.Connection, house: House, column: str, value: int, first: date, nights: int = 1
) -> None:
    """The double's own row of the calendar, as another hand would have left it."""
    for n in range(nights):
        day = first + n * DAY
        await look.execute(
            f"update ari_month set {column}[{day.day}] = $1 where room_type = $2 and month = $3",
            value,
            house.types["double"],
            day.replace(day=1),
        )


async def plan_of(demo: Database, house: House, code: str) -> RatePlan:
    async with demo.transaction(house.tenant) as tx:
        plans = await rates.list_rate_plans(tx, house.id)
    return next(plan for plan in plans if plan.code == code)


async def save(demo: Database, house: House, plan: RatePlan) -> int:
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        own = await lodging.find_own_property(tx)
        assert own is not None
        return await rates.save_rate_plan(tx, own, plan)


async def find(demo: Database, booked: Booking) -> Booking:
    async with demo.transaction(booked.tenant) as tx:
        return await reading.find_booking(tx, booked.id)


async def attempt(demo: Database, wish: MakeQuote) -> Booking | None:
    try:
        return await hold(demo, await quote(demo, wish))
    except SoldOut:
        return None


@pytest.mark.parametrize("attempt_of", [1, 2, 3])
async def test_w1_sixty_guests_at_once_for_ten_rooms_take_ten(
    demo: Database, house: House, look: asyncpg.Connection, attempt_of: int
) -> None:
    await set_units(look, house, 10)
    got = await asyncio.gather(*(attempt(demo, house.wish()) for _ in range(GUESTS)))
    assert sum(one is not None for one in got) == 10
    assert await units(demo, house) == [0, 0, 0]


@pytest.mark.parametrize("full", range(NIGHTS))
async def test_w1_every_night_is_looked_at_not_only_the_first(
    demo: Database, house: House, look: asyncpg.Connection, full: int
) -> None:
    made = await quote(demo, house.wish())
    await set_units(look, house, 0, ARRIVAL + full * DAY, 1)
    with pytest.raises(SoldOut):
        await quote(demo, house.wish())
    with pytest.raises(SoldOut):
        await hold(demo, made)


async def test_w1_persons_and_total_are_the_services_own_to_decide(
    demo: Database, house: House
) -> None:
    with pytest.raises(NotSellable):
        await quote(demo, house.wish(RoomWanted(room_type=house.types["double"], adults=99)))
    held = await hold(demo, await quote(demo, house.wish()))
    cheap = PayBooking(guest=GUEST, payment_method="pm_card_visa", total_cents=100)
    with pytest.raises(PriceChanged):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await paying.begin_payment(tx, held.id, cheap, "one")


def change_to(house: House, arrival: date, departure: date, cents: int | None) -> ChangeStay:
    return ChangeStay(
        arrival=arrival,
        departure=departure,
        rate_plan=house.plans["flexible"],
        rooms=(RoomWanted(room_type=house.types["double"], adults=2),),
        difference_cents=cents,
        payment_method="pm_card_visa",
    )


async def test_w2_a_change_is_priced_anew_and_its_client_cannot_name_the_price(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    longer = change_to(house, ARRIVAL, DEPARTURE + DAY, 0)
    with pytest.raises(DifferenceChanged):
        await changing.pay_change(demo, house.tenant, booked.id, longer, "one")
    assert await find(demo, booked) == booked


async def test_w2_a_change_keeps_the_restrictions_of_the_new_nights(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    booked = await book(demo, house.wish())
    await set_nights(look, house, "min_stay", 5, ARRIVAL + DAY)
    moved = change_to(house, ARRIVAL + DAY, DEPARTURE + DAY, None)
    with pytest.raises(NotSellable) as caught:
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await changing.preview_change(tx, demo.reader, booked.id, moved)
    assert caught.value.extra["obstacles"] == ["min_stay"]


async def test_w2_a_cancellation_during_a_change_is_never_overwritten(
    demo: Database, house: House
) -> None:
    before = await units(demo, house, ARRIVAL, 5)
    for n in range(5):
        booked = await book(demo, house.wish())
        moved = change_to(house, ARRIVAL + DAY, DEPARTURE + DAY, None)
        async with demo.transaction(house.tenant, actor="guest") as tx:
            shown = (await changing.preview_change(tx, demo.reader, booked.id, moved))[2]
        wanted = msgspec.structs.replace(moved, difference_cents=shown.cents)

        async def cancel(booked: Booking = booked) -> None:
            command = CancelBooking(refund_cents=booked.total_cents)
            async with demo.transaction(house.tenant, actor="guest") as tx:
                await cancelling.cancel_booking(tx, booked.id, command)

        await asyncio.gather(
            changing.pay_change(demo, house.tenant, booked.id, wanted, f"key{n}"),
            cancel(),
            return_exceptions=True,
        )
        after = await find(demo, booked)
        if after.state is not State.CANCELLED:  # the change was first: its refund is another one
            assert after.arrival == ARRIVAL + DAY
            async with demo.transaction(house.tenant, actor="guest") as tx:
                _, refund = await cancelling.preview_refund(tx, booked.id)
                command = CancelBooking(refund_cents=refund.refund_cents)
                after = await cancelling.cancel_booking(tx, booked.id, command)
        assert after.refund_cents == after.total_cents
    assert await units(demo, house, ARRIVAL, 5) == before


async def count_all(look: asyncpg.Connection) -> list[int]:
    tables = ("booking", "reservation", "booking_revision", "pgmq.q_celery", "audit_entry")
    return [await look.fetchval(f"select count(*) from {table}") for table in tables]


async def test_w4_a_hold_that_fails_at_its_last_statement_leaves_nothing_of_the_others(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    made = await quote(demo, house.wish())
    before = await count_all(look)
    await set_units(look, house, 0, DEPARTURE - DAY, 1)
    with pytest.raises(SoldOut):
        await hold(demo, made)
    assert await count_all(look) == before


async def test_w4_every_sale_reaches_the_search_index_in_its_own_transaction(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    await look.execute("truncate index_change")
    await hold(demo, await quote(demo, house.wish()))
    rows = await look.fetch(
        "select distinct month from index_change where room_type = $1 order by month",
        house.types["double"],
    )
    assert [row["month"] for row in rows] == [ARRIVAL.replace(day=1), DEPARTURE.replace(day=1)]


async def test_w5_each_night_costs_its_own_price_when_it_is_sold_and_for_good(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    for n in range(NIGHTS):
        await set_nights(look, house, "price_cents", 10_000 + 1_000 * n, ARRIVAL + n * DAY)
    booked = await book(demo, house.wish())
    nights = [night.gross_cents for night in booked.quote.breakdown.rooms[0].nights]
    assert nights == [10_000, 11_000, 12_000]
    await set_nights(look, house, "price_cents", 99_900, ARRIVAL, NIGHTS)
    assert (await find(demo, booked)).quote == booked.quote
    async with demo.transaction(house.tenant) as tx:
        posted = await ledger.list_by_reference(tx, f"booking:{booked.id}")
    taken = sum(t.amount_cents for t in posted if t.debit_code == "guest.deposits")
    assert taken == booked.total_cents == 33_000 + booked.quote.breakdown.tourist_tax_cents


async def test_w6_a_plan_derived_from_a_derived_plan_follows_the_resolved_price(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    await set_nights(look, house, "price_cents", 10_001, ARRIVAL, NIGHTS)
    saver = await plan_of(demo, house, "saver")  # a tenth less than the room's own price
    child = msgspec.structs.replace(saver, id=0, name="Enfant", parent=saver.id, adjust_bps=-1_000)
    id = await save(demo, house, child)
    wish = msgspec.structs.replace(house.wish(), rate_plan=id)
    made = await quote(demo, wish)
    # 100.01 less a tenth is 90.01, less a tenth 81.01: halves up, once a step, in whole cents.
    assert [night.gross_cents for night in made.breakdown.rooms[0].nights] == [8_101] * NIGHTS


async def test_w6_no_change_makes_a_plan_its_own_ancestor(demo: Database, house: House) -> None:
    saver = await plan_of(demo, house, "saver")
    child = msgspec.structs.replace(saver, id=0, name="Enfant", parent=saver.id)
    id = await save(demo, house, child)
    for parent in (saver.id, id):
        with pytest.raises(PlanInvalid) as caught:
            await save(demo, house, msgspec.structs.replace(saver, name="Eco", parent=parent))
        assert caught.value.extra["field"] == "parent"


@pytest.mark.parametrize(
    ("column", "value"), [("flags", 4), ("flags", 1), ("min_stay", 9), ("min_through", 9)]
)
async def test_w7_what_begins_on_the_day_of_departure_refuses_nothing(
    demo: Database, house: House, look: asyncpg.Connection, column: str, value: int
) -> None:
    await set_nights(look, house, column, value, DEPARTURE)
    assert (await hold(demo, await quote(demo, house.wish()))).state is State.HELD


@pytest.mark.parametrize(("column", "refused"), [("min_stay", False), ("min_through", True)])
async def test_w7_a_minimum_at_arrival_and_one_through_are_two_things(
    demo: Database, house: House, look: asyncpg.Connection, column: str, refused: bool
) -> None:
    await set_nights(look, house, column, NIGHTS + 1, ARRIVAL + DAY)
    if refused:
        with pytest.raises(NotSellable):
            await quote(demo, house.wish())
    else:
        assert await quote(demo, house.wish())


async def test_w8_the_tourist_tax_of_three_nights_is_three_times_that_of_one(
    demo: Database, house: House
) -> None:
    three = await quote(demo, house.wish())
    one = await quote(demo, house.wish(nights=1))
    tax = one.breakdown.tourist_tax_cents
    assert tax > 0
    assert three.breakdown.tourist_tax_cents == NIGHTS * tax
    alone = await quote(demo, house.wish(RoomWanted(room_type=house.types["double"], adults=1)))
    assert alone.breakdown.tourist_tax_cents * 2 == NIGHTS * tax


async def test_w9_a_policy_that_is_edited_changes_no_booking_made_before(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    plan = await plan_of(demo, house, "flexible")
    never = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT, penalty_bps=10_000)
    await save(demo, house, msgspec.structs.replace(plan, name="Souple", cancellation=never))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
    assert (refund.refund_cents, refund.free) == (booked.total_cents, True)


@pytest.mark.parametrize(
    ("penalty", "bps", "share"),
    [(PenaltyKind.PERCENT, 3_000, 0.3), (PenaltyKind.FIRST_NIGHT, 0, None)],
)
async def test_w9_a_guest_who_never_came_pays_what_was_sold_whatever_the_plan_says_since(
    demo: Database,
    house: House,
    clock: DrivenClock,
    penalty: PenaltyKind,
    bps: int,
    share: float | None,
) -> None:
    plan = await plan_of(demo, house, "flexible")
    sold = NoShow(penalty=penalty, penalty_bps=bps)
    details = msgspec.structs.replace(plan.details, no_show=sold)
    named = msgspec.structs.replace(plan, name="Souple", details=details)
    await save(demo, house, named)
    booked = await book(demo, house.wish())
    dear = msgspec.structs.replace(plan.details, no_show=NoShow())
    await save(demo, house, msgspec.structs.replace(named, details=dear))
    room = booked.quote.breakdown.rooms[0]
    due = room.first_night_cents if share is None else round(room.gross_cents * share)
    assert booked.quote.terms.no_show_cents == due
    clock.set(datetime(2027, 2, 27, 17, 0, tzinfo=UTC))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.miss_stay(tx, booked.id)
        refund = await settling.settle_missed_stay(tx, booked.id, waived=False)
    assert (refund.penalty_cents, refund.refund_cents) == (due, booked.total_cents - due)


@pytest.mark.parametrize(
    ("at", "free"),
    [
        (datetime(2027, 2, 25, 17, 0, 0, tzinfo=UTC), True),
        (datetime(2027, 2, 25, 17, 0, 1, tzinfo=UTC), False),
    ],
)
async def test_w9_the_free_hour_is_that_of_the_houses_own_clock(
    demo: Database, house: House, clock: DrivenClock, at: datetime, free: bool
) -> None:
    booked = await book(demo, house.wish())  # free until two days before, 18:00 in Paris
    clock.set(at)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        assert (await cancelling.preview_refund(tx, booked.id))[1].free is free


@pytest.fixture(params=["America/New_York", "Europe/Paris", "Pacific/Noumea"])
def process_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The zone of this very process, as a server elsewhere would have it."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


async def test_w10_a_stay_over_the_change_of_the_clocks_has_each_night_once(
    demo: Database, house: House, process_zone: str
) -> None:
    arrival = date(2027, 3, 26)  # summer time begins in the night to Sunday 28 March
    before = await units(demo, house, arrival, 5)
    held = await hold(demo, await quote(demo, house.wish(arrival=arrival, nights=4)))
    nights = [night.on for night in held.quote.breakdown.rooms[0].nights]
    assert nights == [arrival + n * DAY for n in range(4)]
    assert await units(demo, house, arrival, 5) == [*(n - 1 for n in before[:4]), before[4]]


async def test_w13_a_refund_that_cannot_be_posted_is_tried_again_and_then_shown(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    async def fail(database: Database, tenant: int | None, message: StayHeld) -> None:
        raise RuntimeError("the bank's answer makes no sense")

    broken = Task(name="w13.broken", message_type=StayHeld, run=fail)
    booked = await book(demo, house.wish())
    message = {"booking": str(booked.id), "expires_at": demo.clock.now().isoformat()}
    await work.attempt_task(demo, broken, house.tenant, message, 1)
    waiting = [json.loads(row["message"]) for row in await look.fetch(
        "select message from pgmq.q_celery")]  # fmt: skip
    again = [one for one in waiting if one["headers"]["task"] == "w13.broken"]
    assert json.loads(b64decode(again[0]["body"]))[1]["attempt"] == 2
    await work.attempt_task(demo, broken, house.tenant, message, work.MAX_ATTEMPTS)
    kept = await look.fetchrow("select task, error from failed_task")
    assert (kept["task"], "makes no sense" in kept["error"]) == ("w13.broken", True)


async def queued(look: asyncpg.Connection) -> list[str]:
    rows = await look.fetch("select message from pgmq.q_celery order by msg_id")
    return [json.loads(row["message"])["headers"]["task"] for row in rows]


async def test_w15_an_event_is_there_with_its_change_and_not_without_it(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    await look.execute("truncate pgmq.q_celery")
    held = await hold(demo, await quote(demo, house.wish()))
    assert await queued(look) == []  # a hold's end is found by its time

    async def pay_and_die() -> None:
        command = PayBooking(
            guest=GUEST, payment_method="pm_card_visa", total_cents=held.total_cents
        )
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await paying.begin_payment(tx, held.id, command, "one")
            raise RuntimeError("the process dies before the commit")

    with pytest.raises(RuntimeError):
        await pay_and_die()
    assert await queued(look) == []
    assert (await find(demo, held)).state is State.HELD
    await pay(demo, held)
    assert "booking.write_confirmation" in await queued(look)


async def test_w16_after_a_change_the_nights_given_up_reach_the_search_too(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    booked = await book(demo, house.wish())
    later = date(2027, 5, 8)
    wish = change_to(house, later, later + NIGHTS * DAY, None)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        shown = (await changing.preview_change(tx, demo.reader, booked.id, wish))[2]
    await look.execute("truncate index_change")
    agreed = msgspec.structs.replace(wish, difference_cents=shown.cents)
    await changing.pay_change(demo, house.tenant, booked.id, agreed, "one")
    rows = await look.fetch("select distinct month from index_change where room_type is not null")
    months = {row["month"] for row in rows}
    assert {date(2027, 2, 1), date(2027, 3, 1), date(2027, 5, 1)} <= months


async def test_w16_a_cancelled_stay_is_never_revived_by_a_later_change(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant, actor="guest") as tx:
        command = CancelBooking(refund_cents=booked.total_cents)
        cancelled = await cancelling.cancel_booking(tx, booked.id, command)
    moved = change_to(house, ARRIVAL + DAY, DEPARTURE + DAY, 0)
    with pytest.raises(WrongState):
        await changing.pay_change(demo, house.tenant, booked.id, moved, "one")
    assert await find(demo, booked) == cancelled


async def test_w18_a_wait_ends_in_a_hold_of_all_its_nights_and_rooms_or_goes_on(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    from tests.db.test_waiting_list import fill, join, wish_for  # noqa: PLC0415

    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Famille", adults=4, rooms=2))
    own = await lodging.find_property(demo.reader, house.id)
    assert own is not None
    for first, count in ((ARRIVAL, 2), (ARRIVAL + DAY, 1), (DEPARTURE - DAY, 2)):
        await set_units(look, house, count, first, 1)
    async with demo.transaction(house.tenant) as tx:
        assert not await offering.serve_next(tx, own)
    await set_units(look, house, 2, ARRIVAL + DAY, 1)
    async with demo.transaction(house.tenant) as tx:
        assert await offering.serve_next(tx, own)
    assert await units(demo, house) == [0, 0, 0]
    booking = await look.fetchval("select booking from waiting_wish where id = $1", wish.id)
    assert await look.fetchval("select state from booking where id = $1", booking) == "held"


async def test_w19_a_declined_card_leaves_a_hold_that_ends_by_itself(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    held = await hold(demo, await quote(demo, house.wish()))
    declined = await pay(demo, held, method="pm_card_visa_chargeDeclined")
    assert (declined.state, declined.expires_at is not None) == (State.HELD, True)
    clock.forward(timedelta(minutes=15))
    told = HoldExpired(booking=held.id, revision=declined.revision)
    await release_hold_later.run(demo, house.tenant, told)
    assert (await find(demo, held)).state is State.EXPIRED
    assert await units(demo, house) == before


async def test_w19_the_same_offer_held_and_paid_again_is_one_booking_and_one_charge(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    made = await quote(demo, house.wish())
    held = {booking.id for booking in await asyncio.gather(
        hold(demo, made), hold(demo, made), return_exceptions=True
    ) if isinstance(booking, Booking)}  # fmt: skip
    assert len(held) == 1
    booked = await pay(demo, await hold(demo, made))
    assert (await pay(demo, booked)).revision == booked.revision
    async with demo.transaction(house.tenant) as tx:
        charges = await payment_store.list_paid_charges(tx, f"booking:{booked.id}")
    assert [charge.amount_cents for charge in charges] == [booked.total_cents]
    assert await units(demo, house) == [n - 1 for n in before]


async def test_w21_without_a_house_or_behind_another_one_nothing_is_seen_or_done(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    booked = await book(demo, house.wish())
    stranger = await look.fetchval(
        "select tenant from property where tenant <> $1 order by id limit 1", house.tenant
    )
    async with demo.transaction(stranger, actor="person:1") as tx:
        with pytest.raises(NotFound):
            await holding.release_hold(tx, booked.id)
        with pytest.raises(NotFound):
            await cancelling.cancel_booking(tx, booked.id, CancelBooking(refund_cents=0))
        assert await feeds.store.list_feeds(tx) == []
    with pytest.raises(asyncpg.PostgresError):
        async with demo.transaction() as tx:
            await reading.find_booking(tx, booked.id)
    assert await find(demo, booked) == booked


async def test_w11_neither_a_late_arrival_nor_an_early_departure_costs_anything(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(datetime(2027, 2, 28, 0, 0, tzinfo=UTC))  # one o'clock in the night, at the house
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.begin_stay(tx, booked.id)
    clock.set(datetime(2027, 2, 28, 13, 0, tzinfo=UTC))  # two days early, in the afternoon
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        gone = await staying.end_stay(tx, booked.id)
    assert (gone.total_cents, gone.refund_cents, gone.kept_cents) == (booked.total_cents, 0, 0)


async def test_w12_a_guest_whom_nobody_checked_out_pays_no_night_more(
    demo: Database, house: House, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    booked = await book(demo, house.wish())
    transfers = "select count(*) from ledger_transfer"
    clock.set(datetime(2027, 2, 27, 16, 0, tzinfo=UTC))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.begin_stay(tx, booked.id)
    before = await look.fetchval(transfers)
    clock.set(datetime(2027, 3, 9, 16, 0, tzinfo=UTC))  # a week after the departure
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        gone = await staying.end_stay(tx, booked.id)
    assert (gone.total_cents, gone.departure) == (booked.total_cents, DEPARTURE)
    assert await look.fetchval(transfers) == before
