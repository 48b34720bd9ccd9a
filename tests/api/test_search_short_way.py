"""The short way of a plain search says what the long way says, byte for byte, and is asked of
everything that the long way is asked of."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import asyncpg
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core import metrics
from hub.core.admission import Admission
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.conftest import NOW
from tests.db.test_search_parity import Searching, root
from tests.db.test_search_remembering import houses_of
from tests.indexed import fresh_engine, fresh_view, kept_index
from tourism.search import search_stays
from tourism.search.models import Search
from tourism.search.shortcut import read_plainly

__all__ = ["root"]
SEARCHES = 60
AGAIN = 5  # a machine that stands still lets the index grow old, and PostgreSQL answers
LONG = "&nothing=of-this-name"  # unknown names are ignored, but only by the long way
LOZERE = "place=department:48&arrival=2027-05-20&departure=2027-05-22"


@pytest.fixture(autouse=True)
async def index(demo_settings: Settings) -> AsyncIterator[None]:
    async with kept_index(demo_settings):
        yield
        await fresh_view(demo_settings.data)


def address_of(search: Search) -> str:
    wants = search.wants
    query: dict[str, object] = {
        "place": search.place,
        "radius": None if search.radius_km is None else int(search.radius_km),
        "arrival": search.stay.arrival,
        "departure": search.stay.departure,
        "adults": search.party.adults,
        "child_ages": search.party.child_ages,
        "rooms": search.party.rooms,
        "kind": [kind.value for kind in wants.kinds],
        "stars": wants.stars,
        "amenity": wants.amenities,
        "accessibility": wants.accessibility,
        "pets": "true" if wants.pets else None,
        "meal_plan": [int(meal) for meal in wants.meal_plans],
        "free_cancellation": "1" if wants.free_cancellation else None,
        "instant": "true" if wants.instant else "false",
        "price_min": None if wants.price_min_cents is None else wants.price_min_cents // 100,
        "price_max": None if wants.price_max_cents is None else wants.price_max_cents // 100,
        "sort": search.sort.value,
        "page": search.page,
    }
    return urlencode({name: v for name, v in query.items() if v is not None}, doseq=True)


async def test_random_searches_are_told_as_the_long_way_tells_them(
    visitor: AsyncTestClient, demo: Database, demo_settings: Settings, root: asyncpg.Connection
) -> None:
    searching, told = Searching(51, await houses_of(root)), 0
    for number in range(SEARCHES):
        address = address_of(searching.search())
        search = read_plainly(address.encode())
        assert search is not None, address
        answer = await visitor.get(f"/api/v1/search?{address}")
        if answer.status_code != 200:
            assert answer.content == (await visitor.get(f"/api/v1/search?{address}{LONG}")).content
            continue
        for _ in range(AGAIN):
            engine = await fresh_engine(demo.reader, demo_settings.data)
            results, _ = await search_stays(engine, demo.reader, search, NOW, whole=False)
            if answer.content == msgspec.json.encode(results):
                break
            answer = await visitor.get(f"/api/v1/search?{address}")
        assert answer.content == msgspec.json.encode(results), (number, address)
        told += results.total > 20
    assert told > SEARCHES // 5


async def test_an_answer_has_the_same_headers_and_is_counted(visitor: AsyncTestClient) -> None:
    def counted() -> float:
        labels = ("GET", "/api/v1/search", "200")
        return metrics.REQUESTS.labels(*labels)._value.get()

    before = counted()
    short, long = [
        await visitor.get(f"/api/v1/search?{LOZERE}{more}", headers={"cookie": "session=none"})
        for more in ("", LONG)
    ]
    assert read_plainly(LOZERE.encode())
    assert not read_plainly((LOZERE + LONG).encode())
    ids = [answer.headers.pop("x-request-id") for answer in (short, long)]
    assert all(ids)
    assert ids[0] != ids[1]
    assert short.headers == long.headers
    assert short.headers["content-security-policy"]
    assert short.content == long.content
    assert counted() == before + 2


ODD = (
    "adults=02", "adults=%2B2", "adults=", "adults", "adults=2&adults=3", "adults=-1", "adults=60",
    "adults=2.0", "adults=%D9%A2", "adults=99999999999", "rooms=0", "rooms=3", "page=0",
    "page=10000000", "pets=yes", "pets=TRUE", "pets=", "kind=", "kind=castle",
    "kind=hotel&kind=campsite", "stars=7", "stars=3,4", "meal_plan=2",
    "amenity=pool&amenity=wifi", "child_ages=3&child_ages=18", "child_ages=3,4", "sort=paid",
    "sort=", "radius=5", "radius=101", "price_min=20&price_max=10", "price_max=12345678",
    "spread=true", "&", "%00=1", "amenity=%FF", "amenity=%27%20or%201=1--", "arrival=2027-05-20",
    "adults=2;rooms=1", "Adults=3",
)  # fmt: skip


async def test_odd_addresses_are_answered_alike(visitor: AsyncTestClient) -> None:
    statuses: list[int] = []
    for more in ODD:
        answers = [await visitor.get(f"/api/v1/search?{LOZERE}&{more}{way}") for way in ("", LONG)]
        short, long = [(answer.status_code, answer.content) for answer in answers]
        assert short == long, more
        statuses.append(short[0])
    assert set(statuses) == {200, 400}


IMPOSSIBLE = (
    ("department:48", "2027-05-20", ""),
    ("department:48", "20270520", "2027-05-22"),
    ("department:48", "2027-5-20", "2027-05-22"),
    ("department:48", "2027-05-32", "2027-06-02"),
    ("department:48", "2027-05-23", "2027-05-22"),
    ("department:48", "2027-05-20", "2027-12-06"),
    ("department:48", "2027-05-20", "2028-05-22"),
    ("department:48", "2027-W20-4", "2027-05-22"),
    ("department:48", "2026-05-20", "2026-05-22"),
    ("department:00", "2027-05-20", "2027-05-22"),
    ("house:1", "2027-05-20", "2027-05-22"),
    ("box:-20,170,-10,-170", "2027-05-20", "2027-05-22"),
    ("box:44,3,45", "2027-05-20", "2027-05-22"),
    ("'; drop table property; --", "2027-05-20", "2027-05-22"),
    ("<script>alert(1)</script>", "2027-05-20", "2027-05-22"),
    ("", "2027-05-20", "2027-05-22"),
)


async def test_searches_that_cannot_be_made_are_refused_alike(visitor: AsyncTestClient) -> None:
    for place, arrival, departure in IMPOSSIBLE:
        query = urlencode({"place": place, "arrival": arrival, "departure": departure})
        answers = [await visitor.get(f"/api/v1/search?{query}{way}") for way in ("", LONG)]
        short, long = [(answer.status_code, answer.content) for answer in answers]
        assert short == long, query
        accepted = short[0] == 200 and arrival == "20270520"  # a date all the same
        assert accepted or short[0] in {400, 404}, query


async def test_a_crowded_process_refuses_plain_searches_too(
    demo_settings: Settings, clock: DrivenClock
) -> None:
    app = create_app(demo_settings, clock=clock, door=Admission(giving_way=0))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        answer = await client.get(f"/api/v1/search?{LOZERE}")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
