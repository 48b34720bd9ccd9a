"""The feeds of a house: look at them, add, pause, remove, and ask for a reading now."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec

from hub import audit
from hub.core import outbox
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.core.problems import sqlstate_of
from tourism import lodging, rates
from tourism.channels import policy, store
from tourism.channels.errors import FeedInvalid, FeedKnown, FeedUnknown, NightsMoved
from tourism.channels.models import (
    FEED_PACE_MINUTES,
    MAX_FEEDS,
    STALE_AFTER,
    AddFeed,
    Failure,
    Feed,
    FeedAsked,
    FeedBlock,
    Health,
    Move,
)

_FEEDS_A_TICK = 500


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """All that a house's page of calendars shows."""

    house: lodging.Property
    room_types: list[lodging.RoomType]
    feeds: list[Feed]
    blocks: list[FeedBlock]
    failures: list[Failure]


async def find_channels(tx: Tx) -> Channels:
    """The room types, feeds, blocks that are not over, and failures. Raises `NotFound`."""
    house = await _own_house(tx)
    return Channels(
        house=house,
        room_types=await lodging.list_room_types(tx, house.id),
        feeds=await store.list_feeds(tx),
        blocks=await store.list_house_blocks(tx, local_date(tx.now, house.zone)),
        failures=await store.list_failures(tx),
    )


async def find_health(tx: Tx, house: lodging.Property) -> Health:
    """What is wrong with the house's feeds today."""
    return await store.find_health(tx, local_date(tx.now, house.zone), tx.now - STALE_AFTER)


async def add_feed(tx: Tx, command: AddFeed) -> UUID:
    """Read an address from now on. Raises `FeedInvalid` or `FeedKnown`, both with a `field`."""
    house = await _own_house(tx)
    types = await lodging.list_room_types(tx, house.id)
    if command.room_type not in {type.id for type in types}:
        raise FeedInvalid("Choose one of your room types.", field="room_type")
    known = [feed for feed in await store.list_feeds(tx) if feed.room_type == command.room_type]
    if len(known) >= MAX_FEEDS:
        raise FeedInvalid("A room type reads ten calendars at most.", field="room_type")
    id = tx.uuid()
    if not await store.insert_feed(tx, id, command):
        raise FeedKnown("Its nights are counted once: there is nothing to add.", field="address")
    await audit.record(tx, action="channels.add_feed", subject=f"feed:{id}")
    await outbox.emit(tx, FeedAsked(feed=id))
    return id


async def ask_feed(tx: Tx, id: UUID) -> None:
    """Read a feed now; a paused one stays unread. Raises `FeedUnknown`."""
    await _lock(tx, id)
    await _ask(tx, id)


async def pause_feed(tx: Tx, id: UUID) -> None:
    """Stop reading a feed; what it blocks stays blocked. Raises `FeedUnknown`."""
    feed = await _lock(tx, id)
    if feed.paused_at is None:
        await store.pause_feed(tx, id, tx.now)
        await audit.record(tx, action="channels.pause_feed", subject=f"feed:{id}")


async def resume_feed(tx: Tx, id: UUID) -> None:
    """Read a paused feed again, at once. Raises `FeedUnknown`."""
    feed = await _lock(tx, id)
    if feed.paused_at is not None:
        await store.pause_feed(tx, id, None)
        await audit.record(tx, action="channels.resume_feed", subject=f"feed:{id}")
        await _ask(tx, id)


async def remove_feed(tx: Tx, id: UUID) -> None:
    """Forget a feed and give back the nights it blocks. Raises `FeedUnknown`."""
    feed = await _lock(tx, id)
    house = await _own_house(tx)
    blocks = await store.list_blocks(tx, id, local_date(tx.now, house.zone))
    await store.drop_feed(tx, feed)
    await audit.record(
        tx, action="channels.remove_feed", subject=f"feed:{id}", detail={"blocks": len(blocks)}
    )
    await move_units(tx, feed.room_type, policy.give_back(blocks))


async def announce_due_feeds(tx: Tx, wanted: int = _FEEDS_A_TICK) -> int:
    """Send each feed whose time has come to the task that reads it; how many."""
    before = tx.now - timedelta(minutes=FEED_PACE_MINUTES)
    due = await store.take_due_feeds(tx, before, wanted)
    for feed in due:
        await outbox.emit_for(tx, feed.tenant, FeedAsked(feed=feed.feed))
    return len(due)


async def move_units(tx: Tx, room_type: int, moves: Sequence[Move]) -> None:
    """Take and give back units, by date. Raises `NightsMoved` when one is no longer there."""
    try:
        for move in moves:
            await rates.move_units(tx, [room_type], [move.quantity], move.first, move.last)
    except asyncpg.PostgresError as error:
        if sqlstate_of(error) == "P0S01":
            raise NightsMoved("Somebody was quicker. Try again.") from None
        raise


async def _ask(tx: Tx, id: UUID) -> None:
    await store.note_asked(tx, id)
    await outbox.emit(tx, FeedAsked(feed=id))


async def _own_house(tx: Tx) -> lodging.Property:
    house = await lodging.find_own_property(tx)
    if house is None:
        raise NotFound("Your organisation has no lodging yet.")
    return house


async def _lock(tx: Tx, id: UUID) -> Feed:
    feed = await store.lock_feed(tx, id)
    if feed is None:
        raise FeedUnknown("Somebody of your house has removed it.")
    return feed
