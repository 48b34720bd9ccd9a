"""A circle of the database ends where that of the index does."""

from datetime import timedelta

import asyncpg
import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from hub.territory import distance_km
from tests.houses import ARRIVAL, find_house
from tourism import demand
from tourism.demand import store as demand_store
from tourism.index import Circle, Wants
from tourism.offers import store
from tourism.offers.models import Stay
from tourism.places import Area


@pytest.mark.parametrize(("share", "inside"), [(1 - 7e-7, False), (1 + 7e-7, True)])
async def test_a_house_at_the_edge_is_on_the_same_side_for_everybody(
    demo: Database, demo_settings: Settings, share: float, inside: bool
) -> None:
    """Some centimetres decide at 45 km: less than the two radii of the earth in use differ by."""
    house = await find_house(demo)
    root = await asyncpg.connect(demo_settings.database_url)
    row = await root.fetchrow("select lat, lng from property where id = $1", house.id)
    await root.close()
    assert row is not None
    lat, lng = row["lat"] + 0.3, row["lng"] + 0.3  # aside: the box around does not decide
    km = distance_km(lat, lng, row["lat"], row["lng"]) * share
    circle = Circle(lat=lat, lng=lng, km=km)
    stay = Stay(arrival=ARRIVAL, departure=ARRIVAL + timedelta(days=2))
    others = await store.list_others(
        demo.reader, circle, (0, 0), wants=Wants(), found=(), wanted=10_000
    )
    free = await store.list_candidates(demo.reader, circle, stay, demo.clock.now())
    asked = demand.Asked(place="point", arrival=stay.arrival, departure=stay.departure, adults=2)
    area = Area(kind="point", code="", label="", lat=lat, lng=lng, radius_km=km)
    counted: set[int] = set()
    page = await demand_store.list_houses(demo.reader, asked, area, after=0)
    while page:
        counted |= {one.property for one in page}
        page = await demand_store.list_houses(demo.reader, asked, area, after=page[-1].property)
    assert (house.id in {one.property for one in others}) == inside
    assert (house.id in {one.property for one in free}) == inside
    assert (house.id in counted) == inside
