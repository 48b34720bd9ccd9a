"""For a vertical's own tests: a hub with a real database, as a pytest plugin.

`pytest_plugins = ("hub.kit.testing",)` brings `server` (a PostgreSQL for the run), `house` (a hub
on a fresh database, with a clock that stands) and `pages` like a browser without a script.
"""

import asyncio
import html
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub import identity, tenancy
from hub.app import compose, create_app, open_database
from hub.core import postgres
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.migrate import migrate
from hub.core.settings import Settings, read_settings
from hub.identity import HashCost, RegisterPerson, hash_password
from hub.tenancy import Kind, OpenOrganisation

# Tuesday 1 December 2026, 10:00 in Paris.
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HTML = {"accept": "text/html", "accept-language": "fr"}
_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_CHEAP = HashCost(memory_kib=8, passes=1)
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_FORM = re.compile(r'<form[^>]* action="([^"]*)"')


class House:
    """A hub on a database of its own, and a visitor who may sign in."""

    def __init__(self, database: Database, client: httpx.AsyncClient, clock: DrivenClock) -> None:
        self.database, self.client, self.clock = database, client, clock
        self.tenant: int | None = None
        self.person: int | None = None
        self.cookie: dict[str, str] = {}
        self._opened = 0

    async def sign_in(self, kind: str, name: str = "Maison") -> int:
        """Open an organisation of a kind, be its owner and act for it; its number."""
        self._opened += 1
        command = RegisterPerson(
            email=f"person-{self._opened}@example.org",
            name=f"Person {self._opened}",
            password_hash=await hash_password(
                "a tester's password", HashCost(memory_kib=8, passes=1)
            ),
        )
        async with self.database.transaction() as tx:
            self.person = await identity.register_person(tx, command)
            opening = OpenOrganisation(kind=Kind(kind), name=name)
            self.tenant = await tenancy.open_organisation(
                tx, opening, owner=self.person, caller_kind=Kind.OPERATOR
            )
        async with self.database.transaction() as tx:
            signed_in = await identity.open_session(tx, self.person)
        self.client.cookies.clear()
        self.cookie = {"cookie": f"{identity.SESSION_COOKIE}={signed_in.token}"}
        self.client.cookies.set(identity.SESSION_COOKIE, signed_in.token)
        return self.tenant

    async def read(self, path: str) -> str:
        """A page's text, which must be there."""
        answer = await self.client.get(path, headers=HTML)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return self.text_of(answer)

    async def send(self, path: str, *, shown: str | None = None, **fields: str) -> httpx.Response:
        """A form that stands on a page (the one of the same address, or `shown`), filled in."""
        page = await self.client.get(shown or path, headers=HTML)
        hidden = dict(_FIELD.findall(page.text))
        return await self.client.post(path, data={**hidden, **fields}, headers=HTML)

    async def press(self, page: str, action: str) -> httpx.Response:
        """The first form of a page whose address ends so."""
        path = next(found for found in _FORM.findall(page) if found.endswith(action))
        return await self.client.post(path, data=dict(_FIELD.findall(page)), headers=HTML)

    def text_of(self, answer: httpx.Response) -> str:
        return html.unescape(answer.text)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL for the run, with a migrated database `hub_template` to clone."""
    home = Path(tempfile.mkdtemp(prefix="hub-test-"))
    started = postgres.start(home / "postgres", settings=_QUICK)
    asyncio.run(_make_template(started))
    yield started
    started.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
async def settings(server: postgres.Server, tmp_path: Path) -> AsyncIterator[Settings]:
    """The settings of a hub on a fresh database."""
    admin = await asyncpg.connect(server.dsn())
    name = f"hub_{tmp_path.name[:40]}".replace("-", "_")
    await admin.execute(f'create database "{name}" template hub_template strategy file_copy')
    yield _settings(server.dsn(database=name), tmp_path)
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture
def clock() -> DrivenClock:
    """A clock that stands until a test moves it."""
    return DrivenClock(NOW)


@pytest.fixture
async def house(settings: Settings, clock: DrivenClock) -> AsyncIterator[House]:
    """A hub, served in this process."""
    app = create_app(settings, clock=clock, ids=SeededIds(1))
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(2))
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield House(database, client, clock)
    await database.close()


def _settings(database_url: str, data: Path) -> Settings:
    return read_settings(
        {
            "DATABASE_URL": database_url,
            "HUB_DATA": str(data),
            "HUB_SECRET_KEY": "5f" * 32,
            "HUB_PUBLIC_URL": "http://testserver.local",
        }
    )


async def _make_template(server: postgres.Server) -> None:
    admin = await asyncpg.connect(server.dsn())
    await admin.execute("create database hub_template")
    await admin.close()
    address = server.dsn(database="hub_template")
    await migrate(address, _settings(address, Path("/nonexistent")).secret_key, compose().packages)
