"""The archive of who leaves, where the files of the zone stand on an S3 server: made there, fetched
through the pages in parts, gone with its organisation."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.files import Files, Folder, open_files
from hub.core.settings import Settings
from hub.exits import policy
from hub.exits.models import State
from hub.portability import keeping
from tests.exits import World, ask_database, clear_stays, open_world, perform_exits
from tests.houses import find_house
from tests.s3 import S3, Asked, serve_s3
from tourism.demo.people import PASSWORD

API = "/api/v1/organisation/exit"
ARCHIVE = f"{API}/archive"


@pytest.fixture(scope="module")
def s3_server() -> Iterator[S3]:
    with serve_s3() as served:
        yield served


@pytest.fixture
def s3(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    s3_server.wire.reset()
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server


@pytest.fixture
def place(s3: S3) -> str:
    return s3.place(f"hub-{uuid4()}")


async def names(files: Files) -> list[str]:
    return [one.name async for one in files.list("exits/")]


async def test_the_archive_is_fetched_through_the_hub_byte_for_byte_and_in_parts(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, s3: S3, place: str
) -> None:
    house = await find_house(demo)
    await clear_stays(demo_settings, house.tenant)
    await sign_in("hotelier")
    name = await ask_database(
        demo_settings, "select name from organisation where id = $1", house.tenant
    )
    body = {"name": name, "password": PASSWORD, "notice_days": 30}
    given = await visitor.post(API, json=body, headers={"idempotency-key": str(uuid4())})
    assert given.status_code == 201
    settings = msgspec.structs.replace(demo_settings, files=place)
    files = open_files(place, settings.data)
    visitor.app.state.files = files
    assert (await perform_exits(demo, settings))["archived"] == 1
    [put] = await names(files)
    assert put == f"exits/{await ask_database(settings, 'select id from exit')}/export.zip"

    whole = await visitor.get(ARCHIVE)
    sha256 = await ask_database(settings, "select archive_sha256 from exit")
    assert hashlib.sha256(whole.content).hexdigest() == sha256
    assert zipfile.ZipFile(io.BytesIO(whole.content)).testzip() is None
    assert whole.headers["accept-ranges"] == "bytes"
    fetched = "select count(*) from audit_entry where action = 'exit.fetched'"
    assert await ask_database(settings, fetched) == 1

    first = await visitor.get(ARCHIVE, headers={"range": "bytes=0-999"})
    assert (first.status_code, len(first.content)) == (206, 1000)
    assert first.headers["content-range"] == f"bytes 0-999/{len(whole.content)}"
    assert await ask_database(settings, fetched) == 1
    on = {"range": "bytes=1000-", "if-range": whole.headers["etag"]}
    rest = await visitor.get(ARCHIVE, headers=on)
    assert rest.status_code == 206
    assert first.content + rest.content == whole.content
    assert await ask_database(settings, fetched) == 2, "the last piece has gone out"
    other = await visitor.get(ARCHIVE, headers={**on, "if-range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)
    beyond = await visitor.get(ARCHIVE, headers={"range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
    assert (beyond.json()["type"], beyond.json()["size"]) == (
        "urn:usage-hub:problem:range-unmet",
        len(whole.content),
    )


async def test_whose_files_do_not_answer_is_told_so_and_nothing_of_where_they_are(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, s3: S3, place: str
) -> None:
    house = await find_house(demo)
    await clear_stays(demo_settings, house.tenant)
    await sign_in("hotelier")
    name = await ask_database(
        demo_settings, "select name from organisation where id = $1", house.tenant
    )
    body = {"name": name, "password": PASSWORD, "notice_days": 30}
    await visitor.post(API, json=body, headers={"idempotency-key": str(uuid4())})
    settings = msgspec.structs.replace(demo_settings, files=place)
    await perform_exits(demo, settings)
    wrong = {**s3.environment, "AWS_SECRET_ACCESS_KEY": "b" * 40}
    visitor.app.state.files = open_files(place, settings.data, wrong)
    answer = await visitor.get(ARCHIVE)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:usage-hub:problem:files-away"
    assert "zone-files" not in answer.text
    assert "AWS" not in answer.text


@pytest.fixture
async def world(database: Database, settings: Settings, clock: DrivenClock, place: str) -> World:
    return await open_world(database, msgspec.structs.replace(settings, files=place), clock)


async def test_the_archive_goes_with_its_organisation_also_after_a_server_that_was_away(
    world: World, clock: DrivenClock, s3: S3, place: str
) -> None:
    files = open_files(place, world.settings.data)
    await world.give(0)
    clock.forward(timedelta(days=30))
    assert (await world.perform())["archived"] == 1
    assert not has_file(world.archive)
    [put] = await names(files)
    stored = await files.find(put)
    one = await world.look()
    assert stored is not None
    assert (stored.sha256, stored.size) == (one.archive_sha256, one.archive_bytes)
    clock.forward(timedelta(days=30))
    s3.wire.fault = refuse_deletes
    assert (await world.perform())["erased"] == 1
    assert (await world.look()).state is State.ERASED
    assert await names(files) == [put]
    assert len(world.folders) == 1, "it says that there is something to delete"
    s3.wire.reset()
    await world.perform()
    assert await names(files) == []
    assert world.folders == []


def refuse_deletes(asked: Asked) -> str:
    return "refused" if asked.method == "DELETE" else ""


def has_file(path: Path) -> bool:
    return path.is_file()


async def test_an_archive_that_is_not_put_is_made_again_and_none_was_told(
    world: World, clock: DrivenClock, s3: S3, place: str
) -> None:
    await world.give(0)
    s3.wire.fault = lambda asked: "refused" if asked.method == "PUT" else ""
    assert (await world.perform())["failed"] == 1
    one = await world.look()
    assert (one.archive_at, one.archive_sha256) == (None, None)
    assert one.fault is not None
    assert "credentials" in one.fault
    s3.wire.reset()
    clock.forward(timedelta(hours=2))
    assert (await world.perform())["archived"] == 1
    assert len(await names(open_files(place, world.settings.data))) == 1


async def test_archives_of_before_are_carried_where_the_files_stand(
    database: Database, settings: Settings, clock: DrivenClock, s3: S3, place: str
) -> None:
    world = await open_world(database, settings, clock)
    await world.give(0)
    await world.perform()
    content = await world.fetch()
    assert [one async for one in Folder(settings.data).list("exits/")]
    world.settings = msgspec.structs.replace(settings, files=place)
    assert (await world.perform())["archived"] == 0
    files = open_files(place, settings.data)
    stored = await files.find(policy.archive_name((await world.look()).id))
    assert stored is not None
    assert b"".join([piece async for piece in files.read(stored)]) == content
    assert not has_file(world.folders[0] / keeping.ARCHIVE)
