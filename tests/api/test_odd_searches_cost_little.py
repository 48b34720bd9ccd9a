"""What is asked badly, or of as much as may be asked, costs a bounded number of statements and of
searches: a stranger cannot make the service work by odd addresses."""

from collections import Counter
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.admission import Admission
from hub.core.clock import DrivenClock
from hub.core.db import Database, Reader
from hub.core.settings import Settings
from tests.houses import find_house
from tourism.offers import SqlEngine

MENDE = {"place": "commune:48095", "radius": "0", "adults": "2"}
MAY = {"arrival": "2027-05-20", "departure": "2027-05-22"}
NASTY = ("<script>alert(1)</script>", "' or 1=1; drop table property; --", "%_%" * 400, "a" * 4_000)
BAD = [
    MENDE | {"arrival": "2027-05-22", "departure": "2027-05-20"},
    MENDE | {"arrival": "2027-05-20", "departure": "2027-12-06"},
    MENDE | {"arrival": "2027-05-20", "nights": "200"},
    MENDE | MAY | {"adults": "60"},
    MENDE | MAY | {"rooms": "4000"},
    MENDE | MAY | {"adults": "9" * 300},
    MENDE | {"arrival": "9999-12-31", "nights": "2"},
    MAY | {"place": "box:-20.0,179.0,-10.0,-179.0"},
    MAY | {"place": "box:-90,-180,90,180"},
    *(MAY | {"place": f"commune:{text}"} for text in NASTY),
    *(MAY | {"text": text} for text in NASTY),
    *(MENDE | {"arrival": text, "departure": text} for text in NASTY),
]
PATHS = (
    "/api/v1/search", "/api/v1/search/calendar", "/api/v1/search/departures",
    "/recherche", "/dates", "/dates-souples",
)  # fmt: skip
MOST = MENDE | {"adults": "30", "rooms": "9"}
LARGEST = [
    ("/api/v1/search", MOST | {"arrival": "2027-05-20", "departure": "2027-06-17"}),
    ("/api/v1/search/calendar", MOST | {"nights": "28", "days": "62"}),
    ("/api/v1/search/departures", MOST | {"arrival": "2027-05-20"}),
    ("/recherche", MOST | {"arrival": "2027-05-20", "departure": "2027-06-17"}),
    ("/dates", MOST | {"arrival": "2027-05-20", "nights": "28"}),
    ("/dates-souples", MOST | {"arrival": "2027-05-20", "departure": "2027-06-17"}),
]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many statements are made, and how many searches and calendars are asked."""
    made: Counter[str] = Counter()

    def count(owner: Any, name: str, what: str) -> None:
        known = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            made[what] += 1
            return known(*given, **named)

        monkeypatch.setattr(owner, name, counted)

    for name in ("one", "all", "value"):
        count(Reader, name, "statements")
    count(SqlEngine, "search", "searches")
    count(SqlEngine, "calendar", "calendars")
    return made


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_asked_badly_is_refused_before_anything_is_searched(
    visitor: AsyncTestClient, work: Counter[str], path: str
) -> None:
    for asked in BAD:
        work.clear()
        answer = await visitor.get(path, params=asked, headers={"accept-language": "fr"})
        assert answer.status_code < 500, (asked, answer.text)
        if answer.status_code == 200:  # what is odd is of no interest here
            assert work["statements"] <= 40, (asked, work)
        else:
            assert work["statements"] <= 8, (asked, work)
            assert not work["searches"] + work["calendars"], (asked, work)


@pytest.mark.parametrize(("path", "asked"), LARGEST)
async def test_the_largest_question_takes_few_statements(
    visitor: AsyncTestClient, work: Counter[str], path: str, asked: dict[str, str]
) -> None:
    answer = await visitor.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    assert work["statements"] <= 40, work
    assert work["searches"] <= 3, work
    assert work["calendars"] <= 1 + 28, work


async def test_calendars_give_way_to_bookings_in_a_crowd(
    demo_settings: Settings, clock: DrivenClock, demo: Database
) -> None:
    app = create_app(demo_settings, clock=clock, door=Admission(giving_way=0))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        for path, asked in LARGEST:
            answer = await client.get(path, params=asked, headers={"accept": "application/json"})
            assert answer.status_code == 503, path
            assert answer.headers["retry-after"]
        house = await find_house(demo)
        for page in ("calendar?nights=2", "departures?arrival=2027-05-20"):
            answer = await client.get(f"/api/v1/properties/{house.id}/{page}")
            assert answer.status_code == 200, page


@pytest.mark.parametrize("place", ["department:48", "country:FR", "box:44.0,3.0,45.0,4.0"])
async def test_an_order_by_distance_without_a_centre_is_refused(
    visitor: AsyncTestClient, place: str
) -> None:
    asked = MAY | {"place": place, "sort": "distance"}
    answer = await visitor.get("/api/v1/search", params=asked, headers={"accept-language": "fr"})
    assert answer.status_code == 400
    assert answer.json()["field"] == "sort", answer.text
    assert "distance" in answer.text
    page = await visitor.get("/recherche", params=asked, headers={"accept": "text/html"})
    assert page.status_code == 200
    point = asked | {"place": "point:44.5,3.5"}
    assert (await visitor.get("/api/v1/search", params=point)).status_code == 200
