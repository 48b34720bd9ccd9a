"""Take a feed in, show what leaves, say what is disturbed."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.city import towns
from verticals.city.transit import gtfs, policy, store
from verticals.city.transit.errors import FeedInvalid, StopUnknown
from verticals.city.transit.models import Board, Disruption, Disturb, Feed, FeedSheet, Route, Stop

AHEAD = policy.LONGEST
# One feed at a time in each process: pages are served meanwhile.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gtfs")


async def read_feed(tx: Tx, content: bytes) -> Feed:
    """What an archive says, before anything is written. Raises `FeedInvalid`."""
    today = local_date(tx.now, await towns.seek_zone(tx))
    return await asyncio.get_running_loop().run_in_executor(_thread, gtfs.read, content, today)


async def keep_feed(tx: Tx, feed: Feed) -> None:
    """Show it in the place of the one before. Raises `FeedInvalid` where nothing leaves."""
    if not feed.calls:
        raise FeedInvalid("No trip of this feed leaves a stop.", field="file")
    await store.replace_feed(tx, feed)
    detail: dict[str, object] = {"stops": len(feed.stops), "departures": len(feed.calls)}
    await audit.record(tx, action="city.timetable", subject="timetable", detail=detail)


async def find_feed(tx: Tx) -> FeedSheet | None:
    return await store.find_feed(tx)


async def list_stops(tx: Tx, part: str) -> list[Stop]:
    """Stops by a part of their name."""
    return await store.list_stops(tx, towns.clean(part)[:120])


async def list_routes(tx: Tx) -> list[Route]:
    return await store.list_routes(tx)


async def see_stop(tx: Tx, code: str) -> Board:
    """What leaves a stop, and all platforms of it, in the next hours, and what disturbs that.
    Raises `StopUnknown`."""
    feed, stop = await store.find_feed(tx), await store.find_stop(tx, code)
    if feed is None or stop is None:
        raise StopUnknown()
    codes = [one.code for one in await store.list_platforms(tx, code)]
    leaving = await store.list_leaving(tx, codes, policy.windows(tx.now, feed.zone))
    told = await store.list_disruptions(tx, tx.now)
    known = [*codes, stop.parent] if stop.parent else codes
    found = policy.concerning(told, known, {one.route for one in leaving})
    return Board(stop=stop, departures=policy.place(leaving, feed.zone), disruptions=found)


async def list_disruptions(tx: Tx, *, ahead: bool = False) -> list[Disruption]:
    """What is disturbed now; or also in the next month."""
    return await store.list_disruptions(tx, tx.now + AHEAD if ahead else tx.now)


async def disturb(tx: Tx, id: UUID, command: Disturb) -> bool:
    """Say what is disturbed; False when the same id had said it before: nothing changes. Raises
    `DisruptionInvalid`."""
    stops = [command.stop] if command.stop and await store.find_stop(tx, command.stop) else []
    routes = [one.code for one in await store.list_routes(tx)]
    said = policy.check_disruption(command, stops, routes, tx.now, await towns.seek_zone(tx))
    new = await store.insert_disruption(tx, id, said)
    if new:
        await audit.record(tx, action="city.disrupted", subject=f"disruption:{id}")
    return new


async def end_disruption(tx: Tx, id: UUID) -> bool:
    """It is over now; False when it was already."""
    ended = await store.end_disruption(tx, id)
    if ended:
        await audit.record(tx, action="city.disruption_over", subject=f"disruption:{id}")
    return ended
