"""A stay that begins tonight, by the clock of the house."""

from datetime import UTC, datetime

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.settings import Settings

HTML = {"accept": "text/html", "accept-language": "fr"}
TONIGHT = {"arrival": "2026-12-05", "departure": "2026-12-06", "adults": "2"}


@pytest.mark.parametrize(
    ("zone", "now", "sold"),
    [
        ("Indian/Reunion", datetime(2026, 12, 5, 21, 30, tzinfo=UTC), False),
        ("Europe/Paris", datetime(2026, 12, 5, 21, 30, tzinfo=UTC), True),
        ("America/Guadeloupe", datetime(2026, 12, 6, 2, 0, tzinfo=UTC), True),
    ],
)
async def test_who_is_found_for_tonight_is_sold_for_tonight(
    visitor: AsyncTestClient,
    demo_settings: Settings,
    clock: DrivenClock,
    zone: str,
    now: datetime,
    *,
    sold: bool,
) -> None:
    assert demo_settings.database_url
    root = await asyncpg.connect(demo_settings.database_url)
    await root.execute("update property set zone = $1", zone)
    await root.close()
    clock.set(now)
    asked = {"place": "department:48", **TONIGHT}
    assert (await visitor.get("/recherche", params=asked, headers=HTML)).status_code == 200
    answer = await visitor.get("/api/v1/search", params=asked)
    assert answer.status_code == 200
    hits = answer.json()["hits"]
    assert bool(hits) is sold
    for house in answer.json()["why_not"]:
        assert house["refusal"]["obstacles"] == ["too_late"]
    for hit in hits[:2]:
        here = f"/hebergements/{hit['property']}"
        assert (await visitor.get(here, params=TONIGHT, headers=HTML)).status_code == 200
        calendar = await visitor.get(f"/api/v1/properties/{hit['property']}/calendar?nights=1")
        first = calendar.json()["days"][0]
        assert (first["on"], first["total_cents"]) == (TONIGHT["arrival"], hit["total_cents"])


async def test_yesterday_is_refused_as_soon_as_it_is_over_everywhere(
    visitor: AsyncTestClient, clock: DrivenClock
) -> None:
    clock.set(datetime(2026, 12, 6, 10, 30, tzinfo=UTC))
    answer = await visitor.get("/api/v1/search", params={"place": "department:48", **TONIGHT})
    assert (answer.status_code, answer.json()["field"]) == (400, "arrival")
