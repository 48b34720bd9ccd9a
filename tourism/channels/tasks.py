"""Feeds are read after the commit: by the clock, or because somebody asked."""

from datetime import timedelta

from hub.core.db import Database
from hub.core.vertical import Nothing, Task, Tick
from tourism.channels.actions import feeds, fetching
from tourism.channels.models import FeedAsked


async def _fetch_feed(database: Database, tenant: int | None, message: FeedAsked) -> None:
    assert tenant is not None
    await fetching.fetch_and_apply(database, tenant, message.feed)


async def _fetch_due_feeds(database: Database, tenant: int | None, message: Nothing) -> None:
    del tenant, message
    async with database.transaction() as tx:
        await feeds.announce_due_feeds(tx)


fetch_feed_later = Task(name="channels.fetch_feed", message_type=FeedAsked, run=_fetch_feed)
fetch_due_feeds_later = Task(
    name="channels.fetch_due_feeds", message_type=Nothing, run=_fetch_due_feeds
)

# Each minute takes the feeds whose quarter of an hour is over: so they never all come at once.
DUE_FEEDS = Tick(task=fetch_due_feeds_later, every=timedelta(minutes=1))
