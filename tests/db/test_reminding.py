"""A guest is reminded of a stay that comes: once, in the morning of the third day before, as it
stands then; and nobody of one that does not come."""

from datetime import UTC, date, datetime, time, timedelta

import asyncpg
import msgspec
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from tests.db.test_booking_changes import DAY, change, wish
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, hold, pay, quote
from tests.served import Queue
from tourism.booking.models import Booking
from tourism.desk.actions import walkin
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import DESK
from tourism.reminding import policy
from tourism.reminding.actions import reminding
from tourism.reminding.tasks import announce_later

THIRD = ARRIVAL - timedelta(days=policy.DAYS_BEFORE)
SAID = {
    "fr": "Votre séjour approche",
    "en": "Your stay is near",
    "de": "Ihr Aufenthalt rückt näher",
    "es": "Su estancia se acerca",
    "it": "Il Suo soggiorno si avvicina",
    "nl": "Uw verblijf komt dichterbij",
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def queue(demo: Database, demo_settings: Settings):
    """An empty queue."""
    connection = await asyncpg.connect(demo_settings.database_url)
    await connection.execute("delete from pgmq.q_celery")
    yield Queue(demo, connection)
    await connection.close()


def go_to(clock: DrivenClock, day: date, hour: int, minute: int = 0) -> None:
    """An hour of universal time; Paris is one later in February."""
    clock.set(datetime.combine(day, time(hour, minute), UTC))


async def remind(demo: Database, queue: Queue) -> None:
    await announce_later.run(demo, None, Nothing())
    await queue.run(only="reminding")


async def letters(demo: Database, stay: Booking) -> list[Mail]:
    async with demo.transaction(stay.tenant) as tx:
        found = await list_captured_mail(tx, 200)
    said = tuple(SAID.values())
    return [one for one in found if one.subject.startswith(said) and stay.reference in one.subject]


async def test_a_guest_is_reminded_once_from_the_third_morning_on(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, THIRD, 7, 59)
    await remind(demo, queue)
    assert await letters(demo, stay) == []
    go_to(clock, THIRD, 8)
    for _ in range(2):
        await remind(demo, queue)
        clock.forward(timedelta(hours=1))
    [letter] = await letters(demo, stay)
    assert letter.recipient == GUEST.email
    for word in (stay.reference, "15:00", "/bon.pdf", "/messages", "Annulation gratuite"):
        assert word in letter.body_text, word
    assert letter.calendar is not None
    assert f"DTSTART;VALUE=DATE:{ARRIVAL:%Y%m%d}" in letter.calendar
    assert "à payer" not in letter.body_text


@pytest.mark.parametrize("language", SAID)
async def test_it_speaks_the_language_of_the_guest(
    demo: Database, house: House, clock: DrivenClock, queue: Queue, language: str
) -> None:
    guest = msgspec.structs.replace(GUEST, language=language)
    stay = await pay(demo, await hold(demo, await quote(demo, house.wish())), guest=guest)
    go_to(clock, THIRD, 8)
    await remind(demo, queue)
    [letter] = await letters(demo, stay)
    assert letter.subject.startswith(SAID[language])


async def test_who_booked_of_late_has_the_confirmation_at_hand(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    early = await book(demo, house.wish())
    go_to(clock, ARRIVAL - timedelta(days=6), 8)
    late = await book(demo, house.wish())
    go_to(clock, THIRD, 8)
    await remind(demo, queue)
    assert len(await letters(demo, early)) == 1
    assert await letters(demo, late) == []


async def test_a_stay_that_is_cancelled_meanwhile_is_not_reminded_of(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, THIRD, 8)
    await announce_later.run(demo, None, Nothing())
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await cancelling.cancel_booking(tx, stay.id, CancelBooking(refund_cents=stay.total_cents))
    await queue.run(only="reminding")
    assert await letters(demo, stay) == []


async def test_a_stay_that_has_begun_is_not_reminded_of(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, ARRIVAL - DAY, 23)
    await remind(demo, queue)
    assert await letters(demo, stay) == []
    go_to(clock, ARRIVAL - DAY, 22, 59)
    await remind(demo, queue)
    assert len(await letters(demo, stay)) == 1


async def test_a_stay_that_is_moved_to_later_days_is_reminded_of_again(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, THIRD, 8)
    await remind(demo, queue)
    later = ARRIVAL + timedelta(days=7)
    await change(demo, stay, wish(house, later, later + timedelta(days=NIGHTS)))
    await remind(demo, queue)
    assert len(await letters(demo, stay)) == 1
    go_to(clock, later - timedelta(days=policy.DAYS_BEFORE), 8)
    await remind(demo, queue)
    assert len(await letters(demo, stay)) == 2


async def test_all_are_reminded_however_many_there_are(
    demo: Database,
    house: House,
    clock: DrivenClock,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    stays = [await book(demo, house.wish()) for _ in range(5)]
    go_to(clock, THIRD, 8)
    await remind(demo, queue)
    assert [len(await letters(demo, stay)) for stay in stays] == [1] * 5


async def test_the_morning_is_that_of_the_house(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    await queue.admin.execute("update property set zone = 'Indian/Reunion' where id = $1", house.id)
    stay = await book(demo, house.wish())
    go_to(clock, THIRD, 4, 59)
    await remind(demo, queue)
    assert await letters(demo, stay) == []
    go_to(clock, THIRD, 5)
    await remind(demo, queue)
    assert len(await letters(demo, stay)) == 1


async def test_what_is_paid_at_the_house_is_said(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    command = msgspec.structs.replace(house.wish(), channel=DESK)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        offer = await walkin.price_walk_in(tx, demo.reader, command)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        sold = await walkin.book_walk_in(tx, offer.id, GUEST)
    assert policy.due_at_house(sold) == sold.total_cents
    go_to(clock, THIRD, 8)
    await remind(demo, queue)
    [letter] = await letters(demo, sold)
    euros = f"{sold.total_cents // 100},{sold.total_cents % 100:02}"
    assert f"À payer à la maison : {euros}" in letter.body_text.replace("\u202f", "")
