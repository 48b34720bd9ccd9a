"""Arrivals, departures, no-shows and walk-ins on a real database, with a driven clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hub import ledger, payments
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, hold, left, pay
from tourism.booking.actions import reading
from tourism.booking.actions.letters import write_confirmation
from tourism.booking.errors import HoldOver, NoteTooLong, WrongState
from tourism.booking.models import Booking, Guest, State
from tourism.desk.actions import staying, walkin
from tourism.desk.errors import AlreadyDecided, WaiverOver, WalkInInvalid
from tourism.desk.models import Act
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.errors import QuoteExpired, SoldOut, StayInvalid
from tourism.quoting.models import DESK, Quote

COMING = datetime(2027, 2, 27, 14, 0, tzinfo=UTC)  # 15:00 in Paris on the arrival day
MISSING = datetime(2027, 2, 27, 17, 0, tzinfo=UTC)  # 18:00 in Paris
PERSON = "person:7"


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def units(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def act(demo: Database, booking: Booking, chosen: Act, note: str = "") -> Booking:
    async with demo.transaction(booking.tenant, actor=PERSON) as tx:
        await staying.act_on(tx, booking.id, chosen, note)
        return await reading.find_booking(tx, booking.id)


async def history(demo: Database, booking: Booking) -> list[tuple[str, str, str]]:
    async with demo.transaction(booking.tenant) as tx:
        found = await reading.list_revisions(tx, booking.id)
    return [(step.state.value, step.reason, step.actor) for step in found]


async def balance(demo: Database, booking: Booking) -> dict[str, int]:
    async with demo.transaction(booking.tenant) as tx:
        found = await ledger.list_by_reference(tx, f"booking:{booking.id}")
    accounts: dict[str, int] = {}
    for transfer in found:
        cents = transfer.amount_cents
        accounts[transfer.credit_code] = accounts.get(transfer.credit_code, 0) + cents
        accounts[transfer.debit_code] = accounts.get(transfer.debit_code, 0) - cents
    return accounts


async def refunds(demo: Database, booking: Booking) -> list[int]:
    async with demo.transaction(booking.tenant) as tx:
        found = await payments.list_refunds(tx, f"booking:{booking.id}")
    return [refund.amount_cents for refund in found]


async def test_a_guest_comes_and_goes_and_each_is_a_numbered_revision(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    before = await units(demo, house)
    clock.set(COMING)
    come = await act(demo, booked, Act.CHECK_IN, "  en   avance ")
    assert (come.state, come.revision) == (State.IN_HOUSE, booked.revision + 1)
    gone = await act(demo, come, Act.CHECK_OUT)
    assert (gone.state, gone.revision) == (State.CHECKED_OUT, booked.revision + 2)
    assert gone.confirmed_at == booked.confirmed_at
    assert (await history(demo, booked))[-2:] == [
        ("in_house", "arrived: en avance", PERSON),
        ("checked_out", "left", PERSON),
    ]
    assert await units(demo, house) == before
    assert await refunds(demo, booked) == []


@pytest.mark.parametrize("chosen", [Act.CHECK_IN, Act.NO_SHOW])
async def test_an_act_sent_twice_is_done_once(
    demo: Database, house: House, clock: DrivenClock, chosen: Act
) -> None:
    booked = await book(demo, house.wish())
    clock.set(MISSING)
    first, second = await asyncio.gather(act(demo, booked, chosen), act(demo, booked, chosen))
    assert first.revision == second.revision == booked.revision + 1
    after = await units(demo, house)
    assert (await act(demo, booked, chosen)).revision == booked.revision + 1
    assert await units(demo, house) == after


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2027, 2, 26, 22, 59, tzinfo=UTC), "later"),  # the day before, in Paris
        (datetime(2027, 2, 26, 23, 0, tzinfo=UTC), None),
        (datetime(2027, 3, 2, 22, 59, tzinfo=UTC), None),  # the departure day
        (datetime(2027, 3, 2, 23, 0, tzinfo=UTC), "over"),
    ],
)
async def test_a_guest_may_come_on_the_houses_own_days(
    demo: Database, house: House, clock: DrivenClock, at: datetime, words: str | None
) -> None:
    booked = await book(demo, house.wish())
    clock.set(at)
    if words is None:
        assert (await act(demo, booked, Act.CHECK_IN)).state is State.IN_HOUSE
        return
    with pytest.raises(WrongState, match=words):
        await act(demo, booked, Act.CHECK_IN)


async def test_wrong_states_are_refused_with_words_and_change_nothing(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(MISSING)
    with pytest.raises(WrongState, match="not begun"):
        await act(demo, booked, Act.CHECK_OUT)
    await act(demo, booked, Act.CHECK_IN)
    with pytest.raises(WrongState, match="in the house"):
        await act(demo, booked, Act.NO_SHOW)
    await act(demo, booked, Act.CHECK_OUT)
    before = await units(demo, house), await history(demo, booked)
    for chosen in (Act.CHECK_IN, Act.NO_SHOW):
        with pytest.raises(WrongState, match="has left"):
            await act(demo, booked, chosen)
    with pytest.raises(WrongState, match="not sold at the desk"):
        await act(demo, booked, Act.CANCEL)
    with pytest.raises(NoteTooLong):
        await act(demo, booked, Act.CHECK_IN, "x" * 201)
    assert (await units(demo, house), await history(demo, booked)) == before


async def test_another_house_can_do_nothing_with_a_booking(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(MISSING)
    one = CancelBooking(refund_cents=0, rooms=(1,))
    for chosen in Act:
        async with demo.transaction(house.tenant + 1, actor=PERSON) as tx:
            with pytest.raises(Exception, match="unknown"):
                await staying.act_on(tx, booked.id, chosen, cancel=one)
    assert len(await history(demo, booked)) == booked.revision


async def missed(demo: Database, house: House, clock: DrivenClock, plan: str) -> Booking:
    booked = await book(demo, house.wish(plan=plan))
    clock.set(MISSING)
    return await act(demo, booked, Act.NO_SHOW)


async def test_a_no_show_waits_for_six_oclock_of_the_house(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(MISSING - timedelta(seconds=1))
    with pytest.raises(WrongState, match="18:00"):
        await act(demo, booked, Act.NO_SHOW)
    clock.set(MISSING)
    assert (await act(demo, booked, Act.NO_SHOW)).state is State.NO_SHOW


async def test_a_no_show_frees_the_nights_from_the_second_on_and_pays_nothing_back(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    free = await units(demo, house)
    booked = await missed(demo, house, clock, "flexible")
    assert await units(demo, house) == [free[0] - 1, *free[1:]]
    assert await refunds(demo, booked) == []
    assert booked.refund_cents == 0
    with pytest.raises(WrongState):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await cancelling.preview_refund(tx, booked.id)


async def test_a_no_show_of_one_night_frees_nothing(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish(nights=1))
    before = await units(demo, house)
    clock.set(MISSING)
    await act(demo, booked, Act.NO_SHOW)
    assert await units(demo, house) == before


@pytest.mark.parametrize("plan", ["flexible", "saver"])
async def test_keeping_pays_back_all_but_the_penalty_once(
    demo: Database, house: House, clock: DrivenClock, plan: str
) -> None:
    booked = await missed(demo, house, clock, plan)
    kept_cents = booked.quote.terms.no_show_cents
    assert kept_cents is not None
    back = booked.total_cents - kept_cents
    assert 0 < back < booked.total_cents
    kept = await act(demo, booked, Act.KEEP)
    again = await act(demo, booked, Act.KEEP)
    assert (kept.refund_cents, kept.revision, kept.state) == (
        back,
        booked.revision + 1,
        State.NO_SHOW,
    )
    assert again.revision == kept.revision
    assert await refunds(demo, booked) == [back]
    accounts = await balance(demo, booked)
    assert sum(accounts.values()) == 0
    assert accounts["guest.deposits"] == back - booked.total_cents
    assert all(n == 0 for code, n in accounts.items() if code.startswith("tourist_tax"))
    with pytest.raises(AlreadyDecided):
        await act(demo, booked, Act.WAIVE)
    async with demo.transaction(house.tenant) as tx:
        letters = await list_captured_mail(tx)
    told = [m for m in letters if m.recipient == GUEST.email and "pas venu" in m.subject]
    assert len(told) == 1


async def test_waiving_pays_everything_back_within_seven_days(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await missed(demo, house, clock, "saver")
    clock.forward(timedelta(days=7))
    waived = await act(demo, booked, Act.WAIVE, "train en panne")
    assert waived.refund_cents == booked.total_cents
    assert await refunds(demo, booked) == [booked.total_cents]
    assert set((await balance(demo, booked)).values()) == {0}
    assert (await history(demo, booked))[-1] == (
        "no_show",
        "no-show waived: train en panne",
        PERSON,
    )


async def test_after_seven_days_a_no_show_can_only_be_kept(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await missed(demo, house, clock, "flexible")
    clock.forward(timedelta(days=7, seconds=1))
    with pytest.raises(WaiverOver):
        await act(demo, booked, Act.WAIVE)
    assert (await act(demo, booked, Act.KEEP)).refund_cents > 0


async def test_two_decisions_at_once_pay_back_once(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await missed(demo, house, clock, "flexible")
    done = await asyncio.gather(
        act(demo, booked, Act.KEEP), act(demo, booked, Act.WAIVE), return_exceptions=True
    )
    assert sum(isinstance(one, AlreadyDecided) for one in done) == 1, done
    assert len(await refunds(demo, booked)) == 1


async def priced(demo: Database, house: House, **wish: object) -> Quote:
    command = msgspec.structs.replace(house.wish(**wish), channel=DESK)
    async with demo.transaction(house.tenant, actor=PERSON) as tx:
        return await walkin.price_walk_in(tx, demo.reader, command)


async def sold(demo: Database, quote: Quote, guest: Guest) -> Booking:
    async with demo.transaction(quote.tenant, actor=PERSON) as tx:
        return await walkin.book_walk_in(tx, quote.id, guest)


WALKER = Guest(first_name="Jo", last_name="Petit", email="")


async def test_a_walk_in_takes_the_rooms_at_the_price_of_the_site_and_collects_nothing(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    on_site = (await book(demo, house.wish(plan="breakfast"))).total_cents
    made = await priced(demo, house, plan="breakfast")
    assert made.breakdown.total_cents == on_site
    booked = await sold(demo, made, WALKER)
    assert (booked.state, booked.quote.channel) == (State.CONFIRMED, DESK)
    assert booked.confirmed_at is not None
    assert await units(demo, house) == [n - 2 for n in before]
    assert await balance(demo, booked) == {}
    assert [step[1] for step in await history(demo, booked)] == ["held", "booked at the desk"]
    async with demo.transaction(house.tenant) as tx:
        await write_confirmation(tx, booked.id)
        assert not [m for m in await list_captured_mail(tx) if booked.reference in m.subject]


async def test_a_walk_in_with_an_address_gets_one_letter_that_says_what_is_due(
    demo: Database, house: House
) -> None:
    made = await priced(demo, house)
    guest = msgspec.structs.replace(WALKER, email="jo@demo.example")
    booked = await sold(demo, made, guest)
    again = await sold(demo, made, guest)
    assert again == booked
    async with demo.transaction(house.tenant) as tx:
        await write_confirmation(tx, booked.id)
        letters = [m for m in await list_captured_mail(tx) if m.recipient == guest.email]
    assert len(letters) == 1
    assert "À payer sur place" in letters[0].body_text
    assert "/messages" in letters[0].body_text


@pytest.mark.parametrize(
    "change", [{"last_name": " "}, {"email": "x"}, {"email": "a b@c.de"}, {"message": "x" * 2001}]
)
async def test_a_walk_in_with_impossible_details_takes_nothing(
    demo: Database, house: House, change: dict
) -> None:
    before = await units(demo, house)
    made = await priced(demo, house)
    with pytest.raises(StayInvalid):
        await sold(demo, made, msgspec.structs.replace(WALKER, **change))
    assert await units(demo, house) == before


async def test_the_last_room_is_sold_once_at_the_desk_or_on_the_site(
    demo: Database, house: House
) -> None:
    made = await priced(demo, house)
    for _ in range((await units(demo, house))[0]):
        await book(demo, house.wish())
    with pytest.raises(SoldOut):
        await sold(demo, made, WALKER)
    assert await units(demo, house) == [0] * NIGHTS


async def test_the_desk_sells_its_own_offers_of_its_own_house_only(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    made = await priced(demo, house)
    async with demo.transaction(house.tenant + 1, actor=PERSON) as tx:
        with pytest.raises(Exception, match="unknown"):
            await walkin.book_walk_in(tx, made.id, WALKER)
    async with demo.transaction(house.tenant, actor=PERSON) as tx:
        with pytest.raises(WalkInInvalid):
            await walkin.price_walk_in(tx, demo.reader, house.wish())
    clock.forward(timedelta(minutes=31))
    with pytest.raises(QuoteExpired):
        await sold(demo, made, WALKER)


async def test_a_stay_paid_at_the_house_is_cancelled_by_the_house(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    booked = await sold(demo, await priced(demo, house), WALKER)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        with pytest.raises(WrongState, match="ask the house"):
            await cancelling.preview_refund(tx, booked.id)
    gone = await act(demo, booked, Act.CANCEL)
    assert (gone.state, gone.refund_cents) == (State.CANCELLED, 0)
    assert gone.cancelled_at is not None
    assert (await act(demo, booked, Act.CANCEL)).revision == gone.revision
    assert await units(demo, house) == before


async def test_a_stay_paid_at_the_house_is_never_charged_from_its_link(
    demo: Database, house: House
) -> None:
    booked = await sold(demo, await priced(demo, house), WALKER)
    with pytest.raises(WrongState, match="ask the house"):
        await pay(demo, booked)
    async with demo.transaction(house.tenant) as tx:
        assert await payments.find_live_charge(tx, f"booking:{booked.id}") is None


async def test_a_walk_in_that_does_not_come_moves_no_money(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await sold(demo, await priced(demo, house), WALKER)
    clock.set(MISSING)
    await act(demo, booked, Act.NO_SHOW)
    kept = await act(demo, booked, Act.KEEP)
    assert kept.refund_cents == 0
    assert await refunds(demo, booked) == []
    assert await balance(demo, booked) == {}


async def test_a_hold_of_the_desk_that_ran_out_is_not_confirmed(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    made = await priced(demo, house)
    await hold(demo, made)
    clock.forward(timedelta(minutes=16))
    with pytest.raises(HoldOver):
        await sold(demo, made, WALKER)


async def test_the_house_sees_who_is_there_on_its_day(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    clock.set(COMING)
    await act(demo, booked, Act.CHECK_IN)
    async with demo.transaction(house.tenant) as tx:
        assert [b.id for b in await reading.list_day(tx, ARRIVAL)] == [booked.id]
        assert booked.id in {b.id for b in await reading.list_newest(tx)}
