"""Feeds on a real database: what they take, give back, and leave alone."""

import asyncio
import base64
import json
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from icalendar import Calendar

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house, hold, left, quote
from tests.unit.test_channels_reading import wrap
from tourism.booking.actions import cancelling
from tourism.booking.models import CancelBooking, RoomWanted
from tourism.channels.actions import exporting, feeds, fetching
from tourism.channels.errors import FeedInvalid, FeedKnown, FeedUnknown, NightsMoved
from tourism.channels.gateway import Answer
from tourism.channels.models import (
    AddFeed,
    Feed,
    FeedAsked,
    FeedBlock,
    Fetched,
    FetchFailed,
    Outcome,
    Report,
)
from tourism.channels.tasks import fetch_due_feeds_later, fetch_feed_later

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


async def queued(settings: Settings) -> list[tuple[str, dict]]:
    """The task names and arguments that wait on the queue."""
    admin = await asyncpg.connect(settings.database_url)
    rows = await admin.fetch("select message from pgmq.q_celery order by msg_id")
    await admin.close()
    found = [json.loads(row["message"]) for row in rows]
    return [
        (message["headers"]["task"], json.loads(base64.b64decode(message["body"]))[1])
        for message in found
    ]


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


async def test_a_paused_feed_keeps_its_nights_and_is_not_read_until_it_is_resumed(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a"))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await feeds.pause_feed(tx, feed)
    assert await read(demo, house, feed) is None
    assert await units(demo, house) == [n - 1 for n in before]
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await feeds.resume_feed(tx, feed)
    await read(demo, house, feed)
    assert await units(demo, house) == before


async def test_a_feed_that_is_removed_gives_its_nights_back_and_is_gone(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    feed, other = await add(demo, house), await add(demo, house, address=ADDRESS + "?2")
    await read(demo, house, feed, stay("a"))
    await read(demo, house, other, stay("b", 0, 1), stay("c", 0, 1))  # c is a conflict
    await answer(demo, house, feed, FetchFailed(outcome=Outcome.TIMEOUT))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await feeds.remove_feed(tx, feed)
    assert await units(demo, house) == [before[0] - 1, *before[1:]]
    assert await read(demo, house, feed, stay("a")) is None
    with pytest.raises(FeedUnknown):
        async with demo.transaction(house.tenant, actor="person:1") as tx:
            await feeds.remove_feed(tx, feed)


async def test_a_feed_removed_while_it_is_being_fetched_takes_nothing(
    demo: Database, house: House
) -> None:
    before = await units(demo, house)
    feed = await add(demo, house)

    async def remove_meanwhile(address: str) -> Answer:
        async with demo.transaction(house.tenant, actor="person:1") as tx:
            await feeds.remove_feed(tx, feed)
        return Fetched(body=wrap(stay("a")))

    assert await fetching.fetch_and_apply(demo, house.tenant, feed, remove_meanwhile) is None
    assert await units(demo, house) == before


async def test_an_older_answer_never_overwrites_a_newer_one(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    feed = await add(demo, house)

    async def overtaken(address: str) -> Answer:
        clock.forward(timedelta(seconds=5))
        await read(demo, house, feed, stay("newer"))
        return Fetched(body=wrap(stay("older")))

    assert await fetching.fetch_and_apply(demo, house.tenant, feed, overtaken) is None
    _, blocks = await look(demo, house)
    assert [block.uid for block in blocks] == ["newer"]


async def test_the_outside_world_is_asked_without_a_transaction(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    feed = await add(demo, house)
    open_then: list[int] = []

    async def fetch(address: str) -> Answer:
        admin = await asyncpg.connect(demo_settings.database_url)
        open_then.append(
            await admin.fetchval(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and xact_start is not null and pid <> pg_backend_pid()"
            )
        )
        await admin.close()
        return Fetched(body=wrap())

    await fetching.fetch_and_apply(demo, house.tenant, feed, fetch)
    assert open_then == [0]


async def test_five_thousand_events_are_applied_within_seconds(
    demo: Database, house: House
) -> None:
    feed = await add(demo, house, "double")
    before = await units(demo, house, "double", nights=200)
    report = await read(demo, house, feed, *(stay(f"{n}", n % 200, 1) for n in range(5_000)))
    assert report is not None
    assert report.stays == 5_000
    assert await units(demo, house, "double", nights=200) == [0] * 200
    found = await states(demo, house)
    assert found.count("blocked") == sum(before)
    assert found.count("conflict") == 5_000 - sum(before)
    await read(demo, house, feed)
    assert await units(demo, house, "double", nights=200) == before


async def test_a_feed_is_asked_for_when_it_is_added_and_every_quarter_of_an_hour(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    async def tick() -> int:
        before = len(await queued(demo_settings))
        await fetch_due_feeds_later.run(demo, None, fetch_due_feeds_later.message_type())
        return len(await queued(demo_settings)) - before

    feed, paused = await add(demo, house), await add(demo, house, address=ADDRESS + "?2")
    asked = [arguments for task, arguments in await queued(demo_settings) if "channels" in task]
    assert [arguments["message"]["feed"] for arguments in asked] == [str(feed), str(paused)]
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await feeds.pause_feed(tx, paused)
    clock.forward(timedelta(minutes=14))
    assert await tick() == 0
    clock.forward(timedelta(minutes=1))
    assert await tick() == 1
    assert await tick() == 0
    task, arguments = (await queued(demo_settings))[-1]
    assert task == "channels.fetch_feed"
    assert (arguments["tenant"], arguments["message"]["feed"]) == (house.tenant, str(feed))


async def test_the_task_reads_the_feed_and_refuses_our_own_network(
    demo: Database, house: House
) -> None:
    feed = await add(demo, house, address="http://127.0.0.1:9/a.ics")
    await fetch_feed_later.run(demo, house.tenant, FeedAsked(feed=feed))
    (kept,), _ = await look(demo, house)
    assert kept.report is not None
    assert kept.report.outcome is Outcome.ADDRESS_REFUSED


async def test_an_address_is_read_once_for_a_room_type_and_only_for_ones_own(
    demo: Database, house: House
) -> None:
    await add(demo, house)
    with pytest.raises(FeedKnown):
        await add(demo, house)
    await add(demo, house, "double")
    house.types["foreign"] = 1 + max(house.types.values())
    with pytest.raises(FeedInvalid):
        await add(demo, house, "foreign")


async def test_a_room_type_reads_ten_feeds_at_most(demo: Database, house: House) -> None:
    for number in range(10):
        await add(demo, house, address=f"{ADDRESS}?{number}")
    with pytest.raises(FeedInvalid):
        await add(demo, house, address=f"{ADDRESS}?10")


async def test_a_day_later_a_stay_in_progress_still_gives_back_what_it_took(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    before = await units(demo, house)
    feed = await add(demo, house)
    await read(demo, house, feed, stay("a"))
    clock.set(clock.now().replace(year=2027, month=2, day=28))
    await read(demo, house, feed, stay("a"))
    assert await units(demo, house) == [n - 1 for n in before]
    await read(demo, house, feed)
    assert await units(demo, house) == before
    assert await states(demo, house) == []
