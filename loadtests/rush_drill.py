"""The drill of the last rooms: everybody wants them at once."""

import asyncio
import resource
from collections import Counter

import asyncpg

from loadtests import rush
from loadtests.caller import call_all, post
from loadtests.report import tell

BUYERS, LAST = 10_000, 100
FILES = 24_000


def last_rooms() -> bool:
    """10,000 guests, each on a connection of its own, hold the last 100 rooms of a type at once,
    through HTTP with two web workers; then what is left is counted in the database."""
    allow_files()
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


def allow_files() -> None:
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


DRILLS = {"last_rooms": last_rooms}
