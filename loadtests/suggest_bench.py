"""Suggestions while somebody types, measured: `python -m loadtests.bench suggest_p99_ms`."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from urllib.parse import quote

import asyncpg
import msgspec

from hub.territory import communes
from loadtests.nation import EMPTY, Client, served_nation
from loadtests.report import tell
from loadtests.search_http import p99
from tourism.places.models import Suggestion

PAIRS, WARM_S, HOUSES = 1_500, 60, 40_000
FOUND_LEAST = 0.9
# Houses all over France, named after where they are, as houses are; nothing else of them is asked.
FILL = (
    "set session_replication_role = replica",
    f"""
    insert into organisation (id, kind, name, created_at) overriding system value
    select (select max(id) from organisation) + n, 'lodging', 'Maison ' || n, now()
      from generate_series(1, {HOUSES}) n""",
    """
    insert into property (id, tenant, kind, name, search_key, listing, commune_code,
                          department_code, region_code, units, capacity, lat, lng,
                          position_source, landscape)
    select o.id, o.id, 'hotel', called, lower(called), 'demo', c.code, c.department, c.region,
           10, 30, c.lat, c.lng, 'commune', 'country'
      from organisation o
      join (select row_number() over (order by code) - 1 as n, count(*) over () as many, *
              from commune where parent is null) c on c.n = o.id * 7 % c.many
     cross join lateral (
           select (array['Hôtel de ', 'Gîte du vieux ', 'Camping de ', 'Les Jardins de '])
                      [1 + o.id % 4] || c.name as called) named
     where o.name ~ '^Maison [0-9]+$'""",
)


class Typed(msgspec.Struct, frozen=True):
    """What somebody has typed of a name."""

    text: str
    name: str
    misspelt: bool


def suggest_p99_ms_over_empty_json_p99_ms() -> bool:
    """The p99 of suggestions while somebody types (every beginning of French names, a third of them
    misspelt; all communes of France and 40,000 houses in memory) over that of the same process'
    empty JSON, one request of each in turn, through HTTP on loopback. `found` is the share of whole
    names among what was typed that have their commune among the suggestions."""
    with served_nation(before=lambda dsn: asyncio.run(_fill(dsn))) as nation:
        suggest, empty, found = asyncio.run(_in_turn(nation.port))
    value = p99(suggest) / p99(empty)
    return tell(
        figure="suggest_p99_ms_over_empty_json_p99_ms", value=round(value, 2), goal="<= 2",
        suggest_p99_ms=round(p99(suggest), 2), empty_json_p99_ms=round(p99(empty), 2),
        suggest_median_ms=round(statistics.median(suggest), 2),
        empty_median_ms=round(statistics.median(empty), 2),
        found=round(found, 3), ok=value <= 2 and found >= FOUND_LEAST,
    )  # fmt: skip


async def _fill(dsn: str) -> None:
    con = await asyncpg.connect(dsn)
    for statement in FILL:
        await con.execute(statement)
    await con.close()


def _typed() -> list[Typed]:
    """Beginnings of names, some with a letter lost or two changed about."""
    chance, typed = random.Random(7), list[Typed]()
    names = [commune.name for commune in communes()]
    for name in chance.sample(names, PAIRS):
        text, misspelt = name[: chance.randint(2, max(2, len(name)))], False
        place = chance.randrange(1, max(2, len(text) - 1))
        if len(text) > 4 and chance.random() < 1 / 3:
            swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            text = chance.choice((text[:place] + text[place + 1 :], swapped))
            misspelt = True
        typed.append(Typed(text, name, misspelt))
    return typed


async def _in_turn(port: int) -> tuple[list[float], list[float], float]:
    client = Client(port)
    await client.open()
    await _until_in_memory(client)
    suggest, empty, found = list[float](), list[float](), list[bool]()
    for typed in _typed():
        began = time.perf_counter()
        answer = await client.get(f"/api/v1/places?text={quote(typed.text)}")
        suggest.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        await client.get(EMPTY)
        empty.append((time.perf_counter() - began) * 1000)
        if typed.text == typed.name:
            found.append(any(place.name == typed.name for place in _places(answer)))
    client.close()
    return suggest, empty, statistics.mean(found)


async def _until_in_memory(client: Client) -> None:
    """Well-known places are suggested from memory only; the houses that were put there are too."""
    deadline = time.monotonic() + WARM_S
    while time.monotonic() < deadline:
        kinds = {
            place.kind
            for text in ("mont blanc", "les jardins de")
            for place in _places(await client.get(f"/api/v1/places?text={quote(text)}"))
        }
        if {"landmark", "house"} <= kinds:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the suggestions never stood in memory")


def _places(answer: bytes) -> list[Suggestion]:
    return msgspec.json.decode(answer, type=list[Suggestion])


FIGURES: dict[str, Callable[[], bool]] = {"suggest_p99_ms": suggest_p99_ms_over_empty_json_p99_ms}
