"""The life of a booking on a real database, with a driven clock."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from hub import agreements, ledger, payments
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from tests.houses import (
    ARRIVAL,
    NIGHTS,
    House,
    book,
    find_house,
    hold,
    left,
    pay,
    quote,
)
from tourism.booking.actions import holding, reading
from tourism.booking.errors import HoldOver, WrongState
from tourism.booking.models import HoldExpired, State
from tourism.paying.actions import cancelling, paying
from tourism.paying.errors import RefundChanged
from tourism.paying.models import CancelBooking, PayBooking, PaymentBegun
from tourism.paying.tasks import post_refund_later
from tourism.quoting.errors import (
    NotSellable,
    OfferUnknown,
    PriceChanged,
    QuoteExpired,
    SoldOut,
    StayInvalid,
)
from tourism.quoting.euro import euro_lines
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.sweeping.tasks import release_hold_later


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def units(demo: Database, house: House, code: str = "double") -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types[code], ARRIVAL, NIGHTS)


async def set_nights(
    demo_settings, house: House, column: str, value: int, first: date, nights: int = 1
) -> None:
    """Change the double's ARI by hand, as the hotelier would."""
    admin = await asyncpg.connect(demo_settings.database_url)
    for offset in range(nights):
        day = first + timedelta(days=offset)
        await admin.execute(
            f"update ari_month set {column}[{day.day}] = $1 where room_type = $2 and month = $3",
            value,
            house.types["double"],
            day.replace(day=1),
        )
    await admin.close()


async def test_a_quote_explains_every_cent(demo: Database, house: House) -> None:
    made = await quote(demo, house.wish(plan="breakfast"))
    parts = made.breakdown
    assert parts.total_cents == parts.rooms_gross_cents + parts.tourist_tax_cents
    assert sum(room.gross_cents for room in parts.rooms) == parts.rooms_gross_cents
    assert sum(vat.gross_cents for vat in parts.vat) == parts.rooms_gross_cents
    net = sum(vat.net_cents for vat in parts.vat)
    assert sum(share.amount_cents for share in parts.shares) == net
    assert sum(tax.amount_cents for tax in parts.tourist_tax) == parts.tourist_tax_cents > 0
    assert sum(line.amount_cents for line in euro_lines(parts, "x")) == parts.total_cents


async def test_a_hold_takes_every_night_over_a_months_end(demo: Database, house: House) -> None:
    before = await units(demo, house)
    await hold(demo, await quote(demo, house.wish()))
    assert ARRIVAL.month != (ARRIVAL + timedelta(days=NIGHTS)).month
    assert await units(demo, house) == [n - 1 for n in before]


async def test_holding_a_held_quote_is_the_same_hold(demo: Database, house: House) -> None:
    made = await quote(demo, house.wish())
    before = await units(demo, house)
    assert (await hold(demo, made)).id == (await hold(demo, made)).id
    assert await units(demo, house) == [n - 1 for n in before]


class Narrow(SeededIds):
    """Draws the first reference of all so many times, then any."""

    def __init__(self, same: int) -> None:
        super().__init__(2026)
        self._left = 3 * same

    def below(self, limit: int) -> int:
        self._left -= 1
        return 0 if self._left >= 0 else super().below(limit)


