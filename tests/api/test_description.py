"""The API describes itself to anybody."""

from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.clock import DrivenClock
from hub.core.settings import Settings


async def test_the_description_is_open_and_lists_programs_routes_only(
    settings: Settings, clock: DrivenClock
) -> None:
    app = create_app(settings, clock=clock)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        answer = await client.get("/schema/openapi.json")
        assert answer.status_code == 200
        paths = answer.json()["paths"]
        assert "/api/v1/sessions" in paths
        assert [path for path in paths if not path.startswith("/api/v1/")] == []


async def test_a_static_file_that_is_not_there_is_a_404_with_or_without_a_session(
    settings: Settings, clock: DrivenClock
) -> None:
    app = create_app(settings, clock=clock)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        for cookie in ("", "session=" + "a" * 43):
            answer = await client.get("/static/missing.css", headers={"cookie": cookie})
            assert answer.status_code == 404


async def test_the_description_is_a_page_of_our_own(settings: Settings, clock: DrivenClock) -> None:
    app = create_app(settings, clock=clock)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        answer = await client.get("/schema", headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert "/api/v1/quotes/{token}/hold" in answer.text
        assert "shown_total_cents" in answer.text
        assert "https://" not in answer.text
