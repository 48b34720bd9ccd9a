"""The life of a feed on a real database: added, asked for, overtaken, paused, removed."""

import base64
import json
from datetime import timedelta

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.db.test_channels_feeds import (
    ADDRESS,
    add,
    answer,
    house,
    look,
    read,
    states,
    stay,
    units,
)
from tests.exits import ask_database
from tests.houses import House
from tests.unit.test_channels_reading import wrap
from tourism.channels.actions import feeds, fetching
from tourism.channels.errors import FeedInvalid, FeedKnown, FeedUnknown
from tourism.channels.gateway import Answer
from tourism.channels.models import FeedAsked, Fetched, FetchFailed, Outcome
from tourism.channels.tasks import fetch_due_feeds_later, fetch_feed_later

__all__ = ["house"]


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


async def test_no_feed_of_a_house_that_is_held_is_asked_for(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    async def tick() -> object:
        await fetch_due_feeds_later.run(demo, None, fetch_due_feeds_later.message_type())
        return await ask_database(demo_settings, "select asked_at from channel_feed")

    await add(demo, house)
    asked = await tick()
    hold = "insert into held_organisation (tenant, since, reason) values ($1, now(), 'exit')"
    await ask_database(demo_settings, hold, house.tenant)
    clock.forward(timedelta(days=1))
    assert await tick() == asked
    await ask_database(demo_settings, "delete from held_organisation")
    assert await tick() == clock.now()


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
