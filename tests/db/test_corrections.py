"""What the service corrects without saying for what stays open, with its age, until somebody says
what it is."""

from datetime import timedelta
from importlib import resources

import asyncpg

from hub.core.clock import DrivenClock
from tests.db.test_bank_leg import gap, own
from tests.db.test_money_agrees import night, settled
from tests.db.test_returned_payouts import days, explain, told, waiting
from tests.money import Town
from tourism.reconciling import store
from tourism.reconciling.actions import alerting
from tourism.reconciling.models import BreakKind, Found


async def test_a_correction_stays_open_with_its_age_until_somebody_says_what_it_is(
    town: Town, clock: DrivenClock
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=5_000, fee_cents=230, adjustment_cents=-75)
    await own(town, adjustment_cents=40)
    for _ in range(4):
        await days(town, clock, 1)
        assert await night(town) == {}
        assert await gap(town) == 0
        await alerting.tell_breaks(town.demo)
    found = {one.theirs_cents: one for one in await waiting(town)}
    assert set(found) == {-75, 40}
    for one in found.values():
        assert (one.kind, one.ours_cents) == (BreakKind.ADJUSTMENT, one.theirs_cents)
        assert one.age_days(clock.now()) == 4
    letters = await told(town, "Rapprochement")
    assert letters
    assert all(body.count("une correction que le service n'explique pas") == 2 for body in letters)
    await explain(town, booked, found[-75].key, "frais d'un litige de 2025, rendus en trop")
    await days(town, clock, 1)
    assert await night(town) == {}
    assert [one.theirs_cents for one in await waiting(town)] == [40]


async def test_a_correction_that_is_months_old_is_still_open(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    await own(town, adjustment_cents=-75)
    clock.forward(timedelta(hours=2))
    await night(town)
    clock.forward(timedelta(days=200))
    await night(town)
    (found,) = await waiting(town)
    assert found.age_days(clock.now()) == 200


async def test_the_correction_of_a_dispute_waits_for_nobody(town: Town, clock: DrivenClock) -> None:
    booked = await settled(town, clock)
    charge = await town.charge_of(booked)
    assert charge
    assert charge.reference
    paid = town.fake.books.things[charge.reference]["latest_charge"]
    await town.fake.control(dispute=paid)
    await town.hear()
    clock.forward(timedelta(hours=2))
    await night(town)
    assert await waiting(town) == []


async def test_what_was_posted_before_it_could_wait_waits_too(
    town: Town, clock: DrivenClock, owner: asyncpg.Connection
) -> None:
    booked = await settled(town, clock)
    await own(town, topup_cents=500, adjustment_cents=-75)
    clock.forward(timedelta(hours=2))
    await night(town)
    (before,) = await waiting(town)
    file = resources.files("tourism.reconciling").joinpath("schema", "007_corrections.sql")
    await town.queue.admin.execute("delete from money_break where kind = 'adjustment'")
    for _ in range(2):
        await owner.execute(file.read_text("utf-8"))
    (after,) = await waiting(town)
    assert (after.key, after.since, after.theirs_cents) == (before.key, before.since, -75)
    await explain(town, booked, after.key, "un arrondi du service")
    await owner.execute(file.read_text("utf-8"))
    assert await waiting(town) == []


async def test_one_letter_holds_what_it_can_differences_first_and_the_rest_is_told_next(
    town: Town, clock: DrivenClock
) -> None:
    await settled(town, clock)
    most = alerting.TOLD_MOST
    corrections = [f"correction:{n}" for n in range(most + 5)]
    async with town.demo.transaction() as tx:
        for key, kind in [(key, BreakKind.ADJUSTMENT) for key in corrections] + [
            ("charge:lost", BreakKind.ONLY_SERVICE)
        ]:
            clock.forward(timedelta(seconds=1))
            found = Found(key=key, kind=kind, ours_cents=0, theirs_cents=4_200, since=clock.now())
            await store.keep_break(tx, found)
    assert await alerting.tell_breaks(town.demo) == 1
    async with town.demo.transaction() as tx:
        left = {one.key for one in await store.list_untold(tx, most)}
    assert left == set(corrections[most - 1 :])
    assert await alerting.tell_breaks(town.demo) == 1
    assert await alerting.tell_breaks(town.demo) == 0
