"""Departures of a town: a feed taken in or refused, a stop's board over midnight, disruptions."""

import asyncio
import re
import uuid
from datetime import UTC, date, datetime

import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from tests.api.conftest import SignIn
from tests.people import HTML, read, send, text_of
from tests.towns import open_town
from tests.unit.test_city_gtfs import archive, change
from verticals.city import transit
from verticals.city.transit import gtfs, store

OWN = "/ville/departs"


@pytest.fixture
async def town(visitor: AsyncTestClient, sign_in: SignIn) -> int:
    """Mende's organisation; the visitor acts for it."""
    await sign_in("exploitant")
    return await open_town(visitor)


async def load(visitor: AsyncTestClient, content: bytes) -> httpx.Response:
    page = await visitor.get(OWN, headers=HTML)
    token = re.search(r'name="_csrf_token" value="([^"]*)"', page.text)
    assert token, page.text
    files = {"file": ("gtfs.zip", content, "application/zip")}
    return await visitor.post(OWN, data={"_csrf_token": token.group(1)}, files=files, headers=HTML)


async def test_a_feed_is_taken_in_and_a_broken_one_changes_nothing(
    visitor: AsyncTestClient, town: int
) -> None:
    _, before = await read(visitor, f"/villes/{town}/departs")
    assert "n'a pas encore donné ses horaires" in before
    assert (await load(visitor, archive())).status_code == 303
    refused = await load(visitor, archive(change("stops.txt", "44.5170", "144")))
    assert refused.status_code == 400
    assert "stops.txt, ligne 5, stop_lat : " in text_of(refused)
    assert 'id="error-file"' in refused.text
    _, listed = await read(visitor, f"/villes/{town}/departs", nom="foir")
    assert "Foirail" in listed
    assert "Gare de Mende" not in listed
    again = await load(visitor, archive())
    assert again.status_code == 303, text_of(again)


async def test_a_stop_shows_its_platforms_departures_over_midnight(
    visitor: AsyncTestClient, town: int, clock: DrivenClock
) -> None:
    await load(visitor, archive())
    clock.set(datetime(2026, 12, 2, 0, 5, tzinfo=UTC))  # 01:05 in Mende: Tuesday's night bus
    board = (await visitor.get(f"/api/v1/towns/{town}/departures?stop=GARE")).json()
    told = [(one["at"], one["route_name"]) for one in board["departures"]]
    assert told == [("2026-12-02T01:10:00+01:00", "Nocturne"), ("2026-12-02T08:00:00+01:00", "A")]
    _, page = await read(visitor, f"/villes/{town}/departs", arret="GARE")
    assert "01:10" in page
    clock.set(datetime(2026, 12, 24, 23, 0, tzinfo=UTC))  # midnight: Christmas has no day bus
    board = (await visitor.get(f"/api/v1/towns/{town}/departures?stop=GARE")).json()
    assert [one["at"] for one in board["departures"]] == ["2026-12-25T01:10:00+01:00"]
    unknown = await visitor.get(f"/api/v1/towns/{town}/departures?stop=NOWHERE")
    assert (unknown.status_code, unknown.json()["type"][-12:]) == (404, "stop-unknown")
    names = (await visitor.get(f"/api/v1/towns/{town}/stops?name=place")).json()
    assert [one["code"] for one in names] == ["PLACE"]


async def test_the_first_feed_sent_twice_at_once_is_one_feed(town: int, demo: Database) -> None:
    feed = gtfs.read(archive(), date(2026, 12, 1))

    async def keep() -> None:
        async with demo.transaction(town, actor="test") as tx:
            await transit.keep_feed(tx, feed)

    await asyncio.gather(keep(), keep())
    async with demo.transaction(town, actor="test") as tx:
        assert [one.code for one in await store.list_routes(tx)] == ["A", "N"]


async def test_works_overseas_begin_and_end_by_the_clock_of_the_town(
    visitor: AsyncTestClient, sign_in: SignIn, clock: DrivenClock
) -> None:
    await sign_in("exploitant")
    await open_town(visitor, commune="98818")  # Nouméa, ten hours before Paris
    clock.set(datetime(2026, 12, 1, 14, 0, tzinfo=UTC))  # the second has begun there
    days = {"calendar_dates.txt": "service_id,date,exception_type\nFAIR,20261129,1\n"}
    last = {**days, **change("calendar.txt", "20270630", "20261201")}
    ended = await load(visitor, archive(last))
    assert "Ces horaires ont pris fin" in ended.text
    assert (await load(visitor, archive())).status_code == 303
    key = {"idempotency_key": str(uuid.UUID(int=1))}
    fields = {"headline": "Travaux", "begins": "2026-12-02T00:30", "ends": "2026-12-02T02:00"}
    sent = await send(visitor, f"{OWN}/perturbations", {**key, **fields}, shown=OWN)
    assert sent.status_code == 303, text_of(sent)
    _, own = await read(visitor, OWN)
    assert "2 déc. 2026, 02:00" in own


async def test_a_disruption_is_shown_where_it_disturbs_and_until_it_is_over(
    visitor: AsyncTestClient, town: int
) -> None:
    await load(visitor, archive())
    fields = {"headline": "Arrêt reporté", "stop": "PLACE", "ends": "2026-12-03T09:00"}
    wrong = await send(visitor, f"{OWN}/perturbations", {**fields, "stop": "X"}, shown=OWN)
    assert wrong.status_code == 400
    key = {"idempotency_key": str(uuid.UUID(int=1))}
    wrong = await send(visitor, f"{OWN}/perturbations", {**key, **fields, "stop": "X"}, shown=OWN)
    assert 'id="error-stop"' in wrong.text
    assert 'value="Arrêt reporté"' in wrong.text
    for _ in range(2):
        sent = await send(visitor, f"{OWN}/perturbations", {**key, **fields}, shown=OWN)
        assert sent.status_code == 303, text_of(sent)
    there = f"/villes/{town}/departs"
    assert "Arrêt reporté" in (await read(visitor, there, arret="PLACE"))[1]
    assert "Arrêt reporté" not in (await read(visitor, there, arret="FOIRAIL"))[1]
    over = await send(visitor, f"{OWN}/perturbations/{uuid.UUID(int=1)}/fin", {}, shown=OWN)
    assert over.status_code == 303
    assert "Arrêt reporté" not in (await read(visitor, there, arret="PLACE"))[1]
