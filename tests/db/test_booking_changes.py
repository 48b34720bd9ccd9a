"""A stay is changed as one act: the difference shown first, the old stay intact if not paid."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, hold, left, quote
from tourism.booking.actions import reading, selling, staying
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, State
from tourism.changing.actions import changing, letters
from tourism.changing.errors import DifferenceChanged, PaymentNeeded
from tourism.changing.models import ChangePaymentBegun, ChangeStay, Difference, StayChanged
from tourism.changing.tasks import expire_change_later, finish_change_later
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.paying.policy import worth_of
from tourism.quoting.errors import NotSellable, SoldOut
from tourism.quoting.models import DESK, RoomWanted

DAY = timedelta(days=1)
DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
LATE = datetime(2027, 2, 25, 17, 0, 1, tzinfo=UTC)
VISA, DECLINED = "pm_card_visa", "pm_card_visa_chargeDeclined"


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def wish(
    house: House,
    arrival: date = ARRIVAL,
    departure: date = DEPARTURE,
    *,
    rooms: tuple[RoomWanted, ...] = (),
    plan: str = "flexible",
    **fields: object,
) -> ChangeStay:
    chosen = rooms or (RoomWanted(room_type=house.types["double"], adults=2),)
    return ChangeStay(
        arrival=arrival, departure=departure, rate_plan=house.plans[plan], rooms=chosen,
        **fields,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip


async def preview(demo: Database, booked: Booking, command: ChangeStay) -> Difference:
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        return (await changing.preview_change(tx, demo.reader, booked.id, command))[2]


async def change(
    demo: Database, booked: Booking, command: ChangeStay, *, method: str = VISA, key: str = "one"
) -> Booking:
    shown = await preview(demo, booked, command)
    agreed = msgspec.structs.replace(
        command, difference_cents=shown.cents, payment_method=method if shown.due_cents else None
    )
    return await changing.pay_change(demo, booked.tenant, booked.id, agreed, key)


async def find(demo: Database, booked: Booking) -> Booking:
    async with demo.transaction(booked.tenant) as tx:
        return await reading.find_booking(tx, booked.id)


async def units(demo: Database, house: House, first: date = ARRIVAL, nights: int = 6) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], first, nights)


async def check_money(demo: Database, booked: Booking) -> None:
    """What was paid and did not go back is what the stay is worth; the ledger agrees."""
    worth = worth_of(booked)
    paid = booked.total_cents - booked.refund_cents
    assert paid == worth.gross_cents + sum(worth.taxes.values()) + booked.kept_cents
    sums: Counter[str] = Counter()
    async with demo.transaction(booked.tenant) as tx:
        for transfer in await ledger.list_by_reference(tx, f"booking:{booked.id}"):
            sums[transfer.credit_code] += transfer.amount_cents
            sums[transfer.debit_code] -= transfer.amount_cents
        refunds = await payments.list_refunds(tx, f"booking:{booked.id}")
    assert sums["guest.deposits"] == -paid
    taxed = {code: n for code, n in sums.items() if code.startswith("tourist_tax") and n}
    assert taxed == {f"tourist_tax.{code.lower()}": n for code, n in worth.taxes.items() if n}
    assert sum(refund.amount_cents for refund in refunds) == booked.refund_cents


async def sell_out(demo: Database, house: House, arrival: date, nights: int) -> None:
    """Hold every double that is left on these nights."""
    for night in range(nights):
        day = arrival + night * DAY
        for _ in range((await units(demo, house, day, 1))[0]):
            await hold(demo, await quote(demo, house.wish(arrival=day, nights=1)))


async def test_a_stay_moves_by_a_day_into_its_own_rooms(demo: Database, house: House) -> None:
    """The only double of these nights is the guest's own."""
    booked = await book(demo, house.wish())
    await sell_out(demo, house, ARRIVAL, NIGHTS)
    before = await units(demo, house)
    assert before[:NIGHTS] == [0] * NIGHTS
    moved = await change(demo, booked, wish(house, ARRIVAL + DAY, DEPARTURE + DAY))
    assert (moved.arrival, moved.departure) == (ARRIVAL + DAY, DEPARTURE + DAY)
    assert (moved.state, moved.version) == (State.CONFIRMED, 2)
    assert moved.reference == booked.reference
    after = await units(demo, house)
    assert after == [1, 0, 0, before[3] - 1, *before[4:]]
    await check_money(demo, moved)


