"""The statements of channels."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.channels.models import (
    AddFeed,
    Block,
    Failure,
    Feed,
    FeedBlock,
    Health,
    Outcome,
    Report,
)

q = load_queries(__name__)

FAILURES_KEPT = 10


class DueFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that is to be read, and its wall."""

    tenant: int
    feed: UUID


async def insert_feed(tx: Tx, id: UUID, command: AddFeed) -> bool:
    """False when the room type reads this address already."""
    inserted = await tx.run(
        q.insert_feed,
        id=id,
        tenant=tx.tenant,
        room_type=command.room_type,
        label=command.label,
        address=command.address,
        now=tx.now,
    )
    return inserted == 1


async def find_health(tx: Tx, today: date, stale_before: datetime) -> Health:
    found = await tx.one(Health, q.find_health, today=today, stale_before=stale_before)
    assert found is not None
    return found


async def list_feeds(tx: Tx) -> list[Feed]:
    return await tx.all(Feed, q.list_feeds)


async def find_feed(tx: Tx, id: UUID) -> Feed | None:
    return await tx.one(Feed, q.find_feed, id=id)


async def lock_feed(tx: Tx, id: UUID) -> Feed | None:
    return await tx.one(Feed, q.lock_feed, id=id)


async def pause_feed(tx: Tx, id: UUID, paused_at: datetime | None) -> None:
    await tx.run(q.pause_feed, id=id, paused_at=paused_at)


async def note_asked(tx: Tx, id: UUID) -> None:
    await tx.run(q.note_asked, id=id, now=tx.now)


async def take_due_feeds(tx: Tx, before: datetime, wanted: int) -> list[DueFeed]:
    return await tx.all(DueFeed, q.take_due_feeds, before=before, now=tx.now, wanted=wanted)


async def note_reading(tx: Tx, id: UUID, report: Report) -> None:
    await tx.run(q.note_reading, id=id, report=report, now=tx.now)


async def note_failure(tx: Tx, id: UUID, report: Report) -> None:
    """The feed's report, and a line of its log."""
    await tx.run(q.note_failure, id=id, report=report, now=tx.now)
    await tx.run(
        q.insert_failure,
        feed=id,
        tenant=tx.tenant,
        outcome=Outcome(report.outcome).value,
        http_status=report.http_status,
        now=tx.now,
    )
    await tx.run(q.forget_old_failures, feed=id, kept=FAILURES_KEPT)


async def list_failures(tx: Tx) -> list[Failure]:
    return await tx.all(Failure, q.list_failures)


async def list_blocks(tx: Tx, feed: UUID, today: date) -> list[Block]:
    return await tx.all(Block, q.list_blocks, feed=feed, today=today)


async def list_house_blocks(tx: Tx, today: date) -> list[FeedBlock]:
    return await tx.all(FeedBlock, q.list_house_blocks, today=today)


async def keep_blocks(tx: Tx, feed: Feed, blocks: Sequence[Block]) -> None:
    await tx.run(
        q.keep_blocks,
        feed=feed.id,
        tenant=tx.tenant,
        room_type=feed.room_type,
        blocks=list(blocks),
        now=tx.now,
    )


async def drop_blocks(tx: Tx, feed: Feed, blocks: Sequence[Block]) -> None:
    await tx.run(q.drop_blocks, feed=feed.id, blocks=list(blocks))


async def drop_feed(tx: Tx, feed: Feed) -> None:
    """The feed with its blocks and its log."""
    await tx.run(q.drop_all_blocks, feed=feed.id)
    await tx.run(q.drop_failures, feed=feed.id)
    await tx.run(q.drop_feed, feed=feed.id)
