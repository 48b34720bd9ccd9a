"""What a town pays for is what was written: the same thing sent again is not counted again."""

import re
import uuid
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.api.test_city_alerts import FLOOD
from tests.api.test_city_pages import FORM, HOLE
from tests.people import HTML, read, send
from tests.unit.test_city_cap import STORM

NEW = "/pro/our-services/new"
ALERTS, DEPARTURES = "/ville/alertes", "/ville/departs"


def key(number: int) -> str:
    return str(uuid.UUID(int=number))


@pytest.fixture
async def books(demo_settings: Settings, demo: object) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's look at what is counted."""
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def town(visitor: AsyncTestClient, sign_in: SignIn, books: asyncpg.Connection) -> int:
    """A town's service in production; the visitor works in it."""
    await sign_in("region")
    said = {"idempotency_key": key(1), "vertical": "city", "name": "Mende", "as": "sandbox"}
    page = (await send(visitor, NEW, dict(said), shown=NEW)).headers["location"]
    found = re.search(r'name="organisation" value="(\d+)">Entrer', (await read(visitor, page))[1])
    assert found
    entered = {"organisation": found.group(1), "next": "/ville/alertes"}
    await send(visitor, "/organisations", dict(entered), shown=page)
    await books.execute("update service set state = 'production', ends_on = null")
    return int(found.group(1))


async def billed(books: asyncpg.Connection) -> int:
    return await books.fetchval("select coalesce(sum(billable), 0)::int from service_use")


def replays(answers: list[httpx.Response]) -> list[str | None]:
    return [one.headers.get("idempotency-replayed") for one in answers]


REPLAYED = [None, "true", "true", "true", "true"]


async def test_a_request_of_open311_sent_again_is_counted_once(
    visitor: AsyncTestClient, town: int, books: asyncpg.Connection
) -> None:
    visitor.cookies.clear()
    address = f"/api/open311/{town}/requests.json"
    sent = [await visitor.post(address, data=FORM) for _ in range(5)]
    assert {one.status_code for one in sent} == {201}, sent[0].text
    assert replays(sent) == REPLAYED
    assert await billed(books) == 1
    named = {"idempotency-key": "one-of-mine"}
    other = {**FORM, "description": "Another one"}
    keyed = [await visitor.post(address, data=other, headers=named) for _ in range(5)]
    assert replays(keyed) == REPLAYED
    assert await billed(books) == 2


async def test_a_residents_form_sent_again_is_counted_once(
    visitor: AsyncTestClient, town: int, books: asyncpg.Connection
) -> None:
    address = f"/villes/{town}/signaler"
    fields = {"idempotency_key": key(5), "service": "voirie", **HOLE, "anyway": "1"}
    sent = [
        await send(visitor, address, dict(fields), shown=f"{address}?quoi=voirie") for _ in range(5)
    ]
    assert {one.status_code for one in sent} == {303}, sent[0].text
    assert len({one.headers["location"] for one in sent}) == 1
    assert replays(sent) == REPLAYED
    assert await billed(books) == 1


async def test_an_alert_and_a_disruption_sent_again_are_counted_once(
    visitor: AsyncTestClient, town: int, books: asyncpg.Connection
) -> None:
    alert = {"idempotency_key": key(6), **FLOOD}
    told = [await send(visitor, ALERTS, dict(alert), shown=f"{ALERTS}/nouvelle") for _ in range(5)]
    assert {one.status_code for one in told} == {303}, told[0].text
    assert replays(told) == REPLAYED
    page = told[0].headers["location"]
    why = {"idempotency_key": key(7), "reason": "C'est fini."}
    lifted = [await send(visitor, f"{page}/lever", dict(why), shown=page) for _ in range(5)]
    assert {one.status_code for one in lifted} == {303}, lifted[0].text
    assert replays(lifted) == REPLAYED
    works = {"idempotency_key": key(8), "headline": "Travaux", "ends": "2026-12-02T09:00"}
    disturbed = [
        await send(visitor, f"{DEPARTURES}/perturbations", dict(works), shown=DEPARTURES)
        for _ in range(5)
    ]
    assert {one.status_code for one in disturbed} == {303}, disturbed[0].text
    assert replays(disturbed) == REPLAYED
    assert await billed(books) == 3


async def test_to_look_at_a_message_from_elsewhere_is_no_write(
    visitor: AsyncTestClient, town: int, books: asyncpg.Connection
) -> None:
    page = await visitor.get(f"{ALERTS}/nouvelle", headers=HTML)
    token = re.search(r'name="_csrf_token" value="([^"]*)"', page.text)
    assert token, page.text
    read_again = await visitor.post(
        f"{ALERTS}/lire",
        data={"_csrf_token": token.group(1)},
        files={"file": ("message.xml", STORM.encode(), "text/xml")},
        headers=HTML,
    )
    assert read_again.status_code == 200, read_again.text
    assert await billed(books) == 0
