"""Feeds on a real database: what they take, give back, and leave alone."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from hub.core.clock import DrivenClock
from hub.core.db import Database
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, hold, left, quote
from tests.unit.test_channels_reading import wrap
from tourism.channels.actions import exporting, feeds, fetching
from tourism.channels.errors import NightsMoved
from tourism.channels.gateway import Answer
from tourism.channels.models import (
    AddFeed,
    Feed,
    FeedBlock,
    Fetched,
    FetchFailed,
    Outcome,
    Report,
)
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import RoomWanted

ADDRESS = "https://calendars.example/a.ics"


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def stay(uid: str, first: int = 0, nights: int = NIGHTS) -> str:
    """An event whose first night is `first` days after the tests' arrival."""
    arrival = ARRIVAL + timedelta(days=first)
    departure = arrival + timedelta(days=nights)
    return f"UID:{uid}\nDTSTART;VALUE=DATE:{arrival:%Y%m%d}\nDTEND;VALUE=DATE:{departure:%Y%m%d}"


async def add(
    demo: Database, house: House, code: str = "suite", address: str = ADDRESS, label: str = "Autre"
) -> UUID:
    command = AddFeed(room_type=house.types[code], label=label, address=address)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        return await feeds.add_feed(tx, command)


async def answer(demo: Database, house: House, feed: UUID, given: Answer) -> Report | None:
    async def fetch(address: str) -> Answer:
        return given

    return await fetching.fetch_and_apply(demo, house.tenant, feed, fetch)


async def read(demo: Database, house: House, feed: UUID, *events: str) -> Report | None:
    return await answer(demo, house, feed, Fetched(body=wrap(*events)))


async def units(
    demo: Database, house: House, code: str = "suite", first: int = 0, nights: int = NIGHTS
) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types[code], ARRIVAL + timedelta(days=first), nights)


async def look(demo: Database, house: House) -> tuple[list[Feed], list[FeedBlock]]:
    async with demo.transaction(house.tenant) as tx:
        found = await feeds.find_channels(tx)
    return found.feeds, found.blocks


async def states(demo: Database, house: House) -> list[str]:
    return [block.state.value for block in (await look(demo, house))[1]]


def suite(house: House) -> RoomWanted:
    return RoomWanted(room_type=house.types["suite"], adults=2)


async def test_a_stay_takes_one_unit_of_each_night_over_a_months_end(
    demo: Database, house: House
) -> None:
    before = await units(demo, house, first=-1, nights=NIGHTS + 2)
    feed = await add(demo, house)
    report = await read(demo, house, feed, stay("a"))
    assert report is not None
    assert (report.outcome, report.events, report.stays) == (Outcome.READ, 1, 1)
    edge, *inside, last = await units(demo, house, first=-1, nights=NIGHTS + 2)
    assert (edge, last) == (before[0], before[-1])
    assert inside == [n - 1 for n in before[1:-1]]


async def test_the_same_feed_again_blocks_once(demo: Database, house: House) -> None:
    before = await units(demo, house)
    feed = await add(demo, house)
    for _ in range(3):
        await read(demo, house, feed, stay("a"), stay("a"))
    assert await units(demo, house) == [n - 1 for n in before]
    assert await states(demo, house) == ["blocked"]


async def test_rival_readings_of_one_feed_block_once(demo: Database, house: House) -> None:
    before = await units(demo, house)
    feed = await add(demo, house)
    await asyncio.gather(*(read(demo, house, feed, stay("a")) for _ in range(4)))
    assert await units(demo, house) == [n - 1 for n in before]


