"""What a guest and a house are told of a stay is true when it is written, whatever came first."""

import pytest

from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from tests.db.test_telling import hear
from tests.houses import GUEST, House, book, find_house
from tourism.booking.actions.letters import write_cancellation, write_confirmation
from tourism.booking.models import Booking, StayBooked, StayCancelled
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking


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
