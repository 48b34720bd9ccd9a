"""The drill of ends: a house with its own worker and the real clock. Each hold ends within a second
of its time, while nobody is there and while the worker has its hands full."""

import asyncio
import random
import statistics
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import msgspec

from loadtests.caller import Connection, post
from loadtests.crowd import Crowd, Room, dsn_of, make_room, send
from loadtests.report import tell
from loadtests.serving import Served, served_demo, today

SEED, HOLDS, GUESTS = 2029, 120, 8
SOONEST_S, WITHIN_S, PATIENCE_S = 4.0, 12.0, 90.0
MOST_LATE_S = 1.0

# A quarter of an hour is too long for a drill: the time of a hold is brought nearer, as if the rest
# of it had passed.
_BRING_NEARER = """
update booking set held_at = held_at - (expires_at - $2::timestamptz), expires_at = $2
 where reference = $1
"""
# When the end of each was written down, by the database's own clock.
_ENDS = """
select b.reference, extract(epoch from r.at - b.held_at - interval '15 minutes')::float8 as late_s
  from booking b join booking_revision r on r.booking = b.id and r.event = 'time over'
 where b.reference = any ($1::text[])
"""
_OPEN = "select count(*) from booking where reference = any ($1::text[]) and state = 'held'"


class Ends(msgspec.Struct, frozen=True):
    """How late the holds of one part ended: as it was written down, and as somebody who looks all
    the time sees it."""

    holds: int
    early: int
    median_s: float
    most_s: float
    seen_most_s: float


def hold_ends() -> bool:
    """Holds end by the real clock, with the worker of the service: 120 within eight seconds, first
    with nothing else to do, then while eight guests book as fast as they can. None lives longer
    than its time and a second, none shorter."""
    started = time.monotonic()
    with served_demo("48", workers=1) as served:
        calm, busy, booked = asyncio.run(_drill(served))
    return tell(
        drill="hold_ends",
        calm=msgspec.to_builtins(calm),
        busy=msgspec.to_builtins(busy),
        booked_meanwhile=booked,
        seconds=round(time.monotonic() - started),
        ok=booked > 0
        and all(
            not part.early and part.holds == HOLDS and part.seen_most_s <= MOST_LATE_S
            for part in (calm, busy)
        ),
    )


async def _drill(served: Served) -> tuple[Ends, Ends, int]:
    place = urlsplit(served.address)
    address = (str(place.hostname), int(place.port or 0))
    admin = await asyncpg.connect(dsn_of(served))
    room = await make_room(admin)
    calm = await _part(admin, address, room, "calm")
    crowd = Crowd(address, room, SEED)
    crowd.start(GUESTS)
    await crowd.until_booked(time.monotonic())
    busy = await _part(admin, address, room, "busy")
    await crowd.stop()
    await admin.close()
    return calm, busy, len(crowd.notes.booked)


async def _part(admin: asyncpg.Connection, address: tuple[str, int], room: Room, name: str) -> Ends:
    line, draw = Connection(*address), random.Random(SEED)
    held = [await _hold(line, room, f"{name}-{n}") for n in range(HOLDS)]
    line.close()
    begun = await admin.fetchval("select clock_timestamp()")
    for reference in held:
        after = timedelta(seconds=draw.uniform(SOONEST_S, WITHIN_S))
        await admin.execute(_BRING_NEARER, reference, begun + after)
    seen_most_s = await _watch(admin, held)
    ends = [float(row["late_s"]) for row in await admin.fetch(_ENDS, held)]
    return Ends(
        holds=len(ends),
        early=sum(late < 0 for late in ends),
        median_s=round(statistics.median(ends), 2),
        most_s=round(max(ends), 2),
        seen_most_s=round(seen_most_s, 2),
    )


async def _watch(admin: asyncpg.Connection, held: list[str]) -> float:
    """Look until all have ended; the longest that one was seen held after its time."""
    overdue = (
        "select coalesce(max(extract(epoch from clock_timestamp() - expires_at)), 0)::float8"
        " from booking where reference = any ($1::text[]) and state = 'held'"
    )
    most, until = 0.0, time.monotonic() + PATIENCE_S
    while await admin.fetchval(_OPEN, held):
        assert time.monotonic() < until, "a hold does not end"
        most = max(most, float(await admin.fetchval(overdue, held)))
        await asyncio.sleep(0.02)
    return most


async def _hold(line: Connection, room: Room, key: str) -> str:
    arrival = today() + timedelta(days=30)
    wish = {
        "property": room.property,
        "arrival": str(arrival),
        "departure": str(arrival + timedelta(days=1)),
        "rate_plan": room.rate_plan,
        "rooms": [{"room_type": room.room_type, "adults": 1}],
    }
    quote = await _post(line, "/api/v1/quotes", wish, key)
    return (await _post(line, f"/api/v1/quotes/{quote['token']}/hold", {}, key))["reference"]


async def _post(line: Connection, path: str, body: object, key: str) -> dict[str, Any]:
    answer = await send(line, post(path, body, f"ends-{key}"))
    assert answer.status in {200, 201}, answer.body
    return msgspec.json.decode(answer.body)


DRILLS = {"hold_ends": hold_ends}
