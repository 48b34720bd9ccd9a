"""Clients of the demonstration, in process: a guest, and signed-in professionals."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.clock import DrivenClock, SeededIds
from hub.core.settings import Settings
from tourism.demo.people import PASSWORD

SignIn = Callable[[str], Awaitable[None]]


@pytest.fixture
async def visitor(demo_settings: Settings, clock: DrivenClock) -> AsyncIterator[AsyncTestClient]:
    """A program without a session."""
    app = create_app(demo_settings, clock=clock, ids=SeededIds(3))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def sign_in(visitor: AsyncTestClient) -> SignIn:
    """Sign the visitor in as one of the demonstration's people: `await sign_in("hotelier")`."""

    async def act(who: str) -> None:
        visitor.cookies.clear()
        body = {"email": f"{who}@demo.example", "password": PASSWORD}
        answer = await visitor.post("/api/v1/sessions", json=body)
        assert answer.status_code in {200, 201}, answer.text

    return act