async def test_a_cheaper_stay_pays_the_difference_back(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    before = await units(demo, house)
    command = wish(house, ARRIVAL, DEPARTURE - DAY)
    shown = await preview(demo, booked, command)
    assert (shown.fee_cents, shown.due_cents) == (0, 0)
    assert shown.back_cents == booked.total_cents - shown.after_cents > 0
    shorter = await change(demo, booked, command)
    assert shorter.refund_cents == shown.back_cents
    assert shorter.revision == booked.revision + 1
    assert await units(demo, house) == [*before[:2], before[2] + 1, *before[3:]]
    await check_money(demo, shorter)


async def test_a_dearer_stay_is_paid_first_and_shared_whole(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    longer = await change(demo, booked, wish(house, ARRIVAL, DEPARTURE + DAY, plan="breakfast"))
    assert longer.quote.breakdown.total_cents == longer.total_cents > booked.total_cents
    assert longer.quote.plan_code == "breakfast"
    assert longer.refund_cents == 0
    await check_money(demo, longer)
    again = await change(demo, longer, wish(house, ARRIVAL, DEPARTURE), key="two")
    assert again.version == 3
    assert again.quote.breakdown.total_cents == booked.total_cents
    await check_money(demo, again)


async def test_a_change_that_cannot_be_paid_leaves_the_old_stay_as_it_was(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    before = await units(demo, house)
    with pytest.raises(payments.CardDeclined):
        await change(demo, booked, wish(house, ARRIVAL, DEPARTURE + DAY), method=DECLINED)
    after = await find(demo, booked)
    assert await units(demo, house) == before
    assert after.quote == booked.quote
    assert (after.total_cents, after.changing, after.version) == (booked.total_cents, None, 1)
    await check_money(demo, after)
    paid = await change(demo, after, wish(house, ARRIVAL, DEPARTURE + DAY), key="another")
    assert paid.departure == DEPARTURE + DAY
    await check_money(demo, paid)


async def begin(demo: Database, booked: Booking, command: ChangeStay, key: str = "k"):
    shown = await preview(demo, booked, command)
    agreed = msgspec.structs.replace(command, difference_cents=shown.cents, payment_method=VISA)
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        begun = await changing.begin_change(tx, demo.reader, booked.id, agreed, key)
    assert begun is not None
    return begun


async def test_both_stays_are_held_while_the_difference_is_paid(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    before = await units(demo, house)
    begun = await begin(demo, booked, wish(house, ARRIVAL + DAY, DEPARTURE + 2 * DAY))
    assert await units(demo, house) == [*before[:3], before[3] - 1, before[4] - 1, before[5]]
    with pytest.raises(WrongState, match="just being paid"):
        await preview(demo, booked, wish(house))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        command = CancelBooking(refund_cents=booked.total_cents)
        with pytest.raises(WrongState, match="just being paid"):
            await cancelling.cancel_booking(tx, booked.id, command)
    # The process dies here; its task finishes the change, once.
    message = ChangePaymentBegun(booking=booked.id, change=begun.id)
    for _ in range(2):
        await finish_change_later.run(demo, house.tenant, message)
    moved = await find(demo, booked)
    assert (moved.version, moved.arrival) == (2, ARRIVAL + DAY)
    assert await units(demo, house) == [
        before[0] + 1, *before[1:3], before[3] - 1, before[4] - 1, before[5],
    ]  # fmt: skip
    await check_money(demo, moved)


async def test_a_bank_that_answers_too_late_gets_its_money_back(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    before = await units(demo, house)
    begun = await begin(demo, booked, wish(house, ARRIVAL, DEPARTURE + DAY))
    message = expire_change_later.message_type(booking=booked.id, change=begun.id)
    await expire_change_later.run(demo, house.tenant, message)
    assert (await find(demo, booked)).changing == begun.id  # not yet
    clock.forward(timedelta(minutes=10))
    await expire_change_later.run(demo, house.tenant, message)
    given_up = await find(demo, booked)
    assert (given_up.changing, given_up.version) == (None, 1)
    assert await units(demo, house) == before
    late = ChangePaymentBegun(booking=booked.id, change=begun.id)
    await finish_change_later.run(demo, house.tenant, late)
    assert (await find(demo, booked)).revision == given_up.revision
    async with demo.transaction(house.tenant) as tx:
        refunds = await payments.list_refunds(tx, f"booking:{booked.id}")
    assert [refund.amount_cents for refund in refunds] == [begun.difference.due_cents]
    again = await change(demo, booked, wish(house, ARRIVAL, DEPARTURE + DAY), key="two")
    assert (again.version, again.departure) == (2, DEPARTURE + DAY)


async def test_two_changes_for_the_last_room_sell_it_once(demo: Database, house: House) -> None:
    """PEERS 2.2: pretix counts before it locks, so both may pass."""
    there = ARRIVAL + 14 * DAY
    guests = [await book(demo, house.wish(nights=1)) for _ in range(3)]
    full = (await units(demo, house, there, 1))[0]
    for _ in range(full - 1):
        await hold(demo, await quote(demo, house.wish(arrival=there, nights=1)))
    commands = [wish(house, there, there + DAY)] * len(guests)
    done = await asyncio.gather(
        *(change(demo, guest, command) for guest, command in zip(guests, commands, strict=True)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Booking) for one in done) == 1, done
    assert all(isinstance(one, Booking | SoldOut) for one in done), done
    assert await units(demo, house, there, 1) == [0]


async def test_an_opposite_pair_of_changes_never_waits_in_a_circle(
    demo: Database, house: House
) -> None:
    """W-order: both lock the same months in one order, whichever stay they come from."""
    there = ARRIVAL + 33 * DAY
    one = await book(demo, house.wish(nights=1))
    two = await book(demo, house.wish(arrival=there, nights=1))
    done = await asyncio.gather(
        change(demo, one, wish(house, there, there + DAY)),
        change(demo, two, wish(house, ARRIVAL, ARRIVAL + DAY)),
    )
    assert [moved.arrival for moved in done] == [there, ARRIVAL]


async def test_after_the_free_instant_nights_given_up_still_cost_what_the_terms_keep(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(LATE)
    first = booked.quote.breakdown.rooms[0].nights[0].gross_cents
    command = wish(house, ARRIVAL, DEPARTURE - 2 * DAY)
    shown = await preview(demo, booked, command)
    assert shown.fee_cents == first
    shorter = await change(demo, booked, command)
    assert shorter.kept_cents == first
    assert shorter.quote.terms.free_until_at is None
    await check_money(demo, shorter)
    waived = await preview(demo, shorter, wish(house, ARRIVAL, ARRIVAL + DAY, with_fee=False))
    assert waived.fee_cents == 0


async def test_a_rate_without_refund_cannot_be_shortened_for_money(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish(plan="saver"))
    shown = await preview(demo, booked, wish(house, ARRIVAL, ARRIVAL + DAY, plan="saver"))
    tax = booked.quote.breakdown.tourist_tax_cents
    assert 0 < shown.back_cents < tax


async def test_a_moved_stay_cannot_win_a_free_cancellation_that_was_over(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(LATE)
    moved = await change(demo, booked, wish(house, ARRIVAL + 30 * DAY, DEPARTURE + 30 * DAY))
    async with demo.transaction(house.tenant) as tx:
        _, refund = await cancelling.preview_refund(tx, moved.id)
    assert (refund.free, refund.penalty_cents > 0) == (False, True)


async def test_a_changed_stay_is_cancelled_with_all_of_its_payments(
    demo: Database, house: House
) -> None:
    free = await units(demo, house)
    booked = await book(demo, house.wish())
    longer = await change(demo, booked, wish(house, ARRIVAL, DEPARTURE + DAY))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        command = CancelBooking(refund_cents=longer.total_cents)
        gone = await cancelling.cancel_booking(tx, booked.id, command)
        refunds = await payments.list_refunds(tx, f"booking:{booked.id}")
    assert gone.refund_cents == gone.total_cents == longer.total_cents
    assert sorted(refund.amount_cents for refund in refunds) == sorted(
        [booked.total_cents, longer.total_cents - booked.total_cents]
    )
    assert await units(demo, house) == free
    await check_money(demo, gone)


async def test_rooms_and_persons_change_together(demo: Database, house: House) -> None:
    double = house.types["double"]
    two = (RoomWanted(room_type=double, adults=2), RoomWanted(room_type=double, adults=1))
    booked = await book(demo, house.wish())
    grown = await change(demo, booked, wish(house, rooms=two))
    assert len(grown.live_rooms) == 2
    assert grown.quote.adults == 3
    suite = (RoomWanted(room_type=house.types["suite"], adults=2),)
    moved = await change(demo, grown, wish(house, rooms=suite), key="two")
    assert [room.code for room in moved.live_rooms] == ["suite"]
    await check_money(demo, moved)


async def test_another_difference_than_the_one_shown_is_refused(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    command = wish(house, ARRIVAL, DEPARTURE + DAY, difference_cents=1, payment_method=VISA)
    with pytest.raises(DifferenceChanged) as told:
        await changing.pay_change(demo, house.tenant, booked.id, command, "k")
    shown = await preview(demo, booked, command)
    assert told.value.extra["difference_cents"] == shown.cents
    assert (await find(demo, booked)).revision == booked.revision


async def test_the_same_key_changes_and_pays_once(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    command = wish(house, ARRIVAL, DEPARTURE + DAY)
    shown = await preview(demo, booked, command)
    agreed = msgspec.structs.replace(command, difference_cents=shown.cents, payment_method=VISA)
    first = await changing.pay_change(demo, house.tenant, booked.id, agreed, "same")
    second = await changing.pay_change(demo, house.tenant, booked.id, agreed, "same")
    assert first == second
    await check_money(demo, second)


async def test_the_houses_switches_are_its_own(demo: Database, house: House) -> None:
    """Explicit switches with safe defaults (PEERS 2.3): restrictions hold unless the house says."""
    booked = await book(demo, house.wish(nights=2))
    dearer = wish(house, ARRIVAL, DEPARTURE + DAY, difference_cents=0)
    shown = await preview(demo, booked, dearer)
    dearer = msgspec.structs.replace(dearer, difference_cents=shown.cents)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        with pytest.raises(PaymentNeeded) as told:
            await changing.change_stay(tx, demo.reader, booked.id, dearer, by_house=True)
    assert told.value.extra["due_cents"] == shown.due_cents


async def test_a_stay_paid_at_the_house_changes_without_money(demo: Database, house: House) -> None:
    held = await hold(demo, await quote(demo, msgspec.structs.replace(house.wish(), channel=DESK)))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        booked = await selling.confirm_at_desk(tx, held.id, GUEST)
    command = wish(house, ARRIVAL, DEPARTURE + DAY)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        _, wanted, shown = await changing.preview_change(
            tx, demo.reader, booked.id, command, by_house=True
        )
    agreed = msgspec.structs.replace(command, difference_cents=shown.cents, note="une nuit de plus")
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        longer = await changing.change_stay(tx, demo.reader, booked.id, agreed, by_house=True)
        steps = await reading.list_revisions(tx, booked.id)
    assert longer.total_cents == wanted.breakdown.total_cents
    assert (steps[-1].reason, steps[-1].actor) == ("changed: une nuit de plus", "person:1")


async def test_a_stay_that_has_begun_is_not_changed_here(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(datetime(2027, 2, 27, 14, 0, tzinfo=UTC))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.begin_stay(tx, booked.id)
    with pytest.raises(WrongState, match="in the house"):
        await preview(demo, booked, wish(house))


async def test_a_change_keeps_the_houses_restrictions(demo: Database, house: House, demo_settings):
    import asyncpg  # noqa: PLC0415

    booked = await book(demo, house.wish())
    there = date(2027, 4, 10)
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "update ari_month set min_stay[10] = 5 where room_type = $1 and month = '2027-04-01'",
        house.types["double"],
    )
    await admin.close()
    with pytest.raises(NotSellable):
        await preview(demo, booked, wish(house, there, there + 2 * DAY))
    free = wish(house, there, there + 2 * DAY, check_restrictions=False)
    assert (await preview(demo, booked, free)).after_cents > 0


async def test_the_letter_of_a_change_is_written_once(demo: Database, house: House) -> None:
    booked = await change(demo, await book(demo, house.wish()), wish(house, ARRIVAL, ARRIVAL + DAY))
    for _ in range(2):
        async with demo.transaction(house.tenant) as tx:
            told = StayChanged(
                booking=booked.id, revision=booked.revision, cents=-booked.refund_cents
            )
            await letters.write_change(tx, told)
    async with demo.transaction(house.tenant) as tx:
        mails = [m for m in await list_captured_mail(tx) if booked.reference in m.subject]
    assert len(mails) == 1
    assert "est modifié" in mails[0].subject
