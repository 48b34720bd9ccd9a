"""The drill of the last rooms: everybody wants them at once."""

import asyncio
import resource
from collections import Counter
from collections.abc import Iterable

import asyncpg
import msgspec

from loadtests import rush
from loadtests.caller import Answer, call_all, post
from loadtests.report import tell

BUYERS, LAST = 10_000, 100
FILES = 24_000
SOLD_OUT = "urn:usage-hub:problem:sold-out"


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
        booked, left, emptied, wrong = asyncio.run(_count(cluster))
    became = sort(answers)
    sold, refused, errors = became["sold"], became["sold out"], became["error"]
    return tell(
        drill="last_rooms",
        buyers=BUYERS,
        sold=sold,
        refused=refused,
        errors_5xx=errors,
        refused_otherwise=became["other"],
        booked_in_database=booked,
        least_left=left,
        nights_sold_out=emptied,
        nights_wrong=wrong,
        seconds=round(seconds, 1),
        ok=(sold, refused, booked) == (LAST, BUYERS - LAST, LAST)
        and (left, emptied, wrong) == (0, rush.NIGHTS, 0),
    )


def sort(answers: Iterable[Answer]) -> Counter[str]:
    """What became of the holds: sold; cleanly refused because nothing was left; failed or never
    answered; refused for any other reason."""
    became: Counter[str] = Counter()
    for answer in answers:
        if answer.status == 201:
            became["sold"] += 1
        elif answer.status == 0 or answer.status >= 500:
            became["error"] += 1
        elif answer.status == 409 and msgspec.json.decode(answer.body)["type"] == SOLD_OUT:
            became["sold out"] += 1
        else:
            became["other"] += 1
    return became


def allow_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))


async def _count(cluster: rush.Cluster) -> tuple[int, int, int, int]:
    """What the database has: stays, the least that is left of any night, and of the room type that
    everybody wanted the nights that are sold out and those that neither are nor are untouched."""
    admin = await asyncpg.connect(cluster.settings.database_url)
    booked = await admin.fetchval(
        "select count(*) from booking where quote in"
        " (select md5('q' || s)::uuid from generate_series(1, $1::int) s)",
        BUYERS,
    )
    left = await admin.fetchval("select min(u) from ari_month, unnest(units_left) u")
    nights = await admin.fetch(
        "select u from ari_month, unnest(units_left) u where room_type ="
        " (select need_types[1] from bench_item order by house limit 1)"
    )
    await admin.close()
    units = Counter(row["u"] for row in nights)
    return booked, left, units[0], units.total() - units[0] - units[LAST]


DRILLS = {"last_rooms": last_rooms}
