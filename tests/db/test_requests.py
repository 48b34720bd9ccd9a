"""A stay asked of its house first: nothing taken or paid before its yes; the loser gets
alternatives."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, find_house, hold, left, pay, quote
from tourism import lodging, rates
from tourism.booking.actions import holding, reading
from tourism.booking.errors import WrongState
from tourism.booking.models import Booking, HoldExpired, State
from tourism.quoting.errors import NotSellable, QuoteExpired, StayInvalid
from tourism.quoting.models import Quote, RoomWanted
from tourism.rates import move_units
from tourism.requests.actions import asking, letters
from tourism.requests.errors import NotOnRequest
from tourism.requests.policy import answer_by
from tourism.sweeping.tasks import release_hold_later


@pytest.fixture
async def house(demo: Database) -> House:
    """The invented house with its flexible rate on request."""
    found = await find_house(demo)
    await ask_first(demo, found)
    return found


async def ask_first(demo: Database, house: House) -> None:
    """The house's flexible rate is on request from now on."""
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        own = await lodging.find_own_property(tx)
        assert own is not None
        plans = await rates.list_rate_plans(tx, own.id)
        plan = next(plan for plan in plans if plan.code == "flexible")
        details = msgspec.structs.replace(plan.details, on_request=True)
        asked = msgspec.structs.replace(plan, name="Souple", details=details)
        await rates.save_rate_plan(tx, own, asked)


async def ask(demo: Database, made: Quote) -> Booking:
    async with demo.transaction(made.tenant, actor="guest") as tx:
        return await asking.ask_house(tx, made.id, GUEST)


async def answer(demo: Database, asked: Booking, *, yes: bool) -> Booking:
    act = asking.accept_request if yes else asking.decline_request
    async with demo.transaction(asked.tenant, actor="person:1") as tx:
        return await act(tx, asked.id)


