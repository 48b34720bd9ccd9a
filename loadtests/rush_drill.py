"""Drills of the write path: the last rooms, and random lives at once."""

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg

from loadtests import rush
from loadtests.caller import Connection, call_all, get, post, run_for
from loadtests.report import tell

BUYERS, LAST = 10_000, 100
FILES = 24_000


def last_rooms() -> bool:
    """10,000 guests, each on a connection of its own, hold the last 100 rooms of a type at once,
    through HTTP with two web workers; then what is left is counted in the database."""
    _allow_files()
    with rush.cluster() as cluster:
        made = asyncio.run(rush.prepare(cluster, houses=1, clones=BUYERS, hot=True, left=LAST))
        links = asyncio.run(rush.tokens(cluster, 1, made))
        requests = [post(f"/api/v1/quotes/{link}/hold", {}, "hold") for link in links]
        with rush.served(cluster) as address:
            answers, seconds = asyncio.run(call_all(address, requests, BUYERS))
        booked, left = asyncio.run(_count(cluster))
    statuses = Counter(answer.status for answer in answers)
    sold, refused = statuses[201], statuses[409]
    errors = sum(number for status, number in statuses.items() if status >= 500 or status == 0)
    return tell(
        drill="last_rooms",
        buyers=BUYERS,
        sold=sold,
        refused=refused,
        errors_5xx=errors,
        booked_in_database=booked,
        least_left=left,
        seconds=round(seconds, 1),
        ok=(sold, refused, errors, booked, left) == (LAST, BUYERS - LAST, 0, LAST, 0),
    )


def _allow_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))


async def _count(cluster: rush.Cluster) -> tuple[int, int]:
    admin = await asyncpg.connect(cluster.settings.database_url)
    booked = await admin.fetchval(
        "select count(*) from booking where quote in"
        " (select md5('q' || s)::uuid from generate_series(1, $1::int) s)",
        BUYERS,
    )
    left = await admin.fetchval("select min(u) from ari_month, unnest(units_left) u")
    await admin.close()
    return booked, left


GUESTS, CROWD, SEARCHERS = 32, 1_500, 500
BLOCK_S, RECOVERED = 6.0, 0.9


def overload() -> bool:
    """1,500 guests who book without a pause and 500 who search, over 100 houses, where 32 would
    keep two web workers busy: how many stays are held a second, against the 32 alone; what becomes
    of searches; and how soon the rate is back once the crowd has gone."""
    _allow_files()
    with rush.cluster() as cluster:
        made = asyncio.run(rush.prepare(cluster, houses=100, clones=400))
        links = iter(asyncio.run(rush.tokens(cluster, 1, made)))
        with rush.served(cluster) as address:
            most, crowd, after, back = asyncio.run(_overload(address, links))
    goodput = crowd.held / crowd.seconds / (most.held / most.seconds)
    return tell(
        drill="overload",
        held_per_s_alone=round(most.held / most.seconds),
        held_per_s_in_the_crowd=round(crowd.held / crowd.seconds),
        goodput=round(goodput, 2),
        told_to_wait=crowd.told_to_wait,
        failed=most.failed + crowd.failed + after.failed,
        searches_answered=crowd.searched,
        searches_refused=crowd.refused,
        recovery_s=round(back, 1),
        ok=goodput >= 0.8 and back <= 10 and not most.failed + crowd.failed + after.failed,
    )


class _Tally:
    """What became of the requests of one part."""

    def __init__(self) -> None:
        self.held = self.told_to_wait = self.failed = self.searched = self.refused = 0
        self.seconds = 0.0
        self.times: list[float] = []


async def _overload(
    address: tuple[str, int], links: Iterator[str]
) -> tuple[_Tally, _Tally, _Tally, float]:
    await _part(address, links, GUESTS, 0, 2.0)
    most = await _part(address, links, GUESTS, 0, BLOCK_S)
    crowd = await _part(address, links, CROWD, SEARCHERS, BLOCK_S)
    gone = time.perf_counter()
    after = await _part(address, links, GUESTS, 0, BLOCK_S)
    wanted = RECOVERED * most.held / most.seconds
    for moment in after.times:
        window = [other for other in after.times if moment <= other < moment + 1]
        if len(window) >= wanted:
            return most, crowd, after, moment - gone
    return most, crowd, after, 99.0


async def _part(
    address: tuple[str, int], links: Iterator[str], guests: int, searchers: int, seconds: float
) -> _Tally:
    tally = _Tally()
    arrival = datetime.now(UTC).date() + timedelta(days=rush.DAYS_AHEAD)
    search = get(
        f"/api/v1/search?place=department:48&arrival={arrival}"
        f"&departure={arrival + timedelta(days=2)}&adults=2"
    )

    async def hold(line: Connection) -> None:
        link = next(links, None)
        if link is None:
            raise AssertionError("not enough quotes were prepared")
        answer = await line.send(post(f"/api/v1/quotes/{link}/hold", {}, "hold"))
        if answer.status == 201:
            tally.held += 1
            tally.times.append(time.perf_counter())
        elif answer.status in {429, 503}:
            tally.told_to_wait += 1
            await asyncio.sleep(1)
        else:
            tally.failed += 1

    async def look(line: Connection) -> None:
        answer = await line.send(search)
        tally.searched += answer.status == 200
        if answer.status in {429, 503}:
            tally.refused += 1
            await asyncio.sleep(1)
        else:
            tally.failed += answer.status != 200

    parts = [run_for(address, guests, seconds, hold)]
    if searchers:
        parts.append(run_for(address, searchers, seconds, look))
    tally.seconds = (await asyncio.gather(*parts))[0]
    return tally


DRILLS = {"last_rooms": last_rooms, "overload": overload}