async def test_a_vanished_stay_gives_its_nights_back_and_an_empty_feed_all_of_its_own(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    first, other = await add(demo, house), await add(demo, house, address=ADDRESS + "?2")
    await read(demo, house, first, stay("a"))
    await read(demo, house, other, stay("a"))
    assert await units(demo, house) == [n - 2 for n in before]
    await read(demo, house, first)
    assert await units(demo, house) == [n - 1 for n in before]
    _, blocks = await look(demo, house)
    assert [block.feed for block in blocks] == [other]


async def test_a_moved_stay_moves_its_nights(demo: Database, house: House) -> None:
    before = await units(demo, house, nights=5)
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a", 0, 3))
    await read(demo, house, feed, stay("a", 2, 3))
    taken = [0, 0, 1, 1, 1]
    assert await units(demo, house, nights=5) == [n - t for n, t in zip(before, taken, strict=True)]


@pytest.mark.parametrize(
    "given",
    [
        FetchFailed(outcome=Outcome.TIMEOUT),
        FetchFailed(outcome=Outcome.HTTP_STATUS, http_status=503),
        Fetched(body=b"<html>"),
        Fetched(body=wrap(stay("b"), end="")),
        Fetched(body=b""),
    ],
)
async def test_a_feed_that_cannot_be_read_changes_no_night_and_says_why(
    demo: Database, house: House, clock: DrivenClock, given: Answer
) -> None:
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a"))
    before = await units(demo, house)
    read_at = clock.now()
    clock.forward(timedelta(minutes=15))
    report = await answer(demo, house, feed, given)
    assert report is not None
    assert report.outcome is not Outcome.READ
    assert await units(demo, house) == before
    (kept,), blocks = await look(demo, house)
    assert [block.uid for block in blocks] == ["a"]
    assert (kept.succeeded_at, kept.attempted_at) == (read_at, clock.now())
    async with demo.transaction(house.tenant) as tx:
        (failure,) = (await feeds.find_channels(tx)).failures
    assert (failure.outcome, failure.http_status) == (report.outcome, report.http_status)


async def test_only_the_newest_failures_are_kept(demo: Database, house: House) -> None:
    feed = await add(demo, house)
    for status in range(500, 515):
        failed = FetchFailed(outcome=Outcome.HTTP_STATUS, http_status=status)
        await answer(demo, house, feed, failed)
    async with demo.transaction(house.tenant) as tx:
        failures = (await feeds.find_channels(tx)).failures
    assert [failure.http_status for failure in failures] == list(range(514, 504, -1))


async def test_broken_events_are_counted_and_keep_what_they_had_taken(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a"))
    report = await read(demo, house, feed, "UID:a\nDTSTART;VALUE=DATE:2027-02-27", "UID:b")
    assert report is not None
    assert report.skipped == {"bad_date": 1, "missing_start": 1}
    assert await units(demo, house) == [n - 1 for n in before]


async def test_a_sold_out_night_is_a_conflict_that_is_blocked_once_it_is_free(
    demo: Database, house: House
) -> None:
    booked = [await book(demo, house.wish(suite(house))) for _ in range(2)]
    assert await units(demo, house) == [0] * NIGHTS
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a", -1, 3))
    assert await states(demo, house) == ["conflict"]
    assert await units(demo, house, first=-1) == [2, 0, 0]
    async with demo.transaction(house.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked[0].id)
        command = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked[0].id, command)
    await read(demo, house, feed, stay("a", -1, 3))
    assert await states(demo, house) == ["blocked"]
    assert await units(demo, house, first=-1) == [1, 0, 0]
    await read(demo, house, feed)
    assert await units(demo, house, first=-1) == [2, 1, 1]  # the other guest's room is not freed


async def test_a_conflict_that_vanishes_frees_nothing(demo: Database, house: House) -> None:
    for _ in range(2):
        await hold(demo, await quote(demo, house.wish(suite(house))))
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a"))
    await read(demo, house, feed)
    assert await units(demo, house) == [0] * NIGHTS
    assert await states(demo, house) == []


async def test_a_guest_who_is_quicker_than_the_plan_makes_it_a_conflict(
    demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last unit is sold between the look and the move: the plan is made again."""
    await hold(demo, await quote(demo, house.wish(suite(house))))
    last = await quote(demo, house.wish(suite(house)))
    feed = await add(demo, house)
    real, sold = fetching.move_units, []

    async def sell_first(tx, room_type, moves) -> None:
        if not sold:
            sold.append(await hold(demo, last))
        await real(tx, room_type, moves)

    monkeypatch.setattr(fetching, "move_units", sell_first)
    await read(demo, house, feed, stay("a"))
    assert await states(demo, house) == ["conflict"]
    assert await units(demo, house) == [0] * NIGHTS


async def test_a_house_that_sells_without_end_fails_the_task_and_changes_nothing(
    demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await add(demo, house)
    before = await units(demo, house)

    async def refuse(tx, room_type, moves) -> None:
        raise NightsMoved()

    monkeypatch.setattr(fetching, "move_units", refuse)
    with pytest.raises(NightsMoved):
        await read(demo, house, feed, stay("a"))
    assert await units(demo, house) == before
    assert await states(demo, house) == []


async def test_our_own_calendar_coming_back_blocks_nothing(demo: Database, house: House) -> None:
    for _ in range(2):
        await hold(demo, await quote(demo, house.wish(suite(house))))
    async with demo.transaction(house.tenant) as tx:
        export = await exporting.export_calendar(tx, house.types["suite"])
    feed = await add(demo, house, "double")
    before = await units(demo, house, "double")
    report = await answer(demo, house, feed, Fetched(body=export.text.encode()))
    assert report is not None
    assert (report.ours, report.stays) == (1, 0)
    assert await units(demo, house, "double") == before


async def test_the_export_tells_full_nights_and_nothing_of_guests(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await book(demo, house.wish(suite(house)))
    feed = await add(demo, house)
    await read(demo, house, feed, f"SUMMARY:Ada Martin\n{stay('a', 1, 5)}")
    async with demo.transaction(house.tenant) as tx:
        export = await exporting.export_calendar(tx, house.types["suite"])
    (event,) = Calendar.from_ical(export.text).walk("VEVENT")
    assert event["dtstart"].dt == ARRIVAL + timedelta(days=1)
    assert event["dtend"].dt == ARRIVAL + timedelta(days=NIGHTS)
    assert event["dtstamp"].dt == clock.now()
    assert "Martin" not in export.text


async def test_nights_beyond_the_season_wait_without_a_conflict(
    demo: Database, house: House
) -> None:
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a", 800, 3))
    assert await states(demo, house) == ["waiting"]
