"""The files of a zone on an S3 server that is not ours: nothing half is ever there, whatever is
cut, changed, refused or killed on the way."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from hub.core.errors import BadSetting
from hub.core.files import FileBroken, Files, FilesError, Stored, carry, open_files, read_place
from hub.core.files.s3 import PART_BYTES, S3Files
from tests.s3 import S3, Asked, serve_s3

LARGE = 2 * PART_BYTES + 12_345  # three parts
PUT = """
import asyncio, sys
from pathlib import Path
from hub.core.files import open_files
asyncio.run(open_files(sys.argv[1], Path(".")).put("a/large.zip", Path(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def s3_server() -> Iterator[S3]:
    with serve_s3() as served:
        yield served


@pytest.fixture
def s3(s3_server: S3) -> S3:
    s3_server.wire.reset()
    return s3_server


@pytest.fixture
def place(s3: S3) -> str:
    return s3.place(f"hub-{uuid4()}")


@pytest.fixture
def files(s3: S3, place: str) -> Files:
    return open_files(place, Path("/nowhere"), s3.environment)


@pytest.fixture(scope="module")
def content() -> bytes:
    return os.urandom(LARGE)


@pytest.fixture
def large(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "large.zip"
    write(path, content)
    return path


async def whole(files: Files, stored: Stored, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in files.read(stored, start, end)])


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def read(path: Path) -> bytes:
    return path.read_bytes()


def is_there(path: Path) -> bool:
    return path.exists()


def start_put(
    code: str, place: str, path: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, place, str(path)], env=os.environ | environment
    )


async def names(files: Files, prefix: str = "a/") -> list[str]:
    return [one.name async for one in files.list(prefix)]


async def test_a_large_file_comes_back_byte_for_byte_and_in_ranges(
    s3: S3, files: Files, large: Path, content: bytes
) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    stored = await files.put("a/large.zip", large, sha256)
    assert (stored.size, stored.sha256) == (LARGE, sha256)
    assert not is_there(large)
    parts = [asked for asked in s3.wire.asked if asked.part]
    assert sorted(asked.part for asked in parts) == [1, 2, 3]
    assert all(asked.is_sound() for asked in parts)
    assert await files.find("a/large.zip") == stored
    assert await whole(files, stored) == content
    assert await whole(files, stored, 5, 9) == content[5:9]
    edge = (PART_BYTES - 3, PART_BYTES + 3)
    assert await whole(files, stored, *edge) == content[slice(*edge)]
    assert await whole(files, stored, LARGE - 1) == content[-1:]


async def test_each_verb_may_be_done_again(s3: S3, files: Files, large: Path) -> None:
    stored = await files.put("a/large.zip", large)
    write(large, await whole(files, stored))
    s3.wire.reset()
    assert await files.put("a/large.zip", large) == stored
    assert [asked.method for asked in s3.wire.asked] == ["HEAD"]  # it is there: nothing is sent
    write(large, b"another")
    assert (await files.put("a/large.zip", large)).size == 7
    for _ in range(2):
        await files.delete("a/large.zip")
        assert await files.find("a/large.zip") is None
    assert await names(files) == []


async def test_a_list_goes_on_over_pages_and_stays_within_its_hub(
    s3: S3, files: Files, tmp_path: Path
) -> None:
    other = open_files(s3.place(f"hub-{uuid4()}"), tmp_path, s3.environment)
    wanted = [f"a/{number}/export.zip" for number in range(7)]  # three to a page
    for name in [*wanted, "ab/export.zip"]:
        path = tmp_path / "small"
        write(path, name.encode())
        await files.put(name, path)
    assert await names(files) == wanted
    assert sum("list-type=2" in asked.path for asked in s3.wire.asked) == 3
    assert await names(other) == []
    assert await other.find(wanted[0]) is None


async def test_a_server_that_says_slow_down_and_one_that_cuts_are_asked_again(
    s3: S3, files: Files, large: Path, content: bytes
) -> None:
    faults = {("slow", 1), ("cut", 2), ("slow", 3), ("cut", 3)}

    def fault(asked: Asked) -> str:
        found = next((one for one in sorted(faults) if one[1] == asked.part), None)
        faults.discard(found or ("", 0))
        return found[0] if found else ""

    s3.wire.fault = fault
    stored = await files.put("a/large.zip", large)
    assert not faults
    assert await whole(files, stored) == content
    reads = iter(["slow", "cut", "", "cut"])
    s3.wire.fault = lambda asked: next(reads, "")
    assert await whole(files, stored) == content


async def test_a_part_that_never_arrives_leaves_nothing_and_the_file_here(
    s3: S3, place: str, large: Path
) -> None:
    files = S3Files(read_place(place), s3.environment, patience=timedelta(milliseconds=300))
    s3.wire.fault = lambda asked: "cut" if asked.part == 2 else ""
    with pytest.raises(FilesError, match="does not answer"):
        await files.put("a/large.zip", large)
    assert await names(files) == []
    assert await files.find("a/large.zip") is None
    assert len(read(large)) == LARGE
    assert any(asked.method == "DELETE" for asked in s3.wire.asked)  # the parts are given up


@pytest.mark.parametrize("fault", ["changed", "checked"])
@pytest.mark.parametrize("size", [100, LARGE])
async def test_bytes_that_change_on_the_way_are_found_also_where_the_server_does_not_look(
    s3: S3, files: Files, tmp_path: Path, content: bytes, fault: str, size: int
) -> None:
    path = tmp_path / "some.zip"
    write(path, content[:size])
    s3.wire.fault = lambda asked: fault if asked.method == "PUT" and asked.part in {0, 2} else ""
    with pytest.raises(FileBroken):
        await files.put("a/some.zip", path)
    s3.wire.reset()
    assert await names(files) == []
    assert read(path) == content[:size]
    await files.put("a/some.zip", path)
    assert await names(files) == ["a/some.zip"]


async def test_what_is_changed_where_it_stands_never_arrives_whole(
    s3: S3, files: Files, large: Path, content: bytes
) -> None:
    stored = await files.put("a/large.zip", large)
    write(large, content[:-1] + bytes([content[-1] ^ 1]))
    await files.put("a/other.zip", large)
    changed = await files.find("a/other.zip")
    assert changed is not None
    seen: list[bytes] = []
    other = Stored(name=changed.name, size=LARGE, etag=changed.etag, sha256=stored.sha256)

    async def collect() -> None:
        seen.extend([piece async for piece in files.read(other)])

    with pytest.raises(FileBroken):
        await collect()
    assert sum(map(len, seen)) < LARGE
    with pytest.raises(FilesError):  # another version has its place meanwhile
        await whole(files, Stored(name="a/other.zip", size=LARGE, etag=stored.etag))


async def test_a_process_killed_between_parts_leaves_nothing_that_is_listed(
    s3: S3, place: str, files: Files, large: Path, content: bytes
) -> None:
    began, held = threading.Event(), threading.Event()

    def fault(asked: Asked) -> str:
        if asked.part == 3:
            began.set()
            held.wait(60)
            return "cut"
        return ""

    s3.wire.fault = fault
    process = start_put(PUT, place, large, s3.environment)
    try:
        assert began.wait(60)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        held.set()
    s3.wire.reset()
    assert await names(files) == []
    assert await files.find("a/large.zip") is None
    stored = await files.put("a/large.zip", large)
    assert await names(files) == ["a/large.zip"]
    assert await whole(files, stored) == content


async def test_the_operator_reads_what_is_wrong(s3: S3, place: str, tmp_path: Path) -> None:
    path = tmp_path / "some.zip"

    async def verbs(files: Files) -> AsyncIterator[str]:
        write(path, b"some")
        for verb in (
            files.put("a/some.zip", path), files.find("a/some.zip"), names(files),
            files.delete("a/some.zip"),
        ):  # fmt: skip
            with pytest.raises(FilesError) as told:
                await verb
            yield str(told.value)

    for wrong in ({"AWS_ACCESS_KEY_ID": "A" * 20}, {"AWS_SECRET_ACCESS_KEY": "b" * 40}):
        files = open_files(place, tmp_path, {**s3.environment, **wrong})
        async for said in verbs(files):
            assert "credentials of AWS_ACCESS_KEY_ID are not accepted" in said
    missing = open_files(s3.place("p", bucket="no-bucket"), tmp_path, s3.environment)
    async for said in verbs(missing):
        assert "There is no bucket no-bucket" in said
    away = S3Files(
        read_place("s3://some-bucket/p?endpoint=http://127.0.0.1:1"),
        s3.environment,
        patience=timedelta(milliseconds=100),
    )
    async for said in verbs(away):
        assert "some-bucket at http://127.0.0.1:1 does not answer" in said
    assert read(path) == b"some"
    with pytest.raises(BadSetting, match="AWS_SECRET_ACCESS_KEY"):
        open_files(place, tmp_path, {"AWS_ACCESS_KEY_ID": "A"})


async def test_what_was_put_by_in_the_folder_of_before_is_carried_once(
    s3: S3, files: Files, large: Path, content: bytes
) -> None:
    await carry(files, "a/large.zip", large)
    assert not is_there(large)
    write(large, b"what is older than what is there")
    await carry(files, "a/large.zip", large)
    stored = await files.find("a/large.zip")
    assert stored is not None
    assert await whole(files, stored) == content
