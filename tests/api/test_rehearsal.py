"""A process that begins to serve asks itself first."""

from datetime import date

from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core import metrics
from hub.core.clock import DrivenClock, SeededIds
from hub.core.rehearsal import Get, run_rehearsals
from hub.core.settings import Settings

ROUTES = ("/", "/recherche", "/api/v1/search", "/hebergements/{id}")


def answered(route: str) -> float:
    labels = {"method": "GET", "route": route, "status": "200"}
    return metrics.REQUESTS.labels(*labels.values())._value.get()


async def test_the_pages_of_a_search_were_shown_once_before_anybody_asks(
    demo_settings: Settings, clock: DrivenClock
) -> None:
    before = {route: answered(route) for route in ROUTES}
    app = create_app(demo_settings, clock=clock, ids=SeededIds(4), rehearsed=True)
    async with AsyncTestClient(app, base_url="http://testserver.local"):
        assert {route: answered(route) - before[route] for route in ROUTES} == dict.fromkeys(
            ROUTES, 1
        )


async def test_a_rehearsal_that_fails_keeps_nobody_from_serving(
    demo_settings: Settings, clock: DrivenClock
) -> None:
    seen: list[str] = []

    async def ask_for_nothing(get: Get, today: date) -> None:
        seen.append(str(today))
        await get("/there-is-no-such-page")
        seen.append("answered")

    app = create_app(demo_settings, clock=clock, ids=SeededIds(5))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        await run_rehearsals(app, [ask_for_nothing], date(2026, 12, 1))
        assert seen == ["2026-12-01"]
        assert (await client.get("/health/live")).status_code == 200
