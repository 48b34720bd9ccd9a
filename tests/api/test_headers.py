"""What every answer says to the browser, whatever it answers."""

from collections.abc import AsyncIterator

import pytest
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.settings import Settings

POLICY = {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncTestClient]:
    async with AsyncTestClient(create_app(settings), base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


async def test_every_answer_carries_the_headers_of_safety(client: AsyncTestClient) -> None:
    asked = {"origin": "https://example.com", "accept": "text/html"}
    for path, status in [
        ("/sign-in", 200),
        ("/pro/operations", 303),
        ("/api/v1/me", 401),
        ("/health/live", 200),
        ("/static/app.css", 200),
        ("/nowhere", 404),
    ]:
        answer = await client.get(path, headers=asked)
        assert answer.status_code == status, path
        said = answer.headers
        assert {part.strip() for part in said["content-security-policy"].split(";")} >= POLICY
        assert "unsafe" not in said["content-security-policy"]
        assert said["x-content-type-options"] == "nosniff"
        assert said["referrer-policy"] == "same-origin"
        assert not [name for name in said if name.startswith("access-control-")], path
        assert (await client.request("TRACE", path)).status_code in {404, 405}, path