async def test_a_reference_that_is_taken_is_drawn_again(
    demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await units(demo, house)
    monkeypatch.setattr(demo, "ids", Narrow(3))
    first = await hold(demo, await quote(demo, house.wish()))
    second = await hold(demo, await quote(demo, house.wish()))
    assert first.reference == "ALPE-100000-ACACIA"
    assert second.reference != first.reference
    assert await units(demo, house) == [n - 2 for n in before]


async def test_a_hold_that_expires_gives_its_rooms_back_once(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    held = await hold(demo, await quote(demo, house.wish()))
    message = HoldExpired(booking=held.id)
    await release_hold_later.run(demo, house.tenant, message)
    assert await units(demo, house) == [n - 1 for n in before]  # not yet
    clock.forward(timedelta(minutes=15))
    await release_hold_later.run(demo, house.tenant, message)
    await release_hold_later.run(demo, house.tenant, message)
    assert await units(demo, house) == before
    with pytest.raises(HoldOver):
        await pay(demo, held)


async def test_several_rooms_of_one_type_are_taken_together(demo: Database, house: House) -> None:
    before = await units(demo, house)
    double = house.types["double"]
    rooms = (RoomWanted(room_type=double, adults=2), RoomWanted(room_type=double, adults=1))
    made = await quote(demo, house.wish(*rooms))
    assert len(made.breakdown.rooms) == 2
    await hold(demo, made)
    assert await units(demo, house) == [n - 2 for n in before]


async def test_a_stay_whose_second_night_is_full_is_refused(
    demo: Database, house: House, demo_settings
) -> None:
    """HAIP W1 checks the first night only."""
    made = await quote(demo, house.wish())
    await set_nights(demo_settings, house, "units_left", 0, ARRIVAL + timedelta(days=1))
    before = await units(demo, house)
    with pytest.raises(SoldOut):
        await hold(demo, made)
    with pytest.raises(SoldOut):
        await quote(demo, house.wish())
    assert await units(demo, house) == before


async def test_a_price_that_changed_since_the_quote_is_told(
    demo: Database, house: House, demo_settings
) -> None:
    made = await quote(demo, house.wish())
    await set_nights(demo_settings, house, "price_cents", 12_345, ARRIVAL)
    before = await units(demo, house)
    with pytest.raises(PriceChanged):
        await hold(demo, made)
    assert await units(demo, house) == before
    shown = made.breakdown.total_cents
    wish = house.wish()
    with pytest.raises(PriceChanged) as told:
        await quote(demo, MakeQuote(**{**fields(wish), "shown_total_cents": shown}))
    assert told.value.extra["total_cents"] != shown


def fields(wish: MakeQuote) -> dict[str, object]:
    return {name: getattr(wish, name) for name in wish.__struct_fields__}


@pytest.mark.parametrize(
    ("column", "value", "offset"),
    [("flags", 1, 0), ("flags", 2, NIGHTS), ("min_stay", 5, 0), ("flags", 4, 1)],
    ids=["closed to arrival", "closed to departure", "minimum stay", "closed"],
)
async def test_conditions_that_changed_since_the_quote_refuse_the_hold(
    demo: Database, house: House, demo_settings, column: str, value: int, offset: int
) -> None:
    made = await quote(demo, house.wish())
    await set_nights(demo_settings, house, column, value, ARRIVAL + timedelta(days=offset))
    with pytest.raises(NotSellable):
        await hold(demo, made)


async def test_a_stop_sell_on_the_departure_day_forbids_nothing(
    demo: Database, house: House, demo_settings
) -> None:
    """HAIP W7."""
    await set_nights(demo_settings, house, "flags", 4, ARRIVAL + timedelta(days=NIGHTS))
    assert await hold(demo, await quote(demo, house.wish()))


async def test_an_expired_quote_cannot_be_held(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    made = await quote(demo, house.wish())
    clock.forward(timedelta(minutes=30))
    with pytest.raises(QuoteExpired):
        await hold(demo, made)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"departure": ARRIVAL}, StayInvalid),
        ({"arrival": date(2020, 1, 1), "departure": date(2020, 1, 3)}, StayInvalid),
        ({"departure": ARRIVAL + timedelta(days=40)}, StayInvalid),
        ({"arrival": date(2028, 6, 1), "departure": date(2028, 6, 3)}, StayInvalid),
        ({"rooms": ()}, StayInvalid),
        ({"rooms": (RoomWanted(room_type=1, adults=0),)}, StayInvalid),
        ({"rooms": (RoomWanted(room_type=10**9, adults=2),)}, OfferUnknown),
        ({"rate_plan": 10**9}, OfferUnknown),
        ({"property": 10**9}, OfferUnknown),
    ],
)
async def test_a_wish_that_cannot_be_is_refused(
    demo: Database, house: House, change: dict, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await quote(demo, MakeQuote(**{**fields(house.wish()), **change}))


async def test_too_many_persons_do_not_fit(demo: Database, house: House) -> None:
    with pytest.raises(NotSellable):
        await quote(demo, house.wish(RoomWanted(room_type=house.types["double"], adults=3)))


async def balance(demo: Database, booking) -> dict[str, int]:
    """Credits less debits of each account of a booking's transfers."""
    async with demo.transaction(booking.tenant) as tx:
        found = await ledger.list_by_reference(tx, f"booking:{booking.id}")
    accounts: dict[str, int] = {}
    for transfer in found:
        cents = transfer.amount_cents
        accounts[transfer.credit_code] = accounts.get(transfer.credit_code, 0) + cents
        accounts[transfer.debit_code] = accounts.get(transfer.debit_code, 0) - cents
    return accounts


async def test_a_confirmed_stay_is_shared_to_the_cent(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    assert (booked.state, booked.revision) == (State.CONFIRMED, 3)
    accounts = await balance(demo, booked)
    assert accounts.pop("guest.deposits") == -booked.total_cents
    assert sum(accounts.values()) == booked.total_cents
    async with demo.transaction(house.tenant) as tx:
        kept = await agreements.find_allocation(tx, f"booking:{booked.id}")
        revisions = await reading.list_revisions(tx, booked.id)
    assert kept.allocation == booked.quote.split.allocation
    assert [r.state for r in revisions] == [State.HELD, State.PAYING, State.CONFIRMED]


async def cancel(demo: Database, booked) -> tuple[int, object]:
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        command = CancelBooking(refund_cents=refund.refund_cents)
        return refund.refund_cents, await cancelling.cancel_booking(tx, booked.id, command)


async def test_a_free_cancellation_gives_everything_back(demo: Database, house: House) -> None:
    before = await units(demo, house)
    booked = await book(demo, house.wish())
    refund, cancelled = await cancel(demo, booked)
    assert refund == booked.total_cents
    assert cancelled.state is State.CANCELLED
    assert await units(demo, house) == before
    assert set((await balance(demo, booked)).values()) == {0}


@pytest.mark.parametrize(
    ("at", "free"),
    [
        (datetime(2027, 2, 25, 17, 0, tzinfo=UTC), True),  # 18:00 in Paris, to the minute
        (datetime(2027, 2, 25, 17, 0, 1, tzinfo=UTC), False),
    ],
)
async def test_the_free_instant_is_the_propertys_own_six_oclock(
    demo: Database, house: House, clock: DrivenClock, at: datetime, free: bool
) -> None:
    """HAIP W9 measured 15:00 UTC."""
    booked = await book(demo, house.wish())
    clock.set(at)
    refund, _ = await cancel(demo, booked)
    first_night = booked.quote.breakdown.rooms[0].nights[0].gross_cents
    assert refund == booked.total_cents - (0 if free else first_night)
    accounts = await balance(demo, booked)
    assert sum(accounts.values()) == 0
    assert accounts["guest.deposits"] == refund - booked.total_cents


async def test_the_tourist_tax_always_comes_back(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish(plan="saver"))
    refund, _ = await cancel(demo, booked)
    assert refund == booked.quote.breakdown.tourist_tax_cents
    accounts = await balance(demo, booked)
    assert {code: n for code, n in accounts.items() if code.startswith("tourist_tax") and n} == {}


async def test_a_refund_other_than_the_one_shown_is_refused(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant) as tx:
        with pytest.raises(RefundChanged) as told:
            await cancelling.cancel_booking(tx, booked.id, CancelBooking(refund_cents=1))
    assert told.value.extra["refund_cents"] == booked.total_cents


async def test_cancelling_twice_pays_back_once(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    refund, first = await cancel(demo, booked)
    async with demo.transaction(house.tenant) as tx:
        again = await cancelling.cancel_booking(tx, booked.id, CancelBooking(refund_cents=refund))
        refunds = await payments.list_refunds(tx, f"booking:{booked.id}")
    assert again.revision == first.revision
    assert [r.amount_cents for r in refunds] == [refund]
    async with demo.transaction(house.tenant) as tx:
        with pytest.raises(WrongState):
            await cancelling.preview_refund(tx, booked.id)


async def test_a_stay_that_has_begun_cannot_be_cancelled_here(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(datetime(2027, 2, 28, 9, 0, tzinfo=UTC))
    async with demo.transaction(house.tenant) as tx:
        with pytest.raises(WrongState):
            await cancelling.preview_refund(tx, booked.id)


async def test_a_declined_card_leaves_the_hold(demo: Database, house: House) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    declined = await pay(demo, held, method="pm_card_visa_chargeDeclined")
    assert declined.state is State.HELD
    assert declined.expires_at is not None
    paid = await pay(demo, declined, key="second")
    assert paid.state is State.CONFIRMED


async def test_paying_twice_with_one_key_is_one_charge(demo: Database, house: House) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    first, second = await pay(demo, held), await pay(demo, held)
    assert first == second
    with pytest.raises(payments.AlreadyPaying):
        await pay(demo, held, key="another")


async def test_another_total_than_the_one_shown_is_refused(demo: Database, house: House) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    command = PayBooking(
        guest=(await book(demo, house.wish())).guest, payment_method="pm_card_visa", total_cents=1
    )
    async with demo.transaction(house.tenant) as tx:
        with pytest.raises(PriceChanged):
            await paying.begin_payment(tx, held.id, command, "key")


async def test_a_payment_whose_process_died_is_finished(demo: Database, house: House) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    guest = (await book(demo, house.wish(arrival=ARRIVAL + timedelta(days=9)))).guest
    assert guest
    command = PayBooking(guest=guest, payment_method="pm_card_visa", total_cents=held.total_cents)
    async with demo.transaction(house.tenant) as tx:
        charge = await paying.begin_payment(tx, held.id, command, "key")
    begun = PaymentBegun(booking=held.id, charge=charge.id)
    await paying.finish_begun_payment(demo, house.tenant, begun)
    await paying.finish_begun_payment(demo, house.tenant, begun)
    async with demo.transaction(house.tenant) as tx:
        assert (await reading.find_booking(tx, held.id)).state is State.CONFIRMED


async def test_a_hold_waits_half_an_hour_for_the_bank(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    guest = (await book(demo, house.wish(arrival=ARRIVAL + timedelta(days=9)))).guest
    assert guest
    command = PayBooking(guest=guest, payment_method="pm_card_visa", total_cents=held.total_cents)
    async with demo.transaction(house.tenant) as tx:
        await paying.begin_payment(tx, held.id, command, "key")
    clock.forward(timedelta(minutes=29, seconds=59))
    async with demo.transaction(house.tenant) as tx:
        assert not await holding.release_expired_hold(tx, held.id)


async def test_the_refund_is_paid_and_posted_once(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    refund, _ = await cancel(demo, booked)
    async with demo.transaction(house.tenant) as tx:
        waiting = (await payments.list_refunds(tx, f"booking:{booked.id}"))[0]
    pay_refund = next(iter(demo.on[type_of_refund_prepared()]))
    message = pay_refund.message_type(refund=waiting.id)
    await pay_refund.run(demo, house.tenant, message)
    await pay_refund.run(demo, house.tenant, message)
    settled = payments.RefundSettled(
        refund=waiting.id, subject=f"booking:{booked.id}", amount_cents=refund
    )
    await post_refund_later.run(demo, house.tenant, settled)
    await post_refund_later.run(demo, house.tenant, settled)
    async with demo.transaction(house.tenant) as tx:
        after = (await payments.list_refunds(tx, f"booking:{booked.id}"))[0]
        posted = await ledger.list_by_reference(tx, f"refund:{waiting.id}")
    assert after.state is payments.State.SUCCEEDED
    assert [t.kind for t in posted] == [ledger.Kind.PENDING, ledger.Kind.POST]


def type_of_refund_prepared() -> type:
    from hub.payments.models import RefundPrepared  # noqa: PLC0415

    return RefundPrepared


async def test_another_tenant_sees_nothing_of_a_booking(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant + 1) as tx:
        with pytest.raises(Exception, match="unknown"):
            await reading.find_booking(tx, booked.id)
        assert await reading.list_newest(tx) == []
