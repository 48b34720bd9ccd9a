"""What a guest and a house are told of a stay is true when it is written, whatever came first."""

import msgspec
import pytest

from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from tests.db.test_telling import hear
from tests.houses import GUEST, House, book, find_house
from tourism.booking.actions.letters import (
    write_cancellation,
    write_confirmation,
    write_room_cancellation,
)
from tourism.booking.models import Booking, StayBooked, StayCancelled
from tourism.desk.actions import staying, walkin
from tourism.desk.models import Act
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import DESK, RoomWanted


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def letters(demo: Database, stay: Booking, recipient: str = GUEST.email) -> list[Mail]:
    async with demo.transaction(stay.tenant) as tx:
        found = await list_captured_mail(tx, 200)
    return [one for one in found if one.recipient == recipient and stay.reference in one.subject]


async def cancel(demo: Database, stay: Booking) -> None:
    async with demo.transaction(stay.tenant, actor="guest") as tx:
        await cancelling.cancel_booking(tx, stay.id, CancelBooking(refund_cents=stay.total_cents))


async def confirm(demo: Database, stay: Booking) -> None:
    async with demo.transaction(stay.tenant) as tx:
        await write_confirmation(tx, stay.id)


@pytest.mark.parametrize("late", [False, True])
async def test_a_stay_that_was_cancelled_is_never_confirmed_by_letter(
    demo: Database, house: House, late: bool
) -> None:
    stay = await book(demo, house.wish())
    await cancel(demo, stay)
    if not late:
        await confirm(demo, stay)
    async with demo.transaction(stay.tenant) as tx:
        await write_cancellation(tx, stay.id, stay.total_cents)
    if late:
        await confirm(demo, stay)
    [letter] = await letters(demo, stay)
    assert letter.subject.startswith("Votre séjour est annulé")
    assert letter.calendar is not None
    assert "STATUS:CANCELLED" in letter.calendar


async def test_a_stay_that_stands_is_confirmed_once(demo: Database, house: House) -> None:
    stay = await book(demo, house.wish())
    await confirm(demo, stay)
    await confirm(demo, stay)
    [letter] = await letters(demo, stay)
    assert letter.subject.startswith("Votre séjour est confirmé")
    assert letter.calendar is not None
    assert "STATUS:CONFIRMED" in letter.calendar


async def test_a_house_hears_of_a_cancelled_stay_that_it_is_cancelled_and_no_more(
    demo: Database, house: House
) -> None:
    stay = await book(demo, house.wish())
    await cancel(demo, stay)
    await hear(demo, house, StayCancelled(booking=stay.id, refund_cents=stay.total_cents))
    await hear(demo, house, StayBooked(booking=stay.id))
    async with demo.transaction(stay.tenant) as tx:
        found = await list_captured_mail(tx, 200)
    told = [
        one.subject
        for one in found
        if stay.reference in one.subject and "/pro/bookings/" in one.body_text
    ]
    assert told
    assert all(subject.startswith("Réservation annulée") for subject in told)


async def sell(demo: Database, house: House) -> Booking:
    """A stay for two of the house's rooms, sold at its desk."""
    double = RoomWanted(room_type=house.types["double"], adults=2)
    command = msgspec.structs.replace(house.wish(double, double), channel=DESK)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        offer = await walkin.price_walk_in(tx, demo.reader, command)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        return await walkin.book_walk_in(tx, offer.id, GUEST)


async def test_a_stay_sold_at_the_desk_comes_with_its_calendar_file(
    demo: Database, house: House
) -> None:
    sold = await sell(demo, house)
    [letter] = await letters(demo, sold)
    assert letter.calendar is not None
    assert "STATUS:CONFIRMED" in letter.calendar
    assert f"UID:{sold.id}" in letter.calendar


async def test_the_guest_is_told_that_a_stay_sold_at_the_desk_is_cancelled_and_of_no_refund(
    demo: Database, house: House
) -> None:
    sold = await sell(demo, house)
    await act_at_desk(demo, sold, Act.CANCEL)
    for _ in range(2):
        async with demo.transaction(sold.tenant) as tx:
            await write_cancellation(tx, sold.id, 0)
    told = [one for one in await letters(demo, sold) if "annulé" in one.subject]
    assert len(told) == 1
    assert "la centrale n'a rien encaissé" in told[0].body_text
    assert "remboursé" not in told[0].body_text
    assert told[0].calendar is not None
    assert "STATUS:CANCELLED" in told[0].calendar


async def test_a_room_of_a_stay_sold_at_the_desk_comes_back_without_a_word_of_a_refund(
    demo: Database, house: House
) -> None:
    sold = await sell(demo, house)
    async with demo.transaction(sold.tenant, actor="person:1") as tx:
        _, shown = await cancelling.preview_refund(tx, sold.id, (2,), by_house=True)
    command = CancelBooking(refund_cents=shown.refund_cents, rooms=(2,))
    await act_at_desk(demo, sold, Act.CANCEL_ROOM, command)
    async with demo.transaction(sold.tenant) as tx:
        await write_room_cancellation(tx, sold.id, sold.revision + 1, 0)
    [told] = [one for one in await letters(demo, sold) if "Une chambre" in one.subject]
    assert "annulée" in told.body_text
    assert "remboursé" not in told.body_text


async def act_at_desk(
    demo: Database, stay: Booking, act: Act, cancel: CancelBooking | None = None
) -> None:
    async with demo.transaction(stay.tenant, actor="person:1") as tx:
        await staying.act_on(tx, stay.id, act, cancel=cancel)
