"""Clients of the demonstration, in process: a guest, and signed-in professionals."""

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.clock import DrivenClock, Ids, SeededIds
from hub.core.settings import Settings
from tests.conftest import settings_for
from tourism.demo.people import PASSWORD

SignIn = Callable[[str], Awaitable[None]]


@functools.cache
def _built() -> tuple[Litestar, dict[str, Any]]:
    app = create_app(settings_for("postgresql://nowhere", Path()))
    return app, app.state.dict()


def app_of(settings: Settings, clock: DrivenClock, ids: Ids) -> Litestar:
    """The application on a test's database. Its routes are built once for all tests of a process,
    which is half a second each; what it remembered of another test is forgotten."""
    app, state = _built()
    app.state.clear()
    app.state.update({**state, "settings": settings, "clock": clock, "ids": ids})
    return app


@pytest.fixture
async def visitor(demo_settings: Settings, clock: DrivenClock) -> AsyncIterator[AsyncTestClient]:
    """A program without a session."""
    app = app_of(demo_settings, clock, SeededIds(3))
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
