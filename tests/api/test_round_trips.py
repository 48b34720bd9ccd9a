"""What a hold and a payment cost PostgreSQL, counted on the wire."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub import payments
from hub.app import compose, create_app, open_database
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_booking_api import code_of, payment, post, wish
from tests.houses import House, find_house
from tests.wire import Wire, counted

MOST = 2


@pytest.fixture
async def wired(
    demo_settings: Settings, clock: DrivenClock, tmp_path: Path
) -> AsyncIterator[tuple[AsyncTestClient, Wire, Settings]]:
    assert demo_settings.database_url is not None
    with counted(demo_settings.database_url, tmp_path) as (dsn, wire):
        settings = msgspec.structs.replace(demo_settings, database_url=dsn)
        app = create_app(settings, clock=clock, ids=SeededIds(5))
        async with AsyncTestClient(app, base_url="http://testserver.local") as client:
            yield client, wire, settings


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def book(client: AsyncTestClient, wire: Wire, house: House) -> tuple[int, int]:
    """The round trips of a hold and of its payment."""
    quote = (await post(client, "/api/v1/quotes", wish(house))).json()
    wire.taken()
    answer = await post(client, f"/api/v1/quotes/{quote['token']}/hold", {})
    assert answer.status_code == 201
    held = wire.taken()
    booking = answer.json()
    path = f"/api/v1/bookings/{booking['token']}/payment"
    assert (await post(client, path, payment(booking))).json()["state"] == "confirmed"
    return held, wire.taken()


async def test_a_hold_and_a_payment_cost_two_round_trips_each(
    wired: tuple[AsyncTestClient, Wire, Settings], house: House, clock: DrivenClock
) -> None:
    client, wire, settings = wired
    await book(client, wire, house)  # statements are prepared once a connection
    held, paid = await book(client, wire, house)
    assert held <= MOST
    assert 0 < paid - await trips_of_the_bank(settings, clock, wire) <= MOST


async def trips_of_the_bank(settings: Settings, clock: DrivenClock, wire: Wire) -> int:
    """The sandbox stands for the bank: what it asks of its own books is not ours."""
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(7))
    bank = payments.SandboxGateway(database)
    for _ in range(2):
        wire.taken()
        await bank.charge(database.ids.uuid(), 100, "pm_card_visa")
    trips = wire.taken()
    await database.close()
    return trips


async def test_a_sold_out_room_is_refused_after_one_look(
    wired: tuple[AsyncTestClient, Wire, Settings], house: House
) -> None:
    client, wire, _ = wired
    wished = wish(house, rooms=[{"room_type": house.types["suite"], "adults": 2}])
    quotes = [(await post(client, "/api/v1/quotes", wished)).json() for _ in range(4)]
    paths = [f"/api/v1/quotes/{quote['token']}/hold" for quote in quotes]
    assert [(await post(client, path, {})).status_code for path in paths[:2]] == [201, 201]
    assert code_of(await post(client, paths[2], {})) == "sold-out"
    wire.taken()
    assert code_of(await post(client, paths[3], {})) == "sold-out"
    assert wire.taken() == 1
