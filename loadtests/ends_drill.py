"""The drill of ends: a house with its own worker and the real clock. Each hold ends within a second
of its time: while nobody is there, while the worker has its hands full, and while everybody wants
the very nights that the holds give back."""

import asyncio
import random
import statistics
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import msgspec

from loadtests.caller import Connection, post
from loadtests.crowd import Crowd, Room, dsn_of, make_room, send
from loadtests.report import tell
from loadtests.serving import Served, served_demo, today

SEED, HOLDS, GUESTS, HOT_GUESTS = 2029, 120, 8, 64
DAYS_AHEAD = 30
SOONEST_S, WITHIN_S, PATIENCE_S = 4.0, 12.0, 90.0
MOST_LATE_S = 1.0

# A quarter of an hour is too long for a drill: the time of a hold is brought nearer, as if the rest
# of it had passed.
_BRING_NEARER = """
update booking b set held_at = b.held_at - (b.expires_at - w.ends_at), expires_at = w.ends_at
  from unnest($1::text[], $2::timestamptz[]) w (reference, ends_at)
 where b.reference = w.reference
"""
# When the end of each was written down, by the database's own clock.
_ENDS = """
select b.reference, extract(epoch from r.at - b.held_at - interval '15 minutes')::float8 as late_s
  from booking b join booking_revision r on r.booking = b.id and r.event = 'time over'
 where b.reference = any ($1::text[])
"""
_LARGEST = """
select coalesce(max(together), 0) from (
  select count(*) as together from booking where property = $1 and held_at > $2 group by held_at) b
"""
_OPEN = "select count(*) from booking where reference = any ($1::text[]) and state = 'held'"


class Ends(msgspec.Struct, frozen=True):
    """How late the holds of one part ended: as it was written down, and as somebody who looks all
    the time sees it; how many stays others booked meanwhile, and how many were held at once."""

    holds: int
    early: int
    median_s: float
    most_s: float
    seen_most_s: float
    booked_meanwhile: int = 0
    largest_batch: int = 0


def hold_ends() -> bool:
    """Holds end by the real clock, with the worker of the service: 120 within eight seconds, first
    with nothing else to do, then while eight guests book as fast as they can, then while 64 want
    the night that the holds give back, so that they are held in batches. None lives longer than
    its time and a second, none shorter."""
    started = time.monotonic()
    with served_demo("48", workers=1) as served:
        parts = asyncio.run(_drill(served))
    return tell(
        drill="hold_ends",
        **{name: msgspec.to_builtins(part) for name, part in parts.items()},
        seconds=round(time.monotonic() - started),
        ok=is_good(parts),
    )


def is_good(parts: Mapping[str, Ends]) -> bool:
    """Whether all holds of each part ended in time, and somebody was really in their way."""
    return (
        all(
            not part.early
            and part.holds == HOLDS
            and max(part.most_s, part.seen_most_s) <= MOST_LATE_S
            for part in parts.values()
        )
        and parts["busy"].booked_meanwhile > 0
        and parts["hot"].booked_meanwhile > 0
        and parts["hot"].largest_batch > 1
    )


async def _drill(served: Served) -> dict[str, Ends]:
    place = urlsplit(served.address)
    address = (str(place.hostname), int(place.port or 0))
    admin = await asyncpg.connect(dsn_of(served))
    room = await make_room(admin)
    parts = {"calm": await _part(admin, address, room, "calm")}
    for name, guests, days in (
        ("busy", GUESTS, (20, 300)),
        ("hot", HOT_GUESTS, (DAYS_AHEAD, DAYS_AHEAD)),
    ):
        crowd = Crowd(address, room, SEED + guests)
        crowd.days_ahead = days
        part = await _part(admin, address, room, name, crowd, guests)
        await crowd.stop()
        parts[name] = msgspec.structs.replace(part, booked_meanwhile=len(crowd.notes.booked))
    await admin.close()
    return parts


async def _part(
    admin: asyncpg.Connection,
    address: tuple[str, int],
    room: Room,
    name: str,
    crowd: Crowd | None = None,
    guests: int = 0,
) -> Ends:
    """Hold, let the others come, and bring all the ends nearer at once."""
    line, draw = Connection(*address), random.Random(SEED)
    held = [await _hold(line, room, f"{name}-{n}") for n in range(HOLDS)]
    line.close()
    if crowd is not None:
        crowd.start(guests)
        await crowd.until_booked(time.monotonic())
    begun = await admin.fetchval("select clock_timestamp()")
    after = [timedelta(seconds=draw.uniform(SOONEST_S, WITHIN_S)) for _ in held]
    await admin.execute(_BRING_NEARER, held, [begun + one for one in after])
    seen_most_s = await _watch(admin, held)
    largest = await admin.fetchval(_LARGEST, room.property, begun)
    ends = [float(row["late_s"]) for row in await admin.fetch(_ENDS, held)]
    return Ends(
        holds=len(ends),
        early=sum(late < 0 for late in ends),
        median_s=round(statistics.median(ends), 2),
        most_s=round(max(ends), 2),
        seen_most_s=round(seen_most_s, 2),
        largest_batch=largest,
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
    arrival = today() + timedelta(days=DAYS_AHEAD)
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
