"""A house that sells a night later is told of, wherever in the area it stands."""

from datetime import date, timedelta

import asyncpg
from msgspec.structs import replace

from hub.core.db import Database
from hub.core.settings import Settings
from hub.territory import distance_km
from tests.conftest import NOW
from tests.indexed import fresh_engine, kept_index
from tourism import places
from tourism.offers import SqlEngine
from tourism.search import search_stays
from tourism.search.actions.searching import OTHERS, TOLD
from tourism.search.models import Party, Search, Sort, Stay

ARRIVAL = date(2027, 6, 8)
PLACE = "department:48"


async def test_the_farthest_house_is_told_where_the_nearest_are_full(
    demo: Database, demo_settings: Settings
) -> None:
    stay = Stay(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=2))
    search = Search(place=PLACE, stay=stay, party=Party(adults=2), sort=Sort.PRICE)
    later = Stay(arrival=ARRIVAL + timedelta(days=1), departure=stay.departure + timedelta(days=1))
    house = await farthest(demo, replace(search, stay=later))
    root = await asyncpg.connect(demo_settings.database_url)
    # Everybody is full, but for one house, which opens a day later.
    await root.execute(
        "update ari_month a set flags = array_fill(4::int2, array[cardinality(flags)])"
        " from room_type r join property p on p.id = r.property"
        " where a.room_type = r.id and p.department_code = '48' and p.id <> $1",
        house,
    )
    await root.execute(
        "update ari_month set flags[$2] = 4 from room_type r"
        " where room_type = r.id and r.property = $1 and month = $3",
        house, ARRIVAL.day, ARRIVAL.replace(day=1),
    )  # fmt: skip
    await root.close()
    async with kept_index(demo_settings):
        engine = await fresh_engine(demo.reader, demo_settings.data)
        results, _ = await search_stays(engine, demo.reader, search, NOW)
    assert results.total == 0
    first = results.why_not[0]
    assert first.property == house
    assert first.alternative is not None
    assert first.alternative.arrival == later.arrival
    assert all(other.alternative is None for other in results.why_not[1:])


async def farthest(demo: Database, search: Search) -> int:
    """Of the houses that sell a stay, the one farthest from the middle of the place; there are
    others nearer than are looked at one by one."""
    area = await places.find_area(demo.reader, search.place, None)
    assert area.lat is not None
    assert area.lng is not None
    hits = []
    page = pages = 1
    while page <= pages:
        results, _ = await search_stays(
            SqlEngine(demo.reader), demo.reader, replace(search, page=page), NOW
        )
        hits += [hit for hit in results.hits if hit.lat is not None and hit.lng is not None]
        pages, page = results.pages, page + 1
    assert len(hits) > 2 * OTHERS
    return max(
        hits, key=lambda hit: distance_km(area.lat or 0, area.lng or 0, hit.lat or 0, hit.lng or 0)
    ).property


async def test_where_the_houses_nearby_are_too_dear_others_are_told_of(
    demo: Database, demo_settings: Settings
) -> None:
    """Houses that sell the stay, but dearer than is wanted, and within it another day, say nothing
    of the stay that is searched: they take no place from the houses that are closed."""
    stay = Stay(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=2))
    search = Search(place=PLACE, stay=stay, party=Party(adults=2), sort=Sort.PRICE)
    wants = replace(search.wants, price_max_cents=40000)
    root = await asyncpg.connect(demo_settings.database_url)
    selling = await root.fetch(
        "select distinct r.property from ari_month a join room_type r on r.id = a.room_type"
        " join property p on p.id = r.property where p.department_code = '48' limit $1",
        OTHERS,
    )
    await root.execute(
        "update ari_month a set flags = array_fill(4::int2, array[cardinality(flags)])"
        " from room_type r where r.id = a.room_type and r.property <> all ($1)",
        [house["property"] for house in selling],
    )
    await root.execute(
        "update ari_month set price_cents[$1] = 100000 where month = $2",
        ARRIVAL.day, ARRIVAL.replace(day=1),
    )  # fmt: skip
    await root.close()
    async with kept_index(demo_settings):
        engine = await fresh_engine(demo.reader, demo_settings.data)
        dear, _ = await search_stays(engine, demo.reader, search, NOW)
        results, _ = await search_stays(engine, demo.reader, replace(search, wants=wants), NOW)
    assert dear.total
    assert results.total == 0
    assert len(results.why_not) == TOLD
    assert not {told.property for told in results.why_not} & {hit.property for hit in dear.hits}
