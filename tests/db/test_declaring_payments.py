"""What the yearly report (DAC7) says that a house was paid for its stays, and in which year."""

from datetime import timedelta

from hub.core.clock import DrivenClock
from tests.db.test_amends import book as book_with_deposit
from tests.db.test_amends import renounce
from tests.db.test_debts import owed_by, owing, pay
from tests.houses import ARRIVAL
from tests.money import Town
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.debts.actions import forgiving
from tourism.debts.models import ProposeWriteOff
from tourism.declaring.actions import making
from tourism.declaring.models import ListingYear


async def year_of(town: Town, booking: Booking, year: int) -> ListingYear | None:
    """The one listing of the house in a year, as it reads it itself."""
    async with town.demo.transaction(booking.tenant) as tx:
        own = await making.own_year(tx, year)
    if own is None:
        return None
    (listing,) = own.listings
    return listing


def kept_of(booking: Booking) -> int:
    """What is left of a stay's price for its house: all but the tourist tax and others' shares."""
    others = [share for share in booking.quote.split.allocation.shares if share.role != "lodging"]
    fees = sum(share.amount_cents + share.vat_cents for share in others)
    return booking.total_cents - booking.quote.breakdown.tourist_tax_cents - fees


async def give_up_debt(town: Town, booking: Booking) -> None:
    operator, cents = booking.quote.split.platform, (await owed_by(town, booking)).cents
    wish = ProposeWriteOff(holder=booking.tenant, amount_cents=cents, reason="La maison a fermé.")
    async with town.demo.transaction(operator, actor="person:1") as tx:
        id = await forgiving.propose(tx, wish)
    async with town.demo.transaction(operator, actor="person:2") as tx:
        await forgiving.decide(tx, id, confirmed=True)
    await town.queue.run()


async def test_a_stay_paid_at_the_house_is_reported_with_what_its_house_keeps(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    before = await year_of(town, booking, ARRIVAL.year)
    assert before is not None
    assert before.paid_cents == (kept_of(booking), 0, 0, 0)
    assert (before.activities, before.nights) == ((1, 0, 0, 0), 3)
    assert before.fees_cents[0] > 0
    assert before.taxes_cents == (0, 0, 0, 0)  # its house hands them over itself
    await pay(town, booking, "pm_card_bypassPending")  # the fees, which are reported already
    assert (await owed_by(town, booking)).cents == 0
    assert await year_of(town, booking, ARRIVAL.year) == before


async def test_a_deposit_and_the_rest_paid_at_the_house_are_reported_together(
    town: Town, clock: DrivenClock
) -> None:
    await town.queue.admin.execute(
        "update rate_plan set details = details || jsonb_build_object('guarantee', 'deposit',"
        "  'deposit', jsonb_build_object('kind', 'arrhes', 'bps', 3000)) where id = $1",
        town.house.plans["flexible"],
    )
    booking = await town.book()
    assert booking.owed_cents > 0
    await town.open_accounts(booking)
    clock.forward(ARRIVAL + timedelta(days=1) - clock.now().date())
    async with town.demo.transaction(booking.tenant) as tx:
        await staying.begin_stay(tx, booking.id)
    await town.sweep()
    (line,) = await town.lines(booking.tenant)
    assert 0 < line.share.moved_cents < kept_of(booking)  # the deposit, less the fees of all
    listing = await year_of(town, booking, ARRIVAL.year)
    assert listing is not None
    assert listing.paid_cents == (kept_of(booking), 0, 0, 0)
    assert (listing.count_lettings(), listing.nights) == (1, 3)


async def test_a_debt_that_is_given_up_lowers_nothing_that_was_paid(
    town: Town, clock: DrivenClock
) -> None:
    booking = await owing(town, clock)
    await give_up_debt(town, booking)
    assert (await owed_by(town, booking)).cents == 0
    listing = await year_of(town, booking, ARRIVAL.year)
    assert listing is not None
    assert listing.paid_cents == (kept_of(booking), 0, 0, 0)


async def test_a_refund_that_the_house_never_gave_back_lowers_nothing(
    town: Town, clock: DrivenClock
) -> None:
    booking = await lost_after_the_payout(town, clock)
    assert (await owed_by(town, booking)).cents == kept_of(booking)
    await give_up_debt(town, booking)
    for year, cents in ((ARRIVAL.year, kept_of(booking)), (ARRIVAL.year + 1, 0)):
        listing = await year_of(town, booking, year)
        assert sum(listing.paid_cents if listing else ()) == cents


async def lost_after_the_payout(town: Town, clock: DrivenClock, days: int = 0) -> Booking:
    """A stay of which the bank takes all back, long after its house has its share at the bank."""
    booked = await town.book()
    await town.open_accounts(booked)
    clock.forward(ARRIVAL + timedelta(days=4) - clock.now().date())
    await town.sweep()
    for _ in range(3):
        clock.forward(timedelta(days=1, minutes=1))
        await town.hear()  # the banks have it
    clock.forward(timedelta(days=days))
    charge = await town.charge_of(booked)
    assert charge
    paid = town.fake.books.things[charge.reference]["latest_charge"]
    await town.fake.control(dispute=paid, deliver=True)
    await town.queue.run()
    (dispute,) = town.fake.books.all("dispute")
    await town.fake.control(lose=dispute["id"], deliver=True)
    await town.queue.run()
    return booked


async def test_a_stay_and_its_nights_are_counted_once_though_its_payments_span_two_years(
    town: Town, clock: DrivenClock
) -> None:
    booked = await lost_after_the_payout(town, clock, days=330)
    assert clock.now().year == ARRIVAL.year + 1
    await pay(town, booked, "pm_card_bypassPending")  # its house gives it back
    assert (await owed_by(town, booked)).cents == 0
    first = await year_of(town, booked, ARRIVAL.year)
    assert first is not None
    assert (first.count_lettings(), first.nights) == (1, 3)
    assert sum(first.paid_cents) == kept_of(booked)
    assert await year_of(town, booked, ARRIVAL.year + 1) is None


async def test_amends_for_a_stay_that_was_paid_back_lower_no_other_stays_payment(
    town: Town, clock: DrivenClock
) -> None:
    other = await town.book()
    gone = await renounce(town, await book_with_deposit(town, "arrhes"))
    await town.open_accounts(other)
    await town.sweep()
    owed = (await owed_by(town, gone)).cents
    assert owed > 0
    clock.forward(ARRIVAL + timedelta(days=4) - clock.now().date())
    await town.sweep()
    await town.sweep()
    assert (await owed_by(town, gone)).cents == 0  # kept from the other one's share
    listing = await year_of(town, other, ARRIVAL.year)
    assert listing is not None
    assert listing.paid_cents == (kept_of(other), 0, 0, 0)
    assert (listing.count_lettings(), listing.nights) == (1, 3)
