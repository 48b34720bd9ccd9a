"""What channels brings."""

from hub.core.vertical import NavItem, Personal, Slice
from tourism.channels import pages, tasks
from tourism.channels.models import FeedAsked

slice = Slice(
    package="tourism.channels",
    handlers=pages.handlers,
    tasks=(tasks.fetch_feed_later, tasks.fetch_due_feeds_later),
    on={FeedAsked: (tasks.fetch_feed_later,)},
    ticks=(tasks.DUE_FEEDS,),
    nav=(NavItem(label="Canaux", path="/pro/channels", organisation_kinds=("lodging",), rank=56),),
    personal=Personal(
        nobody={"channel_feed": "calendars of a house elsewhere"},
    ),
)
