"""What a cancellation or a no-show still costs is shared by its own rule, not as the price was."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from hub import agreements
from hub.agreements import Base
from hub.core.clock import DrivenClock
from hub.core.db import Database
from tests.db.test_booking_rooms import (
    LATE,
    accounts,
    book_three,
    cancel,
    check_worth,
    house,
)
from tests.houses import House, book
from tourism import taxes
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.booking.subjects import subject_of
from tourism.paying.actions import settling

__all__ = ["house"]
RULE = "Annulations et absences"
SHARES = ("platform.share", "federation.share", "office.share", "reserve.share")


def net_of(booked: Booking, gross: int) -> int:
    return taxes.split_gross(gross, booked.quote.breakdown.vat[0].rate_bps).net_cents


async def penalties(demo: Database, booked: Booking) -> list[agreements.Allocation]:
    async with demo.transaction(booked.tenant) as tx:
        found = await agreements.list_penalties(tx, subject_of(booked.id, booked.version))
        for kept in found:
            explained = await agreements.explain_allocation(tx, demo.reader, kept.id)
            assert explained.same
    return [kept.allocation for kept in found]


async def test_a_late_cancellation_is_shared_by_the_rule_for_cancellations(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    before = await accounts(demo, booked)
    assert all(before[code] > 0 for code in SHARES)
    clock.set(LATE)
    gone = await cancel(demo, booked)
    penalty = net_of(gone, gone.total_cents - gone.refund_cents)
    (made,) = await penalties(demo, gone)
    assert (made.rule, made.facts["event"]) == (RULE, "cancellation")
    assert made.bases == {Base.PENALTY: penalty}
    assert made.version == booked.quote.split.allocation.version
    fee = (penalty * 300 + 5_000) // 10_000
    assert [share.amount_cents for share in made.shares] == [fee, penalty - fee]
    after = await accounts(demo, gone)
    # 3 % of the penalty to the booking centre; of the price that was shared, nothing is left.
    assert [after[code] for code in SHARES] == [fee, 0, 0, 0]
    await check_worth(demo, gone)


async def test_a_no_show_is_shared_by_its_rule_and_a_waived_one_costs_nothing(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    for waived in (False, True):
        clock.set(datetime(2026, 12, 1, 8, tzinfo=UTC))
        booked = await book(demo, house.wish())
        clock.set(datetime(2027, 2, 27, 17, 0, tzinfo=UTC))
        async with demo.transaction(house.tenant, actor="person:1") as tx:
            await staying.miss_stay(tx, booked.id)
            refund = await settling.settle_missed_stay(tx, booked.id, waived=waived)
        sums = await accounts(demo, booked)
        if waived:
            assert await penalties(demo, booked) == []
            assert {sums[code] for code in SHARES} == {0}
            continue
        (made,) = await penalties(demo, booked)
        assert (made.rule, made.facts["event"]) == (RULE, "no_show")
        assert made.total_cents == net_of(booked, refund.penalty_cents)
        assert sums["platform.share"] == made.shares[0].amount_cents
        assert sums["guest.deposits"] == -refund.penalty_cents


@pytest.mark.parametrize("plan", ["flexible", "saver", "breakfast"])
async def test_penalties_of_room_after_room_are_shared_each_and_come_to_the_whole(
    demo: Database, house: House, clock: DrivenClock, plan: str
) -> None:
    booked = await book_three(demo, house, plan)
    clock.set(LATE)
    for number in (2, 3, 1):
        booked = await cancel(demo, booked, number)
        made = await penalties(demo, booked)
        kept = sum(room.penalty_cents for room in booked.reservations)
        assert sum(one.total_cents for one in made) == net_of(booked, kept)
        await check_worth(demo, booked)
    assert len(made) == 3
    sums = await accounts(demo, booked)
    fees = sum(one.shares[0].amount_cents for one in made)
    assert [sums[code] for code in SHARES] == [fees, 0, 0, 0]


async def test_a_cancelled_stay_counts_in_a_replay_for_its_penalty_only(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    scheme = booked.quote.split.scheme
    clock.set(LATE)
    gone = await cancel(demo, booked)
    penalty = net_of(gone, gone.total_cents - gone.refund_cents)
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    async with demo.transaction(scheme) as tx:
        place = since, UUID(int=0)
        past = await agreements.list_past(tx, since, until, place, 1_000)
    theirs = [msgspec.json.decode(one.bases) for one in past if one.member == house.tenant]
    assert theirs[-1] == {"penalty": penalty}
    assert theirs.count({"lodging_net": 0}) == 1
