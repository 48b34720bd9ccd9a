"""Rooms kept for a group: off sale at once, given with the code at the group's price, back on sale
after the last day; the count of every night exact whatever comes together."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import asyncpg
import msgspec
import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from hub.payments import CardDeclined
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, left, pay
from tests.locks import until_somebody_waits
from tests.served import Queue
from tourism.booking.actions import holding
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking, State
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.groups.actions import blocking, picking
from tourism.groups.actions.moving import lock_group
from tourism.groups.errors import BlockInvalid, BlockOver, GroupUnknown, NoneLeft
from tourism.groups.models import (
    Block,
    BlockShown,
    BlockState,
    MakeBlock,
    PickUp,
    RoomsAsked,
    WashBlock,
)
from tourism.groups.tasks import look_through_later
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import PAYING_MINUTES, CancelBooking, PayBooking
from tourism.quoting.errors import SoldOut
from tourism.quoting.models import RoomWanted
from tourism.rates import move_units

DAY = timedelta(days=1)
DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
CUT_OFF = ARRIVAL - timedelta(days=14)
PRICE = 77_00


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def admin_of_demo(demo: Database, demo_settings: Settings):
    """The administrator's connection, to run an empty queue."""
    connection = await asyncpg.connect(demo_settings.database_url)
    await connection.execute("delete from pgmq.q_celery")
    yield connection
    await connection.close()


def wedding(house: House, units: int = 3, **given: object) -> MakeBlock:
    values: dict[str, object] = {
        "name": "Mariage Faure",
        "arrival": ARRIVAL,
        "departure": DEPARTURE,
        "cut_off_on": CUT_OFF,
        "rate_plan": house.plans["flexible"],
        "rooms": (RoomsAsked(room_type=house.types["double"], units=units, price_cents=PRICE),),
        **given,
    }
    return MakeBlock(**values)  # pyright: ignore[reportArgumentType]


async def keep(demo: Database, house: House, command: MakeBlock) -> Block:
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        return await blocking.make_block(tx, tx.uuid(), command)


async def take(
    demo: Database,
    house: House,
    block: Block,
    arrival: date = ARRIVAL,
    nights: int = NIGHTS,
    *,
    rooms: int = 1,
) -> Booking:
    found = await picking.find_code(demo, block.code)
    command = PickUp(
        arrival=arrival,
        departure=arrival + timedelta(days=nights),
        rooms=(RoomWanted(room_type=house.types["double"], adults=2),) * rooms,
    )
    async with demo.transaction(found.tenant, actor="guest") as tx:
        return await picking.pick_up(tx, demo.reader, found, command)


