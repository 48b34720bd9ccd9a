"""The demonstration with a payment service: the stand-in, in this process."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tests.conftest import SECRET
from tests.money import Town, open_town


@pytest.fixture
async def world(demo: Database, demo_settings: Settings, clock: DrivenClock) -> AsyncIterator[Town]:
    assert demo_settings.database_url is not None
    async with open_town(demo, demo_settings.database_url, clock) as town:
        yield town


@pytest.fixture
def town(world: Town) -> Town:
    return world


@pytest.fixture
async def owner(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """Who runs the schema's files."""
    assert demo_settings.database_url is not None
    connection = await asyncpg.connect(role_dsn(demo_settings.database_url, "hub_owner", SECRET))
    yield connection
    await connection.close()
