"""A house is told of its stays by letter: booked, changed, a room less, cancelled; once, and
nobody of what they did themselves."""

import msgspec
import pytest

from hub import tenancy
from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from hub.core.vertical import Task
from tests.db.test_booking_changes import DAY, change, wish
from tests.houses import ARRIVAL, GUEST, House, book, find_house, hold, quote
from tourism.booking import store
from tourism.booking.models import Booking, RoomsCancelled, StayBooked, StayCancelled
from tourism.changing.models import StayChanged
from tourism.desk.actions import walkin
from tourism.manifest import vertical
from tourism.paying.actions import cancelling, paying
from tourism.paying.models import CancelBooking, PayBooking
from tourism.quoting.models import DESK

TOLD = {
    "booked": (StayBooked, {}, "Nouvelle réservation"),
    "changed": (StayChanged, {"revision": 3, "cents": 0}, "Réservation modifiée"),
    "rooms": (RoomsCancelled, {"revision": 4, "refund_cents": 1}, "Chambre annulée"),
    "cancelled": (StayCancelled, {"refund_cents": 1}, "Réservation annulée"),
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def hear(demo: Database, house: House, message: msgspec.Struct) -> None:
    """Run what the house's slice does when this is told."""
    slice = next(slice for slice in vertical.slices if slice.package == "tourism.telling")
    heard: tuple[Task, ...] = slice.on[type(message)]
    assert heard
    for task in heard:
        await task.run(demo, house.tenant, message)


async def letters(demo: Database, house: House, booked: Booking) -> list[Mail]:
    async with demo.transaction(house.tenant) as tx:
        return [
            mail
            for mail in await list_captured_mail(tx)
            if booked.reference in mail.subject and "/pro/bookings/" in mail.body_text
        ]


@pytest.mark.parametrize("kind", TOLD)
async def test_every_member_of_the_house_is_told_once(
    demo: Database, house: House, kind: str
) -> None:
    message, said, subject = TOLD[kind]
    booked = await book(demo, house.wish())
    told = message(booking=booked.id, **said)
    await hear(demo, house, told)
    await hear(demo, house, told)
    async with demo.transaction(house.tenant) as tx:
        members = await tenancy.list_members(tx)
    found = await letters(demo, house, booked)
    assert sorted(mail.recipient for mail in found) == sorted(one.email for one in members)
    for mail in found:
        assert mail.subject.startswith(subject)
        assert booked.guest is not None
        assert booked.guest.last_name in mail.body_text
        assert f"/pro/bookings/{booked.id}" in mail.body_text


async def test_the_price_told_is_what_the_changed_stay_costs(demo: Database, house: House) -> None:
    booked = await change(demo, await book(demo, house.wish()), wish(house, ARRIVAL, ARRIVAL + DAY))
    assert booked.refund_cents > 0
    told = StayChanged(booking=booked.id, revision=booked.revision, cents=-booked.refund_cents)
    await hear(demo, house, told)
    cents = booked.total_cents - booked.refund_cents
    euros = f"{cents // 100},{cents % 100:02}"
    found = await letters(demo, house, booked)
    assert found
    assert all(f"Prix : {euros}" in mail.body_text.replace("\u202f", "") for mail in found)


async def test_a_stay_whose_rooms_were_gone_when_it_was_paid_was_never_the_house_s(
    demo: Database, house: House
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    command = PayBooking(guest=GUEST, payment_method="pm_card_visa", total_cents=held.total_cents)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await paying.begin_payment(tx, held.id, command, "first")
        begun = await store.find_booking(tx, held.id)
    assert begun is not None
    assert begun.guest == GUEST
    await hear(demo, house, StayCancelled(booking=held.id, refund_cents=1))
    assert await letters(demo, house, held) == []


async def test_nobody_is_told_what_they_did_themselves(demo: Database, house: House) -> None:
    async with demo.transaction(house.tenant) as tx:
        member = (await tenancy.list_members(tx))[0]
    booked = await book(demo, house.wish())
    async with demo.transaction(house.tenant, actor=f"person:{member.person}") as tx:
        command = CancelBooking(refund_cents=booked.total_cents)
        await cancelling.cancel_booking(tx, booked.id, command, by_house=True)
    await hear(demo, house, StayCancelled(booking=booked.id, refund_cents=0))
    assert member.email not in [mail.recipient for mail in await letters(demo, house, booked)]


async def test_what_is_sold_at_the_desk_is_known_there(demo: Database, house: House) -> None:
    command = msgspec.structs.replace(house.wish(), channel=DESK)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        offer = await walkin.price_walk_in(tx, demo.reader, command)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        sold = await walkin.book_walk_in(tx, offer.id, GUEST)
    await hear(demo, house, StayBooked(booking=sold.id))
    assert await letters(demo, house, sold) == []