async def free(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def show(demo: Database, block: Block) -> BlockShown:
    async with demo.transaction(block.tenant) as tx:
        return await blocking.show_block(tx, block.id)


async def held(demo: Database, block: Block) -> list[int]:
    return list((await show(demo, block)).rooms[0].held)


def minus(units: list[int], *taken: int) -> list[int]:
    return [n - gone for n, gone in zip(units, taken, strict=True)]


async def mend(demo: Database, queue: Queue) -> None:
    await look_through_later.run(demo, None, Nothing())
    await queue.run(only="groups")


async def test_kept_rooms_leave_the_sale_all_or_none(demo: Database, house: House) -> None:
    before = await free(demo, house)
    block = await keep(demo, house, wedding(house))
    assert await free(demo, house) == minus(before, 3, 3, 3)
    assert await held(demo, block) == [3, 3, 3]
    two = (
        RoomsAsked(room_type=house.types["double"], units=1, price_cents=PRICE),
        RoomsAsked(room_type=house.types["suite"], units=500, price_cents=PRICE),
    )
    with pytest.raises(SoldOut):
        await keep(demo, house, wedding(house, rooms=two))
    assert await free(demo, house) == minus(before, 3, 3, 3)


async def test_a_room_is_taken_at_the_groups_price_and_nothing_else_moves(
    demo: Database, house: House
) -> None:
    block = await keep(demo, house, wedding(house))
    on_sale = await free(demo, house)
    taken = await take(demo, house, block, nights=2)
    assert await free(demo, house) == on_sale
    assert await held(demo, block) == [2, 2, 3]
    [room] = taken.quote.breakdown.rooms
    assert [night.gross_cents for night in room.nights] == [PRICE, PRICE]
    assert (taken.quote.group, taken.quote.terms.policy.free_days) == ("Mariage Faure", 2)
    paid = await pay(demo, taken)
    figures = (await show(demo, block)).figures
    assert (figures.kept, figures.taken, figures.waiting) == (9, 2, 7)
    assert figures.revenue_cents == paid.total_cents
    assert figures.percent == 22


async def test_the_groups_price_holds_whatever_the_house_sells_to_others(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    block = await keep(demo, house, wedding(house))
    await admin_of_demo.execute(
        "update ari_month set price_cents = array_fill(99900, array[cardinality(price_cents)]),"
        " flags = array_fill(4::int2, array[cardinality(flags)]) where room_type = $1",
        house.types["double"],
    )
    taken = await take(demo, house, block)
    assert taken.quote.breakdown.rooms_gross_cents == NIGHTS * PRICE


async def test_w17_thirty_guests_at_once_take_the_five_rooms_that_were_kept_and_no_more(
    demo: Database, house: House
) -> None:
    block = await keep(demo, house, wedding(house, 5))
    on_sale = await free(demo, house)

    async def attempt() -> Booking | None:
        try:
            return await take(demo, house, block)
        except NoneLeft:
            return None

    async with asyncio.timeout(60):
        made = await asyncio.gather(*(attempt() for _ in range(30)))
    assert sum(one is not None for one in made) == 5
    assert await held(demo, block) == [0, 0, 0]
    assert await free(demo, house) == on_sale
    assert (await show(demo, block)).figures.taken == 15


async def test_w17_a_kept_room_is_sold_to_nobody_else(demo: Database, house: House) -> None:
    units = min(await free(demo, house))
    async with demo.transaction(house.tenant) as tx:
        for n, count in enumerate(await left(tx, house.types["double"], ARRIVAL, NIGHTS)):
            day = ARRIVAL + timedelta(days=n)
            spare = count - units
            if spare:
                await move_units(tx, [house.types["double"]], [spare], day, day + timedelta(days=1))
    block = await keep(demo, house, wedding(house, units))
    with pytest.raises(SoldOut):
        await book(demo, house.wish(RoomWanted(room_type=house.types["double"], adults=2)))
    assert (await take(demo, house, block)).state == "held"


async def test_after_the_last_day_what_waits_is_on_sale_again_and_the_code_is_over(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    before = await free(demo, house)
    block = await keep(demo, house, wedding(house))
    await pay(demo, await take(demo, house, block, nights=1))
    queue = Queue(demo, admin_of_demo)
    clock.set(datetime.combine(CUT_OFF, time(22, 30), UTC))  # 23:30 at the house
    await mend(demo, queue)
    assert await held(demo, block) == [2, 3, 3]
    clock.set(datetime.combine(CUT_OFF, time(23, 30), UTC))
    with pytest.raises(BlockOver):
        await take(demo, house, block)
    await mend(demo, queue)
    shown = await show(demo, block)
    assert (shown.block.state, await free(demo, house)) == (
        BlockState.RELEASED,
        minus(before, 1, 0, 0),
    )
    async with demo.transaction(house.tenant) as tx:
        await blocking.release_block(tx, block.id)
    assert await free(demo, house) == minus(before, 1, 0, 0)


async def test_the_room_of_a_stay_that_falls_through_waits_for_the_group_again(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    block = await keep(demo, house, wedding(house))
    on_sale = await free(demo, house)
    queue = Queue(demo, admin_of_demo)
    unpaid = await take(demo, house, block)
    given_back = await take(demo, house, block)
    paid = await pay(demo, await take(demo, house, block, nights=2))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await holding.release_hold(tx, given_back.id)
        await cancelling.cancel_booking(tx, paid.id, CancelBooking(refund_cents=paid.total_cents))
    clock.set(clock.now() + timedelta(minutes=16))
    async with demo.transaction(house.tenant) as tx:
        assert await holding.release_expired_hold(tx, unpaid.id)
    assert await held(demo, block) == [0, 0, 1]
    # Meanwhile somebody else has bought one of them: that one stays sold.
    async with demo.transaction(house.tenant) as tx:
        rest = await left(tx, house.types["double"], ARRIVAL, NIGHTS)
        await move_units(tx, [house.types["double"]], [rest[0] - 2], ARRIVAL, ARRIVAL + DAY)
    for _ in range(2):
        await mend(demo, queue)
    assert await held(demo, block) == [2, 3, 3]
    assert await free(demo, house) == [0, *on_sale[1:]]


def some(house: House, units: int) -> WashBlock:
    return WashBlock(room_type=house.types["double"], units=units)


async def test_some_rooms_go_back_to_the_sale_before_the_last_day(
    demo: Database, house: House
) -> None:
    before = await free(demo, house)
    block = await keep(demo, house, wedding(house))
    await take(demo, house, block, nights=1)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        with pytest.raises(BlockInvalid) as refused:
            await blocking.wash_block(tx, block.id, some(house, 3))
    assert refused.value.extra["field"] == "units"
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await blocking.wash_block(tx, block.id, some(house, 2))
    assert await held(demo, block) == [0, 1, 1]
    assert await free(demo, house) == minus(before, 1, 1, 1)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await blocking.release_block(tx, block.id)
    assert await free(demo, house) == minus(before, 1, 0, 0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"departure": ARRIVAL}, "departure"),
        ({"departure": ARRIVAL + timedelta(days=29)}, "departure"),
        ({"arrival": date(2026, 11, 30)}, "arrival"),
        ({"cut_off_on": ARRIVAL + DAY}, "cut_off_on"),
        ({"cut_off_on": date(2026, 11, 30)}, "cut_off_on"),
        ({"rate_plan": 0}, "rate_plan"),
        ({"rooms": ()}, "rooms"),
        ({"rooms": (RoomsAsked(room_type=0, units=1, price_cents=1),)}, "rooms"),
    ],
)
async def test_what_cannot_be_kept_is_told_beside_its_field(
    demo: Database, house: House, given: dict[str, object], field: str
) -> None:
    with pytest.raises(BlockInvalid) as refused:
        await keep(demo, house, wedding(house, **given))
    assert refused.value.extra["field"] == field


async def test_only_nights_of_the_group_are_taken_and_only_with_its_code(
    demo: Database, house: House
) -> None:
    block = await keep(demo, house, wedding(house))
    for arrival, nights in ((ARRIVAL - DAY, 2), (ARRIVAL + 2 * DAY, 2)):
        with pytest.raises(BlockInvalid):
            await take(demo, house, block, arrival, nights)
    spoken = await picking.find_code(demo, f" {block.code.lower().replace('-', ' ')} ")
    assert spoken.block == block.id
    with pytest.raises(GroupUnknown):
        await picking.find_code(demo, "LAC-0000-ORME")


async def change_to(
    demo: Database,
    house: House,
    booked: Booking,
    nights: tuple[int, int],
    *,
    rooms: int = 1,
    key: str = "change",
    card: str = "pm_card_visa",
) -> Booking:
    """Come from one night of the group to before another, for the difference that is shown."""
    command = ChangeStay(
        arrival=ARRIVAL + nights[0] * DAY,
        departure=ARRIVAL + nights[1] * DAY,
        rate_plan=house.plans["flexible"],
        rooms=(RoomWanted(room_type=house.types["double"], adults=2),) * rooms,
    )
    async with demo.transaction(house.tenant, actor="guest") as tx:
        _, _, shown = await changing.preview_change(tx, demo.reader, booked.id, command)
    agreed = msgspec.structs.replace(
        command, difference_cents=shown.cents, payment_method=card if shown.due_cents else None
    )
    return await changing.pay_change(demo, house.tenant, booked.id, agreed, key)


async def test_several_rooms_are_taken_at_once_all_or_none_and_one_of_them_comes_back(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    block = await keep(demo, house, wedding(house))
    on_sale = await free(demo, house)
    queue = Queue(demo, admin_of_demo)
    with pytest.raises(NoneLeft):
        await take(demo, house, block, rooms=4)
    assert await held(demo, block) == [3, 3, 3]
    paid = await pay(demo, await take(demo, house, block, rooms=3, nights=2))
    assert [len(room.nights) for room in paid.quote.breakdown.rooms] == [2, 2, 2]
    assert await held(demo, block) == [0, 0, 3]
    assert (await show(demo, block)).figures.taken == 6
    async with demo.transaction(house.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, paid.id, (2,))
        command = CancelBooking(refund_cents=refund.refund_cents, rooms=(2,))
        await cancelling.cancel_booking(tx, paid.id, command)
    await queue.run(only="groups")
    assert await held(demo, block) == [1, 1, 3]
    shown = await show(demo, block)
    assert [(one.units, one.live) for one in shown.pickups] == [(2, 2)]
    assert await free(demo, house) == on_sale


async def test_a_stay_of_a_group_is_changed_within_its_nights_at_its_price(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    block = await keep(demo, house, wedding(house, 2))
    await admin_of_demo.execute(
        "update ari_month set price_cents = array_fill(99900, array[cardinality(price_cents)])"
        " where room_type = $1",
        house.types["double"],
    )
    on_sale = await free(demo, house)
    paid = await pay(demo, await take(demo, house, block, nights=1))
    moved = await change_to(demo, house, paid, (1, 3))
    [room] = moved.quote.breakdown.rooms
    assert [night.gross_cents for night in room.nights] == [PRICE, PRICE]
    assert (moved.quote.group, await held(demo, block)) == ("Mariage Faure", [2, 1, 1])
    two = await change_to(demo, house, moved, (2, 3), rooms=2, key="two")
    assert await held(demo, block) == [2, 2, 0]
    [pickup] = (await show(demo, block)).pickups
    assert (pickup.units, pickup.arrival) == (2, ARRIVAL + 2 * DAY)
    with pytest.raises(NoneLeft):  # though the house has more on sale, at other prices
        await change_to(demo, house, two, (0, 3), rooms=3, key="three")
    with pytest.raises(CardDeclined):
        await change_to(
            demo, house, two, (0, 3), rooms=2, key="no", card="pm_card_visa_chargeDeclined"
        )
    assert await held(demo, block) == [2, 2, 0]
    assert await free(demo, house) == on_sale


async def test_a_stay_of_a_group_stays_in_its_nights_rooms_and_rate(
    demo: Database, house: House
) -> None:
    block = await keep(demo, house, wedding(house))
    paid = await pay(demo, await take(demo, house, block))
    plain = ChangeStay(
        arrival=ARRIVAL,
        departure=DEPARTURE,
        rate_plan=house.plans["flexible"],
        rooms=(RoomWanted(room_type=house.types["double"], adults=2),),
    )
    suite = (RoomWanted(room_type=house.types["suite"], adults=2),)
    for wrong in (
        {"departure": DEPARTURE + DAY},
        {"rooms": suite},
        {"rate_plan": house.plans["saver"]},
    ):
        wanted = msgspec.structs.replace(plain, **wrong)
        async with demo.transaction(house.tenant, actor="guest") as tx:
            with pytest.raises(BlockInvalid):
                await changing.preview_change(tx, demo.reader, paid.id, wanted)


async def test_nights_given_up_after_the_last_day_are_on_sale(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await free(demo, house)
    block = await keep(demo, house, wedding(house))
    paid = await pay(demo, await take(demo, house, block))
    async with demo.transaction(house.tenant) as tx:
        await blocking.release_block(tx, block.id)
    clock.set(datetime.combine(CUT_OFF + DAY, time(12), UTC))
    changed = await change_to(demo, house, paid, (1, 3))
    assert changed.arrival == ARRIVAL + DAY
    assert await free(demo, house) == minus(before, 0, 1, 1)


async def begin(demo: Database, booking: Booking) -> payments.Charge:
    command = PayBooking(
        guest=GUEST, payment_method="pm_card_visa", total_cents=booking.total_cents
    )
    async with demo.transaction(booking.tenant, actor="guest") as tx:
        return await paying.begin_payment(tx, booking.id, command, "late")


async def mend_it(demo: Database, block: Block) -> None:
    async with demo.transaction(block.tenant) as tx:
        await blocking.mend_block(tx, block.id)


async def test_a_stay_that_just_takes_its_rooms_again_keeps_them_and_the_group_gets_none_for_it(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    block = await keep(demo, house, wedding(house))
    stay = await take(demo, house, block)
    charge = await begin(demo, stay)
    clock.forward(timedelta(minutes=PAYING_MINUTES))
    async with demo.transaction(house.tenant) as tx:
        assert await holding.release_expired_hold(tx, stay.id)
    on_sale = await free(demo, house)
    async with demo.transaction(house.tenant) as tx:
        late = payments.Outcome(succeeded=True, reference="pi_late")
        assert (await paying.finish_payment(tx, stay.id, charge.id, late)).state is State.CONFIRMED
        mending = asyncio.create_task(mend_it(demo, block))
        await until_somebody_waits(admin_of_demo, mending)
        assert not mending.done()
    await mending
    assert await held(demo, block) == [2, 2, 2]
    assert await free(demo, house) == minus(on_sale, 1, 1, 1)
    assert (await show(demo, block)).pickups[0].returned_at is None


async def test_who_changes_a_stay_and_who_mends_its_block_never_wait_for_each_other(
    demo: Database, house: House, admin_of_demo: asyncpg.Connection
) -> None:
    """Both have the booking before the block."""
    block = await keep(demo, house, wedding(house))
    gone = await take(demo, house, block)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await holding.release_hold(tx, gone.id)
    async with demo.transaction(house.tenant) as tx:
        await lock(tx, gone.id)
        mending = asyncio.create_task(mend_it(demo, block))
        await until_somebody_waits(admin_of_demo, mending)
        await lock_group(tx, gone.id)
    await mending
    assert await held(demo, block) == [3, 3, 3]
