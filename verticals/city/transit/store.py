"""The statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.city.transit.models import (
    Call,
    Disruption,
    Disturb,
    Feed,
    FeedSheet,
    Leaving,
    Route,
    Stop,
    Window,
)

q = load_queries(__name__)

CHUNK, MOST_STOPS, MOST_ROUTES, MOST_LEAVING, MOST_DISRUPTIONS = 20_000, 100, 500, 200, 100


async def replace_feed(tx: Tx, feed: Feed) -> None:
    """Put a feed in the place of the one before."""
    await tx.run(q.lock_feed, tenant=tx.tenant)
    while await tx.run(q.delete_calls, wanted=CHUNK):
        pass
    await tx.run(q.delete_days)
    await tx.run(q.delete_routes)
    await tx.run(q.delete_stops)
    await _insert_places(tx, feed)
    for start in range(0, len(feed.days), CHUNK):
        part = feed.days[start : start + CHUNK]
        services, days = [one for one, _ in part], [day for _, day in part]
        await tx.run(q.insert_days, tenant=tx.tenant, services=services, days=days)
    for start in range(0, len(feed.calls), CHUNK):
        await _insert_calls(tx, feed.calls[start : start + CHUNK])
    await tx.run(
        q.keep_feed,
        tenant=tx.tenant,
        agency=feed.agency,
        zone=feed.zone,
        first_day=min(day for _, day in feed.days),
        last_day=max(day for _, day in feed.days),
        stops=len(feed.stops),
        trips=len({one.trip for one in feed.calls}),
        now=tx.now,
    )


async def _insert_places(tx: Tx, feed: Feed) -> None:
    await tx.run(
        q.insert_stops,
        tenant=tx.tenant,
        codes=[one.code for one in feed.stops],
        names=[one.name for one in feed.stops],
        lats=[one.lat for one in feed.stops],
        lngs=[one.lng for one in feed.stops],
        parents=[one.parent for one in feed.stops],
    )
    await tx.run(
        q.insert_routes,
        tenant=tx.tenant,
        codes=[one.code for one in feed.routes],
        names=[one.name for one in feed.routes],
        long_names=[one.long_name for one in feed.routes],
    )


async def _insert_calls(tx: Tx, calls: Sequence[Call]) -> None:
    await tx.run(
        q.insert_calls,
        tenant=tx.tenant,
        trips=[one.trip for one in calls],
        sequences=[one.sequence for one in calls],
        stops=[one.stop for one in calls],
        seconds=[one.seconds for one in calls],
        routes=[one.route for one in calls],
        services=[one.service for one in calls],
        headsigns=[one.headsign for one in calls],
    )


async def find_feed(tx: Tx) -> FeedSheet | None:
    return await tx.one(FeedSheet, q.find_feed)


async def find_stop(tx: Tx, code: str) -> Stop | None:
    return await tx.one(Stop, q.find_stop, code=code)


async def list_platforms(tx: Tx, code: str) -> list[Stop]:
    return await tx.all(Stop, q.list_platforms, code=code, wanted=MOST_STOPS)


async def list_stops(tx: Tx, part: str) -> list[Stop]:
    return await tx.all(Stop, q.list_stops, part=part, wanted=MOST_STOPS)


async def list_routes(tx: Tx) -> list[Route]:
    return await tx.all(Route, q.list_routes, wanted=MOST_ROUTES)


async def list_leaving(tx: Tx, stops: Sequence[str], windows: Sequence[Window]) -> list[Leaving]:
    return await tx.all(
        Leaving,
        q.list_leaving,
        stops=list(stops),
        days=[one.on_day for one in windows],
        firsts=[one.first for one in windows],
        lasts=[one.last for one in windows],
        wanted=MOST_LEAVING,
    )


async def insert_disruption(tx: Tx, id: UUID, said: Disturb) -> bool:
    where = {"stop": said.stop, "route": said.route}
    words = {"headline": said.headline, "body": said.body}
    when = {"begins_at": datetime.fromisoformat(said.begins),
            "ends_at": datetime.fromisoformat(said.ends)}  # fmt: skip
    new = await tx.run(q.insert_disruption, id=id, tenant=tx.tenant, **where, **words, **when)
    return new == 1


async def end_disruption(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.end_disruption, id=id, now=tx.now) == 1


async def list_disruptions(tx: Tx, before: datetime) -> list[Disruption]:
    return await tx.all(
        Disruption, q.list_disruptions, now=tx.now, before=before, wanted=MOST_DISRUPTIONS
    )
