"""Each room of a booking has its own state: cancelled by itself, at its exact price."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, hold, left, quote
from tourism.booking.actions import letters, reading, staying
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, RoomState, State
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.paying.actions import cancelling, settling
from tourism.paying.errors import RefundChanged
from tourism.paying.models import CancelBooking, Refund
from tourism.paying.policy import worth_of
from tourism.quoting.models import RoomWanted
from tourism.sweeping.tasks import END

LATE = datetime(2027, 2, 25, 17, 0, 1, tzinfo=UTC)  # a second after the free instant


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def book_three(demo: Database, house: House, plan: str = "flexible") -> Booking:
    """A family of rooms: two doubles that differ by who sleeps in them, and a third."""
    double = house.types["double"]
    rooms = (
        RoomWanted(room_type=double, adults=2),
        RoomWanted(room_type=double, adults=1, child_ages=(7,)),
        RoomWanted(room_type=double, adults=1),
    )
    return await book(demo, house.wish(*rooms, plan=plan))


async def units(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def preview(demo: Database, booked: Booking, *rooms: int) -> Refund:
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        return (await cancelling.preview_refund(tx, booked.id, rooms))[1]


async def cancel(demo: Database, booked: Booking, *rooms: int) -> Booking:
    shown = await preview(demo, booked, *rooms)
    command = CancelBooking(refund_cents=shown.refund_cents, rooms=rooms)
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        return await cancelling.cancel_booking(tx, booked.id, command)


async def accounts(demo: Database, booked: Booking) -> Counter[str]:
    """Credits less debits of the shares of a booking, by account."""
    sums: Counter[str] = Counter()
    async with demo.transaction(booked.tenant) as tx:
        for transfer in await ledger.list_by_reference(tx, f"booking:{booked.id}"):
            sums[transfer.credit_code] += transfer.amount_cents
            sums[transfer.debit_code] -= transfer.amount_cents
    return sums


async def refunds(demo: Database, booked: Booking) -> list[int]:
    async with demo.transaction(booked.tenant) as tx:
        found = await payments.list_refunds(tx, f"booking:{booked.id}")
    return [refund.amount_cents for refund in found]


async def check_worth(demo: Database, booked: Booking) -> None:
    """What was paid and not given back is what the booking is worth, and the ledger says so."""
    worth = worth_of(booked)
    assert worth.gross_cents + sum(worth.taxes.values()) == (
        booked.total_cents - booked.refund_cents
    )
    sums = await accounts(demo, booked)
    assert sums["guest.deposits"] == booked.refund_cents - booked.total_cents
    taxed = {code: n for code, n in sums.items() if code.startswith("tourist_tax") and n}
    assert taxed == {f"tourist_tax.{code.lower()}": n for code, n in worth.taxes.items() if n}
    assert sum(await refunds(demo, booked)) == booked.refund_cents


async def test_each_room_of_a_quote_carries_its_own_tourist_tax(
    demo: Database, house: House
) -> None:
    parts = (await book_three(demo, house)).quote.breakdown
    taxes = [room.tourist_tax_cents for room in parts.rooms]
    assert sum(taxes) == parts.tourist_tax_cents
    assert taxes[0] == 2 * taxes[1]  # a child pays none: two adults against one
    assert taxes[1] > 0


async def test_cancelling_one_of_three_rooms_frees_it_and_pays_back_its_price(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    booked = await book_three(demo, house)
    second = booked.quote.breakdown.rooms[1]
    after = await cancel(demo, booked, 2)
    assert (after.state, after.revision) == (State.CONFIRMED, booked.revision + 1)
    assert [room.state for room in after.reservations] == [
        RoomState.LIVE, RoomState.CANCELLED, RoomState.LIVE,
    ]  # fmt: skip
    assert after.refund_cents == second.gross_cents + second.tourist_tax_cents
    assert await units(demo, house) == [n - 2 for n in before]
    await check_worth(demo, after)


@pytest.mark.parametrize("plan", ["flexible", "saver", "breakfast"])
async def test_rooms_cancelled_one_by_one_after_the_free_instant_leave_the_penalties(
    demo: Database, house: House, clock: DrivenClock, plan: str
) -> None:
    before = await units(demo, house)
    booked = await book_three(demo, house, plan)
    clock.set(LATE)
    whole = await preview(demo, booked)
    kept = 0
    for number in (2, 1, 3):
        shown = await preview(demo, booked, number)
        kept += shown.penalty_cents
        booked = await cancel(demo, booked, number)
        await check_worth(demo, booked)
    assert booked.state is State.CANCELLED
    assert abs(kept - whole.penalty_cents) <= 1  # a rate of the whole is rounded once
    assert booked.total_cents - booked.refund_cents == kept
    assert len(await refunds(demo, booked)) == 3
    assert await units(demo, house) == before


async def test_the_rest_of_a_stay_is_cancelled_whole(demo: Database, house: House) -> None:
    booked = await cancel(demo, await book_three(demo, house), 1)
    gone = await cancel(demo, booked)
    assert (gone.state, gone.refund_cents) == (State.CANCELLED, gone.total_cents)
    assert set((await accounts(demo, gone)).values()) == {0}
    await check_worth(demo, gone)


async def test_a_room_is_cancelled_once_whoever_asks_again(demo: Database, house: House) -> None:
    booked = await book_three(demo, house)
    shown = (await preview(demo, booked, 1)).refund_cents
    command = CancelBooking(refund_cents=shown, rooms=(1,))
    for _ in range(2):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            after = await cancelling.cancel_booking(tx, booked.id, command)
        assert after.revision == booked.revision + 1
    assert await refunds(demo, after) == [shown]
    with pytest.raises(WrongState, match="cancelled already"):
        await preview(demo, booked, 1)


@pytest.mark.parametrize("rooms", [(4,), (0,), (1, 9)])
async def test_a_room_that_is_not_there_cannot_be_cancelled(
    demo: Database, house: House, rooms: tuple[int, ...]
) -> None:
    booked = await book_three(demo, house)
    with pytest.raises(WrongState):
        await preview(demo, booked, *rooms)


async def test_another_refund_than_the_rooms_is_refused(demo: Database, house: House) -> None:
    booked = await book_three(demo, house)
    right = (await preview(demo, booked, 3)).refund_cents
    async with demo.transaction(house.tenant) as tx:
        command = CancelBooking(refund_cents=right + 1, rooms=(3,))
        with pytest.raises(RefundChanged) as told:
            await cancelling.cancel_booking(tx, booked.id, command)
    assert told.value.extra["refund_cents"] == right


async def test_a_no_show_costs_and_frees_only_the_rooms_that_were_left(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    booked = await cancel(demo, await book_three(demo, house), 2)
    clock.set(datetime(2027, 2, 27, 17, 0, tzinfo=UTC))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.miss_stay(tx, booked.id)
    assert await units(demo, house) == [before[0] - 2, *before[1:]]
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        refund = await settling.settle_missed_stay(tx, booked.id, waived=False)
    rooms = [booked.quote.breakdown.rooms[0], booked.quote.breakdown.rooms[2]]
    # What the plan says of who never comes: here the price of the rooms.
    assert refund.penalty_cents == sum(room.gross_cents for room in rooms)
    async with demo.transaction(house.tenant) as tx:
        settled = await reading.find_booking(tx, booked.id)
    assert settled.total_cents - settled.refund_cents == refund.penalty_cents
    assert (await accounts(demo, settled))["guest.deposits"] == -refund.penalty_cents
    assert sum(await refunds(demo, settled)) == settled.refund_cents


async def test_the_letter_of_a_cancelled_room_is_written_once_a_revision(
    demo: Database, house: House
) -> None:
    booked = await cancel(demo, await book_three(demo, house), 2)
    for _ in range(2):
        async with demo.transaction(house.tenant) as tx:
            await letters.write_room_cancellation(
                tx, booked.id, booked.revision, booked.refund_cents
            )
    async with demo.transaction(house.tenant) as tx:
        mails = [m for m in await list_captured_mail(tx) if booked.reference in m.subject]
    assert len(mails) == 1
    assert mails[0].body_text.count("annulée") == 1


async def test_the_departure_of_a_stay_with_a_cancelled_room_frees_nothing_twice(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    booked = await cancel(demo, await book_three(demo, house), 3)
    clock.set(datetime(2027, 2, 27, 14, 0, tzinfo=UTC))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.begin_stay(tx, booked.id)
        await staying.end_stay(tx, booked.id)
    assert await units(demo, house) == [n - 2 for n in before]
    clock.forward(timedelta(days=1))
    with pytest.raises(WrongState):
        await preview(demo, booked, 1)


@pytest.fixture
async def look(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def wait_for_the_lock(look: asyncpg.Connection, acting: asyncio.Task[Booking]) -> None:
    """Until somebody waits for a row that another has, or is done."""
    waits = "select exists (select from pg_locks where not granted)"
    for _ in range(3_000):
        if acting.done() or await look.fetchval(waits):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_one_room_cancelled_twice_at_once_is_paid_back_and_sold_again_once(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    before = await units(demo, house)
    booked = await book_three(demo, house)
    shown = await preview(demo, booked, 2)
    command = CancelBooking(refund_cents=shown.refund_cents, rooms=(2,))

    async def again() -> Booking:
        async with demo.transaction(booked.tenant, actor="guest") as tx:
            return await cancelling.cancel_booking(tx, booked.id, command)

    async with demo.transaction(booked.tenant, actor="guest") as tx:
        await cancelling.cancel_booking(tx, booked.id, command)
        second = asyncio.create_task(again())
        await wait_for_the_lock(look, second)
    after = await second
    assert after.live_numbers == (1, 3)
    assert after.refund_cents == shown.refund_cents
    assert await units(demo, house) == [n - 2 for n in before]
    await check_worth(demo, after)


async def test_who_waits_while_a_stay_is_changed_sees_the_rooms_that_it_has_then(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    before = await units(demo, house)
    booked = await book_three(demo, house)
    smaller = ChangeStay(
        arrival=booked.arrival,
        departure=booked.departure,
        rate_plan=booked.quote.rate_plan,
        rooms=(RoomWanted(room_type=house.types["double"], adults=2),),
    )
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        _, _, shown = await changing.preview_change(tx, demo.reader, booked.id, smaller)
    smaller = msgspec.structs.replace(smaller, difference_cents=shown.cents)

    async def cancel_all() -> Booking:
        async with demo.transaction(booked.tenant, actor="guest") as tx:
            left_over = booked.total_cents + shown.cents
            command = CancelBooking(refund_cents=left_over)
            return await cancelling.cancel_booking(tx, booked.id, command)

    async with demo.transaction(booked.tenant, actor="guest") as tx:
        await changing.change_stay(tx, demo.reader, booked.id, smaller)
        second = asyncio.create_task(cancel_all())
        await wait_for_the_lock(look, second)
    after = await second
    assert after.state is State.CANCELLED
    assert after.refund_cents == after.total_cents
    assert len(after.reservations) == 1
    assert await units(demo, house) == before


async def test_the_worker_itself_ends_what_is_over_and_nothing_else(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    first = await hold(demo, await quote(demo, house.wish()))
    clock.forward(timedelta(minutes=10))
    second = await hold(demo, await quote(demo, house.wish()))
    clock.forward(timedelta(minutes=5))
    for _ in range(2):  # as two workers would
        await END.task.run(demo, None, Nothing())
    async with demo.transaction(house.tenant) as tx:
        stands = [(await reading.find_booking(tx, one.id)).state for one in (first, second)]
    assert stands == [State.EXPIRED, State.HELD]
    assert await units(demo, house) == [n - 1 for n in before]
