"""Taking everything away, by the page and by the API."""

import io
import re
import zipfile
from uuid import UUID, uuid4

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from tests.houses import House, find_house
from tourism.takeaway.models import TakeawayAsked
from tourism.takeaway.tasks import build_takeaway_later

HTML = {"accept": "text/html", "accept-language": "fr"}
PAGE = "/pro/take-away"
ASK = "/api/v1/house/take-aways"
UNKNOWN = UUID("6f1f4f5e-7c1d-4c1c-9d53-0a5f0c3c8d11")


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def build(demo: Database, house: House, id: str) -> None:
    await build_takeaway_later.run(demo, house.tenant, TakeawayAsked(takeaway=UUID(id)))


async def test_one_click_then_how_far_it_is_then_the_archive(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    await sign_in("hotelier")
    empty = (await visitor.get(PAGE, headers=HTML)).text
    token = re.search(r'name="_csrf_token" value="([^"]*)"', empty)
    assert token
    asked = await visitor.post(PAGE, data={"_csrf_token": token.group(1)}, headers=HTML)
    assert (asked.status_code, asked.headers["location"]) == (303, PAGE)
    waiting = (await visitor.get(PAGE, headers=HTML)).text
    assert "Une archive se prépare" in waiting
    assert "data-reload-after" in waiting
    id = re.search(r'id="takeaway-([0-9a-f-]{36})"', waiting)
    assert id
    address = f"{PAGE}/{id.group(1)}/archive"
    early = await visitor.get(address, headers=HTML)
    assert early.status_code == 409
    assert "pas encore prête" in early.text
    await build(demo, house, id.group(1))
    ready = (await visitor.get(PAGE, headers=HTML)).text
    assert address in ready
    assert "json/bookings.json" in ready
    archive = await visitor.get(address)
    assert archive.headers["content-type"] == "application/zip"
    assert archive.headers["cache-control"] == "no-store"
    assert int(archive.headers["content-length"]) == len(archive.content)
    assert zipfile.ZipFile(io.BytesIO(archive.content)).testzip() is None
    trail = (await visitor.get("/api/v1/audit-entries")).json()
    acts = [one["action"] for one in trail if one["subject"] == f"takeaway:{id.group(1)}"]
    assert sorted(acts) == ["takeaway.asked", "takeaway.fetched"]


async def test_the_same_by_the_api_once_for_each_key(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    await sign_in("hotelier")
    key = {"idempotency-key": str(uuid4())}
    first = await visitor.post(ASK, headers=key)
    again = await visitor.post(ASK, headers=key)
    assert first.status_code == 202
    assert first.json() == again.json()
    assert (await visitor.post(ASK)).status_code == 400
    id = first.json()["id"]
    assert (await visitor.get(f"{ASK}/{id}")).json()["state"] == "waiting"
    assert (await visitor.get(f"{ASK}/{id}/archive")).status_code == 409
    await build(demo, house, id)
    ready = (await visitor.get(f"{ASK}/{id}")).json()
    assert ready["state"] == "ready"
    rows = {file["name"]: file["rows"] for file in ready["files"]}
    assert rows["json/room-types.json"] == len(house.types)
    archive = await visitor.get(f"{ASK}/{id}/archive")
    assert len(archive.content) == ready["bytes"]
    assert (await visitor.get(f"{ASK}/{UNKNOWN}")).status_code == 404


async def test_another_house_cannot_fetch_it(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    await sign_in("hotelier")
    id = (await visitor.post(ASK, headers={"idempotency-key": str(uuid4())})).json()["id"]
    await build(demo, house, id)
    for who in ("federation", "office", "region", "exploitant"):
        await sign_in(who)
        for path in (f"{ASK}/{id}", f"{ASK}/{id}/archive", f"{PAGE}/{id}/archive", PAGE):
            assert (await visitor.get(path)).status_code == 403, (who, path)
    visitor.cookies.clear()
    assert (await visitor.get(f"{ASK}/{id}/archive")).status_code == 401
