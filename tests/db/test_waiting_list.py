"""A freed room is held for the first whose whole wish fits, and passes on when it is not taken."""

import asyncio
from datetime import date, timedelta

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from tests.db.test_requests import ask_first
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, left, pay, quote
from tests.orders import legal_hold
from tourism import lodging
from tourism.booking.actions import holding, reading
from tourism.booking.models import Booking, Guest, State, StayCancelled
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking, PayBooking
from tourism.quoting.errors import SoldOut, StayInvalid
from tourism.rates import move_units
from tourism.sweeping.tasks import END
from tourism.waiting import store
from tourism.waiting.actions import joining, letters, offering, tidying
from tourism.waiting.errors import ListFull, NotWaitable, OfferOver, StillFree, WishInvalid
from tourism.waiting.models import JoinList, OfferEnds, Wish, WishState
from tourism.waiting.tasks import after_cancellation_later, end_offer_later

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def guest(name: str, language: str = "fr") -> Guest:
    return Guest(
        first_name=name, last_name="Test", email=f"{name.lower()}@demo.example", language=language
    )


def wish_for(house: House, name: str, **given: object) -> JoinList:
    values: dict[str, object] = {
        "property": house.id,
        "arrival": ARRIVAL,
        "departure": DEPARTURE,
        "adults": 2,
        "room_types": (house.types["double"],),
        "guest": guest(name),
        **given,
    }
    return JoinList(**values)  # pyright: ignore[reportArgumentType]


async def fill(demo: Database, house: House, *, leave: int = 0) -> list[int]:
    """Take every double of the nights but `leave` of them; what was free before."""
    async with demo.transaction(house.tenant) as tx:
        free = await left(tx, house.types["double"], ARRIVAL - timedelta(days=5), NIGHTS + 10)
        for n, units in enumerate(free):
            day = ARRIVAL - timedelta(days=5) + timedelta(days=n)
            await move_units(
                tx, [house.types["double"]], [units - leave], day, day + timedelta(days=1)
            )
    return free


async def give(demo: Database, house: House, units: int, first: date, nights: int) -> None:
    async with demo.transaction(house.tenant) as tx:
        last = first + timedelta(days=nights)
        await move_units(tx, [house.types["double"]], [-units], first, last)


async def join(demo: Database, command: JoinList) -> Wish:
    async with demo.transaction(actor="guest") as tx:
        house = await joining.enter_house(tx, demo.reader, command.property)
        return await joining.join_list(tx, demo.reader, house, tx.uuid(), command)


async def find(demo: Database, wish: Wish) -> Wish:
    async with demo.transaction(wish.tenant) as tx:
        return await joining.find_wish(tx, wish.id)


async def serve(demo: Database, house: House) -> int:
    found = await lodging.find_property(demo.reader, house.id)
    assert found is not None
    served = 0
    while True:
        async with demo.transaction(house.tenant) as tx:
            if not await offering.serve_next(tx, found):
                return served
        served += 1


async def offer_of(demo: Database, wish: Wish) -> Booking:
    found = await find(demo, wish)
    assert found.state is WishState.OFFERED
    assert found.booking is not None
    async with demo.transaction(wish.tenant) as tx:
        return await reading.find_booking(tx, found.booking)


async def end(demo: Database, wish: Wish) -> None:
    await end_offer_later.run(demo, wish.tenant, OfferEnds(wish=wish.id))


async def free(demo: Database, house: House) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types["double"], ARRIVAL, NIGHTS)