async def units(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def find(demo: Database, asked: Booking) -> Booking:
    async with demo.transaction(asked.tenant) as tx:
        return await reading.find_booking(tx, asked.id)


async def mails(demo: Database) -> list[Mail]:
    async with demo.transaction() as tx:
        return await list_captured_mail(tx)


async def test_nothing_is_taken_or_paid_before_the_house_says_yes(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    made = await quote(demo, house.wish())
    assert made.on_request
    with pytest.raises(NotSellable):
        await hold(demo, made)
    asked = await ask(demo, made)
    assert (asked.state, asked.revision) == (State.REQUESTED, 1)
    assert asked.expires_at == clock.now() + timedelta(hours=24)
    assert await units(demo, house) == before
    with pytest.raises(WrongState):
        await pay(demo, asked)
    clock.forward(timedelta(hours=23))
    held = await answer(demo, asked, yes=True)
    assert (held.state, held.revision) == (State.HELD, 2)
    assert held.expires_at == clock.now() + timedelta(hours=24)
    assert await units(demo, house) == [n - 1 for n in before]
    clock.forward(timedelta(hours=1))
    declined = await pay(demo, held, method="pm_card_visa_chargeDeclined", key="no")
    assert (declined.state, declined.expires_at) == (State.HELD, held.expires_at)
    clock.forward(timedelta(hours=22, minutes=59))
    paid = await pay(demo, declined)
    assert (paid.state, paid.total_cents) == (State.CONFIRMED, made.breakdown.total_cents)


async def test_two_requests_for_the_last_room_are_accepted_once(
    demo: Database, house: House
) -> None:
    for n, free in enumerate(await units(demo, house)):
        day = ARRIVAL + timedelta(days=n)
        async with demo.transaction(house.tenant) as tx:
            await move_units(tx, [house.types["double"]], [free - 1], day, day + timedelta(days=1))
    asked = [await ask(demo, await quote(demo, house.wish())) for _ in range(4)]
    answered = await asyncio.gather(*(answer(demo, one, yes=True) for one in asked))
    assert sorted(one.state for one in answered) == [State.DECLINED] * 3 + [State.HELD]
    assert await units(demo, house) == [0, 0, 0]
    async with demo.transaction(house.tenant) as tx:
        loser = next(one for one in answered if one.state is State.DECLINED)
        steps = await reading.list_revisions(tx, loser.id)
    assert [step.reason for step in steps] == ["requested", "the rooms were gone"]


async def test_who_is_declined_gets_one_letter_with_other_houses(
    demo: Database, house: House
) -> None:
    asked = await ask(demo, await quote(demo, house.wish()))
    await answer(demo, asked, yes=False)
    for _ in range(2):
        async with demo.transaction(house.tenant) as tx:
            await letters.write_refused(tx, demo.reader, asked.id)
    [letter] = [mail for mail in await mails(demo) if mail.recipient == GUEST.email]
    assert "ne peut pas vous recevoir" in letter.body_text
    assert f"/hebergements/{house.id}?arrival={ARRIVAL}" in letter.body_text
    again = await answer(demo, asked, yes=False)
    assert again.revision == 2
    with pytest.raises(WrongState):
        await answer(demo, asked, yes=True)


async def test_a_house_that_does_not_answer_lets_the_request_lapse(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    asked = await ask(demo, await quote(demo, house.wish()))
    clock.forward(timedelta(hours=24))
    with pytest.raises(WrongState):
        await answer(demo, asked, yes=True)
    told = HoldExpired(booking=asked.id, revision=1)
    for _ in range(2):
        await release_hold_later.run(demo, house.tenant, told)
    assert (await find(demo, asked)).state is State.LAPSED
    assert await units(demo, house) == before
    async with demo.transaction(house.tenant) as tx:
        await letters.write_refused(tx, demo.reader, asked.id)
    assert "pas répondu à temps" in (await mails(demo))[0].body_text


async def test_an_accepted_stay_that_is_not_paid_gives_its_rooms_back(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    asked = await ask(demo, await quote(demo, house.wish()))
    held = await answer(demo, asked, yes=True)
    clock.forward(timedelta(hours=24))
    told = HoldExpired(booking=held.id, revision=held.revision)
    await release_hold_later.run(demo, house.tenant, told)
    assert (await find(demo, held)).state is State.EXPIRED
    assert await units(demo, house) == before


async def test_a_guest_withdraws_and_frees_nothing_twice(demo: Database, house: House) -> None:
    before = await units(demo, house)
    asked = await ask(demo, await quote(demo, house.wish()))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        assert (await holding.release_hold(tx, asked.id)).state is State.RELEASED
    assert await units(demo, house) == before


async def test_what_can_be_booked_is_not_asked_and_asking_twice_asks_once(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    instant = await quote(demo, house.wish(plan="saver"))
    with pytest.raises(NotOnRequest):
        await ask(demo, instant)
    made = await quote(demo, house.wish())
    assert (await ask(demo, made)).id == (await ask(demo, made)).id
    late = await quote(demo, house.wish(RoomWanted(room_type=house.types["suite"], adults=2)))
    nobody = msgspec.structs.replace(GUEST, email="ada@")
    with pytest.raises(StayInvalid):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await asking.ask_house(tx, late.id, nobody)
    clock.forward(timedelta(minutes=31))
    with pytest.raises(QuoteExpired):
        await ask(demo, late)


async def test_the_letters_go_to_the_guest_and_to_the_house(demo: Database, house: House) -> None:
    asked = await ask(demo, await quote(demo, house.wish()))
    for _ in range(2):
        async with demo.transaction(house.tenant) as tx:
            await letters.write_asked(tx, asked.id)
    found = await mails(demo)
    told = [mail.body_text for mail in found if mail.recipient == "hotelier@demo.example"]
    assert sum("/pro/requests" in text for text in told) == 1
    assert {mail.recipient for mail in found} == {"hotelier@demo.example", GUEST.email}
    await answer(demo, asked, yes=True)
    async with demo.transaction(house.tenant) as tx:
        await letters.write_accepted(tx, asked.id)
    written = [mail.body_text for mail in await mails(demo) if mail.recipient == GUEST.email]
    assert any("retenues jusqu" in text and "Payez" in text for text in written)


async def test_the_answer_is_due_before_the_evening_of_the_arrival(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    made = await quote(demo, house.wish())
    evening = clock.now().replace(year=2027, month=2, day=27, hour=17)  # 18:00 in Paris
    assert answer_by(made, evening - timedelta(hours=3)) == evening
    assert answer_by(made, evening + timedelta(minutes=5)) == evening + timedelta(minutes=65)
