"""What is put by for those who leave a withdrawn provider, on an S3 server: it stands there while
it can be fetched, and is gone with them."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from hub import withdrawals
from hub.core.clock import DrivenClock
from hub.core.files import Files, open_files
from hub.withdrawals import TAKE_AWAY, Departure, State
from tests.faults.leavers import World, elsewhere, world
from tests.s3 import S3, Asked, serve_s3

__all__ = ["elsewhere", "world"]  # fixtures


@pytest.fixture(scope="module")
def s3_server() -> Iterator[S3]:
    with serve_s3() as served:
        yield served


@pytest.fixture
def s3(s3_server: S3) -> S3:
    s3_server.wire.reset()
    return s3_server


@pytest.fixture
def files(s3: S3) -> Files:
    return open_files(s3.place(f"hub-{uuid4()}"), Path("/nowhere"), s3.environment)


def name_of(one: Departure) -> str:
    return withdrawals.archive_name(one.withdrawal, one.zone, one.organisation)


def is_file(path: Path) -> bool:
    return path.is_file()


async def fetch(files: Files, name: str) -> bytes:
    stored = await files.find(name)
    assert stored is not None
    return b"".join([piece async for piece in files.read(stored)])


async def names(files: Files) -> set[str]:
    return {one.name async for one in files.list("withdrawals/")}


async def test_everything_put_by_stands_with_the_files_until_it_is_fetched_or_erased(
    world: World, clock: DrivenClock, files: Files
) -> None:
    # Of before the files stood elsewhere: everybody's, in the folder.
    assert await world.run() == {"told": 3, "waiting: told": 3, "closed": 0}
    first, _, third = world.tenants
    before = world.archive(await world.departure(third))
    kept = hashlib.sha256(before.read_bytes()).hexdigest()
    world.files = files
    clock.forward(timedelta(days=1))
    await world.run()  # put by anew, daily
    assert await names(files) == {
        name_of(await world.departure(tenant)) for tenant in world.tenants
    }
    assert not is_file(before)
    await world.choose(first, "lyon")
    await world.choose(third, TAKE_AWAY)
    await world.run()
    for tenant in (first, third):
        await world.accept(tenant)
    await world.run()
    assert (await world.departure(third)).state is State.GONE
    archive = await fetch(files, name_of(await world.departure(third)))
    assert hashlib.sha256(archive).hexdigest() != kept, "of the last day"
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        assert file.testzip() is None
        assert "tables/senior/00001.jsonl" in file.namelist()
    assert name_of(await world.departure(first)) not in await names(files)
    clock.forward(timedelta(days=60))
    await world.run()
    assert name_of(await world.departure(third)) not in await names(files)


async def test_what_can_still_be_fetched_is_carried_where_the_files_stand(
    world: World, files: Files
) -> None:
    third = world.tenants[2]
    await world.run()
    await world.choose(third, TAKE_AWAY)
    await world.run()
    await world.accept(third)
    await world.run()
    before = world.archive(await world.departure(third))
    content = before.read_bytes()
    world.files = files
    await world.run()
    assert not is_file(before)
    assert await fetch(files, name_of(await world.departure(third))) == content


async def test_nobody_is_told_whose_archive_does_not_stand(
    world: World, s3: S3, files: Files
) -> None:
    world.files = files

    def fault(asked: Asked) -> str:
        other = f"-{world.tenants[0]}/" in asked.path
        return "refused" if other and asked.method == "PUT" else ""

    s3.wire.fault = fault
    done = await world.run()
    assert (done["told"], done["untold"]) == (2, 1)
    s3.wire.reset()
    assert (await world.run())["told"] == 1
    assert len(await names(files)) == 3