async def test_a_cancelled_stay_is_offered_to_the_first_who_waits_and_he_gets_it(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    await fill(demo, house)
    first, second = (
        await join(demo, wish_for(house, "Un")),
        await join(demo, wish_for(house, "Deux")),
    )
    shown = booked.total_cents
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await cancelling.cancel_booking(tx, booked.id, CancelBooking(refund_cents=shown))
    freed = StayCancelled(booking=booked.id, refund_cents=shown)
    await after_cancellation_later.run(demo, house.tenant, freed)
    offer = await offer_of(demo, first)
    assert (offer.state, offer.arrival, offer.departure) == (State.HELD, ARRIVAL, DEPARTURE)
    assert offer.expires_at == clock.now() + timedelta(hours=12)
    assert (await find(demo, second)).state is WishState.WAITING
    assert await free(demo, house) == [0, 0, 0]
    with pytest.raises(SoldOut):
        await quote(demo, house.wish())
    clock.forward(timedelta(hours=11, minutes=59))
    paid = await pay(demo, offer)
    assert paid.state is State.CONFIRMED
    await end(demo, first)
    assert (await find(demo, first)).state is WishState.TAKEN
    assert (await find(demo, second)).state is WishState.WAITING


async def test_an_offer_that_runs_out_passes_to_the_next_in_the_same_transaction(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await fill(demo, house)
    first, second = (
        await join(demo, wish_for(house, "Un")),
        await join(demo, wish_for(house, "Deux")),
    )
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 1
    offer = await offer_of(demo, first)
    clock.forward(timedelta(hours=11, minutes=59, seconds=59))
    await end(demo, first)
    assert (await find(demo, first)).state is WishState.OFFERED
    clock.forward(timedelta(seconds=1))
    property = await lodging.find_property(demo.reader, house.id)
    assert property is not None
    async with demo.transaction(house.tenant) as tx:
        assert await offering.end_offer(tx, property, first.id) is WishState.PASSED
        # Not yet committed: nobody has ever seen these rooms free.
        assert await free(demo, house) == [0, 0, 0]
    assert await free(demo, house) == [0, 0, 0]
    async with demo.transaction(house.tenant) as tx:
        assert (await reading.find_booking(tx, offer.id)).state is State.EXPIRED
    assert (await offer_of(demo, second)).id != offer.id


async def test_the_sweep_of_holds_leaves_an_offer_to_its_own_end_and_comes_if_that_is_lost(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await fill(demo, house)
    first, second = (
        await join(demo, wish_for(house, "Un")),
        await join(demo, wish_for(house, "Deux")),
    )
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 1
    clock.forward(timedelta(hours=12))
    await END.task.run(demo, None, Nothing())
    await end(demo, first)
    offer = await offer_of(demo, second)
    assert await free(demo, house) == [0, 0, 0]
    clock.forward(timedelta(hours=12))
    for seconds, there in ((59, State.HELD), (1, State.EXPIRED)):
        clock.forward(timedelta(seconds=seconds))
        await END.task.run(demo, None, Nothing())
        async with demo.transaction(house.tenant) as tx:
            assert (await reading.find_booking(tx, offer.id)).state is there


async def test_a_refused_offer_passes_on_too_and_leaving_twice_changes_nothing(
    demo: Database, house: House
) -> None:
    await fill(demo, house)
    first, second = (
        await join(demo, wish_for(house, "Un")),
        await join(demo, wish_for(house, "Deux")),
    )
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    await serve(demo, house)
    for _ in range(2):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            refused = await joining.leave_list(tx, demo.reader, first.id)
        assert refused.state is WishState.REFUSED
    assert (await find(demo, second)).state is WishState.OFFERED
    assert await free(demo, house) == [0, 0, 0]


async def test_a_wish_for_three_rooms_never_gets_two_and_the_next_is_not_kept_waiting(
    demo: Database, house: House
) -> None:
    await fill(demo, house)
    family = await join(demo, wish_for(house, "Famille", adults=6, rooms=3))
    couple = await join(demo, wish_for(house, "Couple"))
    await give(demo, house, 2, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 1
    assert (await find(demo, family)).state is WishState.WAITING
    assert (await find(demo, couple)).state is WishState.OFFERED
    await give(demo, house, 2, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 1
    offer = await offer_of(demo, family)
    assert [room.room_type for room in offer.quote.breakdown.rooms] == [house.types["double"]] * 3
    assert await free(demo, house) == [0, 0, 0]


async def test_every_night_of_the_wish_must_be_free(demo: Database, house: House) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un"))
    await give(demo, house, 1, ARRIVAL, NIGHTS - 1)
    assert await serve(demo, house) == 0
    await give(demo, house, 1, DEPARTURE - timedelta(days=1), 1)
    assert await serve(demo, house) == 1
    assert (await find(demo, wish)).state is WishState.OFFERED


@pytest.mark.parametrize(("flex", "shift", "served"), [(0, 1, 0), (1, 1, 1), (1, -1, 1), (2, 3, 0)])
async def test_dates_that_may_move_are_offered_within_their_days(
    demo: Database, house: House, flex: int, shift: int, served: int
) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un", flex_days=flex))
    await give(demo, house, 1, ARRIVAL + timedelta(days=shift), NIGHTS)
    assert await serve(demo, house) == served
    if served:
        assert (await offer_of(demo, wish)).arrival == ARRIVAL + timedelta(days=shift)


async def test_whoever_could_book_now_is_told_so_and_other_hindrances_are_named(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    with pytest.raises(StillFree):
        await join(demo, wish_for(house, "Un"))
    with pytest.raises(NotWaitable) as caught:
        await join(demo, wish_for(house, "Un", adults=9))
    assert caught.value.extra["obstacles"] == ["too_many_persons"]
    await fill(demo, house)
    for given, field in (
        ({"flex_days": 4}, "flex_days"),
        ({"rooms": 3, "adults": 2}, "rooms"),
        ({"room_types": (1,)}, "room_types"),
    ):
        with pytest.raises(WishInvalid) as wrong:
            await join(demo, wish_for(house, "Un", **given))
        assert wrong.value.extra["field"] == field
    with pytest.raises(StayInvalid):
        await join(demo, wish_for(house, "Un", guest=Guest(first_name="", last_name="", email="x")))
    with pytest.raises(StayInvalid):
        await join(demo, wish_for(house, "Un", departure=ARRIVAL))


async def test_the_same_form_sent_twice_waits_once_and_one_guest_waits_five_times(
    demo: Database, house: House
) -> None:
    await fill(demo, house)
    async with demo.transaction(actor="guest") as tx:
        found = await joining.enter_house(tx, demo.reader, house.id)
        id = tx.uuid()
        once = await joining.join_list(tx, demo.reader, found, id, wish_for(house, "Un"))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        again = await joining.join_list(tx, demo.reader, found, id, wish_for(house, "Un"))
    assert once == again
    for _ in range(4):
        await join(demo, wish_for(house, "Un"))
    with pytest.raises(ListFull):
        await join(demo, wish_for(house, "UN"))


async def test_an_offer_that_is_being_paid_waits_for_the_bank(
    demo: Database, house: House, clock: DrivenClock
) -> None:

    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un"))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    await serve(demo, house)
    offer = await offer_of(demo, wish)
    clock.forward(timedelta(hours=11, minutes=59))
    command = PayBooking(guest=GUEST, payment_method="pm_card_visa", total_cents=offer.total_cents)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        charge = await paying.begin_payment(tx, offer.id, command, "k")
    clock.forward(timedelta(minutes=2))
    await end(demo, wish)
    assert (await find(demo, wish)).state is WishState.OFFERED
    with pytest.raises(OfferOver):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await joining.leave_list(tx, demo.reader, wish.id)
    outcome = await paying.ask_service(demo, charge)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await paying.finish_payment(tx, offer.id, charge.id, outcome)
    await end(demo, wish)
    assert (await find(demo, wish)).state is WishState.TAKEN


async def test_what_an_edit_of_the_calendar_frees_is_found_by_the_sweep(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un"))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    async with demo.transaction() as tx:
        assert await offering.announce_lists(tx) == 0
    clock.forward(timedelta(minutes=3))
    async with demo.transaction() as tx:
        found = await store.list_houses_waited_for(tx, tx.now - offering.RETRY, 10)
        assert [house.property for house in found] == [wish.property]
        assert await offering.announce_lists(tx) == 1
    await serve(demo, house)
    offer = await offer_of(demo, wish)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await holding.release_hold(tx, offer.id)  # from the page of the payment
    async with demo.transaction() as tx:
        assert await offering.announce_lists(tx) == 1
    await end(demo, wish)
    assert (await find(demo, wish)).state is WishState.REFUSED


async def test_days_that_have_come_end_the_wait_and_names_are_forgotten_after_thirty_days(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un", flex_days=1))
    clock.forward(timedelta(days=(ARRIVAL - clock.now().date()).days + 1))
    await serve(demo, house)
    assert (await find(demo, wish)).state is WishState.WAITING
    clock.forward(timedelta(days=1))
    await serve(demo, house)
    assert (await find(demo, wish)).state is WishState.OVER
    clock.forward(timedelta(days=29))
    async with demo.transaction() as tx:
        assert await tidying.list_old(tx) == []
    clock.forward(timedelta(days=1))
    admin = await asyncpg.connect(demo_settings.database_url)
    async with legal_hold(admin, house.tenant), demo.transaction(house.tenant) as tx:
        assert await tidying.list_old(tx) == []
        await tidying.forget_old(tx)
        assert await store.find_wish(tx, wish.id) is not None
    await admin.close()
    async with demo.transaction() as tx:
        assert await tidying.list_old(tx) == [house.tenant]
    async with demo.transaction(house.tenant) as tx:
        await tidying.forget_old(tx)
        assert await store.find_wish(tx, wish.id) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "retenu pour vous"), ("en", "held for you"), ("de", "für Sie"), ("es", "para usted"),
        ("it", "per voi"), ("nl", "voor u"),
    ],
)  # fmt: skip
async def test_letters_speak_the_language_of_who_waits_and_are_written_once(
    demo: Database, house: House, language: str, words: str
) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un", guest=guest("Un", language)))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    for kind in ("joined", "joined", "offer"):
        async with demo.transaction(house.tenant) as tx:
            await letters.write_letter(tx, demo.reader, wish.id, kind)
    await serve(demo, house)
    for _ in range(2):
        async with demo.transaction(house.tenant) as tx:
            await letters.write_letter(tx, demo.reader, wish.id, "offer")
    async with demo.transaction() as tx:
        found = [
            mail for mail in await list_captured_mail(tx) if mail.recipient == "un@demo.example"
        ]
    assert len(found) == 2
    offer = next(mail for mail in found if words in mail.body_text)
    assert offer.language == language
    assert "/attente/" in offer.body_text


async def test_two_workers_at_once_offer_one_room_once(demo: Database, house: House) -> None:
    await fill(demo, house)
    wishes = [await join(demo, wish_for(house, f"N{n}")) for n in range(6)]
    await give(demo, house, 2, ARRIVAL, NIGHTS)
    await asyncio.gather(*(serve(demo, house) for _ in range(4)))
    states = [(await find(demo, wish)).state for wish in wishes]
    assert states == [WishState.OFFERED] * 2 + [WishState.WAITING] * 4
    assert await free(demo, house) == [0, 0, 0]


async def test_a_declined_card_leaves_the_offer_its_time(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un"))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    await serve(demo, house)
    offer = await offer_of(demo, wish)
    declined = await pay(demo, offer, method="pm_card_visa_chargeDeclined")
    assert declined.state is State.HELD
    assert declined.expires_at == offer.expires_at


async def test_a_rate_that_the_house_is_asked_for_first_is_offered_to_nobody_and_stops_nobody(
    demo: Database, house: House
) -> None:
    await ask_first(demo, house)  # the cheapest of those that can be cancelled
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un", refundable=True))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 1
    assert (await offer_of(demo, wish)).quote.plan_code != "flexible"


async def test_an_offer_whose_payment_begins_keeps_the_time_that_was_promised(
    demo: Database, house: House
) -> None:
    await fill(demo, house)
    wish = await join(demo, wish_for(house, "Un"))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    await serve(demo, house)
    offer = await offer_of(demo, wish)
    command = PayBooking(guest=GUEST, payment_method="pm_card_visa", total_cents=offer.total_cents)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await paying.begin_payment(tx, offer.id, command, "k")
    begun = await offer_of(demo, wish)
    assert (begun.state, begun.expires_at) == (State.PAYING, offer.expires_at)


async def test_who_wants_to_be_able_to_cancel_is_never_offered_a_rate_that_keeps_the_money(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await fill(demo, house)
    any_rate = await join(demo, wish_for(house, "Un"))
    free_rate = await join(demo, wish_for(house, "Deux", refundable=True))
    await give(demo, house, 2, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 2
    cheap, safe = await offer_of(demo, any_rate), await offer_of(demo, free_rate)
    assert cheap.quote.terms.free_until_at is None
    assert safe.quote.terms.free_until_at is not None
    assert safe.total_cents > cheap.total_cents
    found = await lodging.find_property(demo.reader, house.id)
    assert found is not None
    letter = letters.make_letter("offer", await find(demo, any_rate), found, cheap)
    assert "n'est pas remboursable" in letter.body_text
    # The day before, no rate can be cancelled without a fee any more: nothing is offered.
    late = await join(demo, wish_for(house, "Trois", refundable=True))
    clock.set(clock.now().replace(year=2027, month=2, day=26))
    await give(demo, house, 1, ARRIVAL, NIGHTS)
    assert await serve(demo, house) == 0
    assert (await find(demo, late)).state is WishState.WAITING
